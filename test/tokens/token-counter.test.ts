import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countTokens as countByCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countByO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { createTokenCounter } from '../../src/tokens/token-counter.ts';
import { createRandom } from '../helpers/random.ts';
import { itRepeats } from '../helpers/sampled.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const plainText = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };

function readSource(folder: string): string {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts')).sort();
  return sources.map((file) => readFileSync(join(root, folder, file), 'utf8')).join('\n');
}

const ordinary: Record<string, string> = {
  'no text': '',
  'one letter': 'x',
  code: readSource('src/dialects'),
  markdown: readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'),
  json: readFileSync(join(root, 'package-lock.json'), 'utf8'),
  'json on one line': JSON.stringify(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))),
  prose:
    "It's what they'd WE'VE called \"home\" -- isn't it?  The year 1984, 3.14159 and 12345678.\n\n".repeat(
      900,
    ),
  German: 'Die Donaudampfschifffahrtsgesellschaft fährt über süße Flüsse. Straße, Größe, Äpfel!\n'.repeat(
    900,
  ),
  Russian: 'Съешь же ещё этих мягких французских булок, да выпей чаю.\r\n'.repeat(1500),
  Chinese: '敏捷的棕色狐狸跳過了懶狗。今天天氣很好,我們去公園散步吧!'.repeat(2500),
  Japanese: 'いろはにほへと ちりぬるを。東京タワーへ行きましょう、カタカナも。\n'.repeat(1500),
  Korean: '다람쥐 헌 쳇바퀴에 타고파. 안녕하세요!\n'.repeat(2000),
  Arabic: 'نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر.\n'.repeat(1500),
  Hindi: 'ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश।\n'.repeat(1000),
  'accents that stand alone': 'e\u0301te\u0301 na\u0308ive '.repeat(5000),
  emoji: '👩‍👩‍👧‍👦 🎉🎉 👍🏽 flags 🇨🇭🇺🇳 '.repeat(2500),
  tables: `| a | b |\n|---|---|\n${'| 1 | 2 |\t\t!! \n'.repeat(6000)}`,
  'indented lines': `${'\t\t    if (x) {   \n\n   \r\n        return;  }\n'.repeat(2000)}   `,
  'control tokens': '<|endoftext|> and <|im_start|>system<|im_end|>',
  'words of 250 letters': createLongWords(20),
  'half a character': '\ud83d lonely \udc4d',
};

const counts = { o200k_base: countByO200k, cl100k_base: countByCl100k };

describe.each(['o200k_base', 'cl100k_base'] as const)('the token counter of %s', (encoding) => {
  it.each(Object.entries(ordinary))('counts %s exactly as the library does', async (_, text) => {
    const counter = await createTokenCounter(encoding);
    expect(counter.count(text)).toBe(counts[encoding](text, plainText));
  });

  it('counts all of our code exactly as the library does', { tags: 'deep' }, async () => {
    const counter = await createTokenCounter(encoding);
    const text = readSource('src');
    expect(counter.count(text)).toBe(counts[encoding](text, plainText));
  });

  it('cuts a long text nowhere that changes the count', async () => {
    const counter = await createTokenCounter(encoding);
    for (let offset = 0; offset < 6; offset += 1) {
      const text = 'x'.repeat(offset) + " it's".repeat(15_000);
      expect(counter.count(text)).toBe(counts[encoding](text, plainText));
    }
  });

  itRepeats(300, 'counts random texts exactly as the library does', async (rounds) => {
    const counter = await createTokenCounter(encoding);
    const random = createRandom(7);
    for (let round = 0; round < rounds; round += 1) {
      const text = random.text(400);
      expect(counter.count(text), JSON.stringify(text)).toBe(counts[encoding](text, plainText));
    }
  });

  it.each([
    ['one letter', 'a'.repeat(5000)],
    ['base64', createBase64(5000)],
    ['Chinese letters', '我們今天去公園散步'.repeat(250)],
    ['blanks', ' '.repeat(5000)],
  ])('stays near the library on a long run of %s', async (_, text) => {
    const counter = await createTokenCounter(encoding);
    const exact = counts[encoding](text, plainText);
    expect(Math.abs(counter.count(text) - exact)).toBeLessThanOrEqual(Math.ceil(text.length / 128));
  });
});

function createLongWords(count: number): string {
  const random = createRandom(17);
  const createWord = (): string =>
    Array.from({ length: 250 }, () => random.pick([...'aeioubcdlmnrst'])).join('');
  return Array.from({ length: count }, createWord).join(' ');
}

function createBase64(length: number): string {
  const random = createRandom(3);
  const bytes = Uint8Array.from({ length: Math.ceil(length * 0.75) }, () => random.integer(255));
  return Buffer.from(bytes).toString('base64').slice(0, length);
}

/** Any characters at all, halves of surrogate pairs among them. */
function createNoise(length: number): string {
  const random = createRandom(5);
  return Array.from({ length }, () => String.fromCharCode(random.integer(0xffff))).join('');
}

function createIdeographs(length: number): string {
  const random = createRandom(9);
  return Array.from({ length }, () => String.fromCharCode(0x4e00 + random.integer(20_000))).join('');
}

const quarter = 2 ** 18;

describe('the time it takes', { tags: 'deep' }, () => {
  it.each([
    ['one small letter', 'a'.repeat(4 * quarter)],
    ['one capital letter', 'A'.repeat(4 * quarter)],
    ['digits', '7'.repeat(4 * quarter)],
    ['blanks', `${' '.repeat(4 * quarter)}x`],
    ['line breaks', '\n'.repeat(4 * quarter)],
    ['punctuation', '!'.repeat(4 * quarter)],
    ['base64', createBase64(4 * quarter)],
    ['Chinese letters without blanks', createIdeographs(4 * quarter)],
    ['random unicode', createNoise(4 * quarter)],
    ['emoji', '👩‍👩‍👧‍👦'.repeat((4 * quarter) / 11)],
  ])('grows with the length of %s, and not faster', { timeout: 120_000, retry: 2 }, async (_, text) => {
    const counter = await createTokenCounter('o200k_base');
    const measure = (part: string): number => {
      const start = process.cpuUsage();
      counter.count(part);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1_000;
    };
    measure(text.slice(-quarter / 4));
    const short = measure(text.slice(0, quarter));
    // What takes a few milliseconds says nothing of growth.
    expect(measure(text) / Math.max(short, 50)).toBeLessThan(6);
  });

  it('copes with tens of millions of one character', { timeout: 60_000 }, async () => {
    const counter = await createTokenCounter('o200k_base');
    expect(counter.count('漢'.repeat(8_000_000))).toBeGreaterThan(1_000_000);
  });
});
