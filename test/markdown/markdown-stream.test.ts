import { describe, expect, it } from 'vitest';
import {
  createMarkdownStream,
  type MarkdownOptions,
  renderMarkdown,
} from '../../src/markdown/markdown-stream.ts';
import { cellWidth } from '../../src/terminal/cell-width.ts';
import { createTheme } from '../../src/terminal/theme.ts';
import { createRandom } from '../helpers/random.ts';
import { itRepeats } from '../helpers/sampled.ts';
import { documents } from './documents.ts';
import { paintedOptions, plainOptions, toShown } from './render.ts';

function renderChunks(chunks: Iterable<string>, options: MarkdownOptions): string[] {
  const stream = createMarkdownStream(options);
  const lines: string[] = [];
  for (const chunk of chunks) {
    lines.push(...stream.push(chunk));
    // To look at the tail must change nothing.
    stream.tail(5);
  }
  return [...lines, ...stream.end()];
}

function cutAtRandom(text: string, seed: number): string[] {
  const random = createRandom(seed);
  const most = random.pick([2, 5, 20, 100]);
  const chunks: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = random.integer(most);
    chunks.push(text.slice(at, at + length));
    at += length;
  }
  return chunks;
}

describe.each(Object.entries(documents))('a text with %s', (_, text) => {
  it.each([
    ['without colours', plainOptions],
    ['with colours and links', paintedOptions],
  ])('gives the same lines however it is cut, %s', (_what, options) => {
    const whole = renderMarkdown(text, options);
    expect(renderChunks(text.split(''), options)).toEqual(whole);
    for (let seed = 1; seed <= 10; seed += 1)
      expect({ seed, lines: renderChunks(cutAtRandom(text, seed), options) }).toEqual({ seed, lines: whole });
  });

  it('gives no line that is wider than the terminal', () => {
    for (let columns = 20; columns <= 120; columns += 1) {
      const lines = renderMarkdown(text, { ...paintedOptions, columns });
      expect({ columns, wide: lines.filter((line) => cellWidth(toShown(line)) > columns) }).toEqual({
        columns,
        wide: [],
      });
    }
  });

  it('shows at its end what it showed as a tail', () => {
    const options = { ...plainOptions, columns: 60 };
    const stream = createMarkdownStream(options);
    const committed = stream.push(text.endsWith('\n') ? text : `${text}\n`);
    expect([...committed, ...stream.tail(1_000)]).toEqual(renderMarkdown(text, options));
  });

  it('begins and ends with no empty line, and has no two in a row outside of code, HTML and tables', () => {
    const lines = renderMarkdown(text.replace(/```[\s\S]*?```|<[\s\S]*|^\|.*$/gm, ''), plainOptions);
    expect([lines[0], lines.at(-1)]).not.toContain('');
    expect(lines.filter((line, at) => line === '' && lines[at + 1] === '')).toEqual([]);
  });
});

describe('a long paragraph', () => {
  const toLines = (count: number): string[] => Array.from({ length: count }, (_, at) => `line ${at}`);

  it('is finished line by line, so that it can be read while it comes', () => {
    const stream = createMarkdownStream(plainOptions);
    const finished = stream.push(toLines(300).join('\n'));
    expect(finished.length).toBeGreaterThan(280);
    expect([...finished, ...stream.end()]).toEqual(toLines(300));
  });

  it('waits for the end of a mark, but not for ever', () => {
    const stream = createMarkdownStream(paintedOptions);
    stream.push('one **two\n');
    expect(stream.push(`${toLines(30).join('\n')}\n`)).toEqual([]);
    expect(stream.push('three** four\nfive\n').map(toShown)).toEqual([
      'one two',
      ...toLines(30),
      'three four',
    ]);
    stream.push(`**six\n${toLines(100).join('\n')}\n`);
    expect(stream.tail(1_000).length).toBeLessThan(70);
  });

  it('is no heading, and its last line may be the head of a table', () => {
    const text = `${toLines(40).join('\n')}\n===\na | b\n--|--\n1 | 2\n`;
    const lines = renderMarkdown(text, plainOptions);
    expect(lines.slice(0, 41)).toEqual([...toLines(40), '===']);
    expect(lines.slice(41).join('\n')).toContain('─');
  });
});

describe('random text', () => {
  const pieces = [
    '\n',
    '\n\n',
    '- ',
    '1. ',
    '> ',
    '    ',
    '  ',
    '```',
    '~~~',
    '#',
    '---',
    '===',
    '|',
    '|-|',
    '*',
    '**',
    '_',
    '`',
    '[a]',
    '(b)',
    ': ',
    'word ',
    '漢字',
    '👍🏽',
    '<b>',
    '<!--',
    '\t',
    '\\',
    '&amp;',
    '\u001b[',
    '\u202e',
    'http://x.y ',
    '\r\n',
    '[x] ',
  ];

  itRepeats(
    300,
    'gives the same lines however it is cut, none too wide and none with a control character',
    (rounds) => {
      for (let seed = 1; seed <= rounds; seed += 1) {
        const random = createRandom(seed);
        const text = Array.from({ length: random.integer(80) }, () => random.pick(pieces)).join('');
        const options = { ...paintedOptions, columns: 20 + random.integer(40) };
        const whole = renderMarkdown(text, options);
        expect({ seed, lines: renderChunks(cutAtRandom(text, seed), options) }).toEqual({
          seed,
          lines: whole,
        });
        const shown = whole.map(toShown);
        expect({ seed, wide: shown.filter((line) => cellWidth(line) > options.columns) }).toEqual({
          seed,
          wide: [],
        });
        expect({ seed, wild: shown.filter((line) => /[\u0000-\u001f\u007f-\u009f]/.test(line)) }).toEqual({
          seed,
          wild: [],
        });
      }
    },
  );
});

describe('what is finished', () => {
  const theme = createTheme('none', 'none');
  const options = { theme, columns: 40, links: false };
  const rule = '─'.repeat(24);

  it.each<[what: string, before: string, push: string, lines: string[]]>([
    ['a paragraph, by an empty line', 'text', '\n\n', ['text']],
    ['a heading, by its own end', '# head', '\n', ['# head']],
    ['an item, by the next one', '- a\n', '- b\n', ['• a']],
    ['a line of code, by its own end', '```\nlet a', '\n', [rule, 'let a']],
    [
      'code in an item in a quotation, by its own end',
      '> - a\n>   ```\n>   let a',
      '\n',
      [`│   ${rule}`, '│   let a'],
    ],
    ['a table, by an empty line', '|a|\n|-|\n|b|\n', '\n', ['a', '─', 'b']],
  ])('is %s', (_, before, push, lines) => {
    const stream = createMarkdownStream(options);
    stream.push(before);
    expect(stream.push(push)).toEqual(lines);
  });

  it('is told once, and an empty push changes nothing', () => {
    const stream = createMarkdownStream(options);
    expect(stream.push('a\n\nb')).toEqual(['a']);
    expect(stream.push('')).toEqual([]);
    expect(stream.end()).toEqual(['', 'b']);
  });
});

describe('the tail', () => {
  const options = { ...plainOptions, columns: 20 };

  it.each<[what: string, text: string, tail: string[]]>([
    [
      'has what is not finished, with the line that has no end yet',
      '- a\n\ntext with **bold** wo',
      ['', 'text with bold wo'],
    ],
    ['has the open code and the rule under it', '```\nlet a\nlet b', ['let b', '────────────────────']],
    ['shows no mark whose meaning is not known yet', 'text\n-', ['text']],
    ['shows no fence before it has its name', 'text\n``', ['text']],
    ['is empty where all is finished', '# a\n', []],
    ['has no half of a character', 'a \ud83d', ['a']],
  ])('%s', (_, text, tail) => {
    const stream = createMarkdownStream(options);
    stream.push(text);
    expect(stream.tail()).toEqual(tail);
  });

  it('has no more rows than asked for, and those are the last', () => {
    const stream = createMarkdownStream(options);
    stream.push(`${Array.from({ length: 500 }, (_, at) => `line ${at}`).join('\n')}\n`);
    expect(stream.tail(2)).toEqual(['line 498', 'line 499']);
    expect(stream.tail(3)).toEqual(['line 497', 'line 498', 'line 499']);
  });

  it('keeps the head of a long table', () => {
    const stream = createMarkdownStream(options);
    stream.push(`|key|value|\n|-|-|\n${'|a|b|\n'.repeat(1_000)}|last|row|`);
    const tail = stream.tail(40);
    expect(tail.at(-1)).toBe('last │ row');
  });
});

describe('code that was stopped behind its fence', () => {
  it.each([
    ['after a paragraph', 'Text.\n\n```py', ['Text.']],
    ['with the end of the line', 'Text.\n```py\n', ['Text.']],
    ['alone', '~~~', []],
    ['in an item', '- one\n\n  ```ts\n', ['• one']],
  ])('leaves no empty box %s', (_, text, lines) => {
    expect(renderMarkdown(text, plainOptions)).toEqual(lines);
  });

  it.each([
    ['the first line has come', 'Text.\n\n```py\nx', ['x']],
    ['it is empty, and ends', 'Text.\n\n```py\n```', []],
    ['the first line is blank', 'Text.\n\n```py\n\n', ['']],
  ])('has its rules if %s', (_, text, code) => {
    const [first, blank, top, ...rest] = renderMarkdown(text, plainOptions);
    expect([first, blank]).toEqual(['Text.', '']);
    expect(top).toMatch(/─ py ─/);
    expect(rest.slice(0, -1)).toEqual(code);
    expect(rest.at(-1)).toMatch(/^─+$/);
  });
});

describe('another width', () => {
  const words = 'one two three four five six seven eight nine ten';

  it.each([
    ['a paragraph', `${words}\n\n`],
    ['an item', `- ${words}\n- ${words}\n`],
    ['a quotation', `> ${words}\n\n`],
    ['code', `\`\`\`\n${words}\n\`\`\`\n`],
    ['a table', `| a | b |\n| - | - |\n| ${words} | ${words} |\n\n`],
  ])('applies to what follows and to what is open, inside %s, too', (_, text) => {
    const stream = createMarkdownStream({ ...plainOptions, columns: 60 });
    const before = stream.push(`${words}\n\n${text.slice(0, 12)}`);
    stream.resize(24);
    expect(Math.max(...stream.tail().map(cellWidth))).toBeLessThanOrEqual(24);
    const after = [...stream.push(text.slice(12)), ...stream.end()];
    expect(before[0]).toBe(words);
    for (const line of after) expect(cellWidth(line)).toBeLessThanOrEqual(24);
    stream.resize(24.4);
    expect(after).toEqual(
      renderMarkdown(`.\n\n${text}`, { ...plainOptions, columns: 24 }).slice(before.length),
    );
  });
});
