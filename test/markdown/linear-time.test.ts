import { describe, expect, it } from 'vitest';
import { createMarkdownStream } from '../../src/markdown/markdown-stream.ts';
import { createTheme } from '../../src/terminal/theme.ts';
import { sampled } from '../helpers/sampled.ts';
import { richDocument } from './documents.ts';

const theme = createTheme('dark', 'truecolor');

/** Milliseconds of processor time that a text takes which arrives in pieces of 256 characters, with a look at the tail now and then. */
function measure(text: string): number {
  const start = process.cpuUsage();
  const stream = createMarkdownStream({ theme, columns: 100, links: true });
  for (let at = 0; at < text.length; at += 256) {
    stream.push(text.slice(at, at + 256));
    if (at % 8_192 === 0) stream.tail(50);
  }
  stream.end();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

const repeat = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length));

/** Twice the text, twice the time, and some noise. What is quadratic has 4. */
const mostRatio = 2.6;

/** What would take a naive reader quadratic time, before which stands what is not repeated. */
const texts: [what: string, start: string, unit: string][] = [
  ['nearly everything', '', `${richDocument}\n\n`],
  [
    'one fence',
    '```ts\n',
    'const a: Map<string, number> = new Map(); // comment\n/* more\n   lines */ f(`x\ny`);\n',
  ],
  ['one fence of brackets', '```scss\n', '.a { .b {\n  color: red;\n'],
  ['one line of code', '```js\n', 'var a = "b"; '],
  ['one paragraph of lines', '', 'hello **world** and more\n'],
  ['lines of stars', '', `x ${'*'.repeat(1_000)} y\n`],
  ['lines of brackets', '', `${'['.repeat(500)}\n`],
  ['one paragraph without a line end', '', 'hello **world** and `more` '],
  ['one word', '', 'abcdefgh'],
  ['one table', '|a|b|\n|-|-|\n', '|x **y**|zz zz|\n'],
  ['one table of empty rows', `${'|a'.repeat(30)}|\n${'|-'.repeat(30)}|\n`, '|\n'],
  ['one list', '', '- hello\n'],
  ['one item of lazy lines', '- a\n', 'hello there\n'],
  ['one item of items', '- a\n', '  - hello there\n'],
  ['one quotation', '', '> hello there\n'],
  ['one lazy quotation', '> a\n', 'hello there\n'],
  ['emphasis that nests and does not end', '', '*a **b _c '],
  ['emphasis that nests and ends', '', `${'*a '.repeat(40)}${' a*'.repeat(40)} `],
  ['words with underscores', '', 'a_b_'],
  ['brackets', '', '[a](b [c '],
  ['definitions', '', '[a]: http://b.example\n'],
  ['marks of quotations', '', '>'],
  ['marks of items', '', '- '],
  ['backticks', '', '`a'],
  ['blanks', 'a', ' '],
  ['blank lines under code', '    a\n', '\n'],
  ['dashes and blanks', 'a\n', '-  '],
  ['tags', '', '<a '],
  ['Chinese', '', '这是一个很长的中文段落，用来测试。'],
  ['families and flags', '', '👨‍👩‍👧 🇩🇪 e\u0301 '],
  ['families without a blank', '', '👨‍👩‍👧'],
  ['marks on one letter', 'e', '\u0301'],
  ['characters that hide', '```\n', '\u202ea'],
  ['mail addresses', '', 'a.a@b'],
];

describe('the time for an answer', () => {
  it.each(texts)('grows with its length if it is %s', { tags: 'deep', timeout: 60_000 }, (_, start, unit) => {
    const length = 40_000;
    measure(start + repeat(unit, length / 4));
    // Whatever else the machine does shows up as time; the best of some attempts is what the text takes.
    const attempts: { once: number; ratio: number }[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const once = measure(start + repeat(unit, length));
      const twice = measure(start + repeat(unit, 2 * length));
      const ratio = twice / Math.max(once, 15);
      // The garbage collector takes a step at one doubling; what is quadratic takes it at each.
      const next = ratio < mostRatio ? ratio : measure(start + repeat(unit, 4 * length)) / twice;
      attempts.push({ once, ratio: Math.min(ratio, next) });
      if (attempts.some(({ ratio }) => ratio < mostRatio)) break;
    }
    expect(Math.min(...attempts.map(({ ratio }) => ratio))).toBeLessThan(mostRatio);
    expect(Math.min(...attempts.map(({ once }) => once))).toBeLessThan(4_000);
  });

  sampled.it.each(texts)('is short for a look at the tail of %s', { timeout: 60_000 }, (_, start, unit) => {
    const stream = createMarkdownStream({ theme, columns: 100, links: true });
    stream.push(start + repeat(unit, 60_000));
    const rounds = 10;
    const before = process.cpuUsage();
    for (let round = 0; round < rounds; round += 1) {
      stream.push('x');
      stream.tail(30);
    }
    const { user, system } = process.cpuUsage(before);
    // A frame of 30 a second has 33 ms; a hundred is what a crowded machine makes of a few.
    expect((user + system) / 1_000 / rounds).toBeLessThan(100);
  });
});
