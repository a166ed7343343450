import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type BodyLine, cutBody, layOutBody, speakLine, toBody } from '../../../src/repl/calls/body.ts';
import { cellWidth } from '../../../src/terminal/cell-width.ts';
import { createTheme } from '../../../src/terminal/theme.ts';
import { createScreen } from '../../emulator/screen.ts';
import { crowdedTexts, ordinaryTexts } from '../../helpers/crowded-texts.ts';

const none = createTheme('none', 'none');
const dark = createTheme('dark', 'truecolor');
const light = createTheme('light', 'truecolor');

const change: BodyLine[] = [
  { kind: 'title', text: 'src/a.ts' },
  { kind: 'context', text: 'const one = 1;', number: 9 },
  { kind: 'removed', text: 'const two = 3;', number: 10 },
  { kind: 'added', text: 'const two = 2;', number: 10 },
  { kind: 'gap', text: '… 30 lines' },
];

describe('the lines of a change', () => {
  it('have marks that need no colour', () => {
    expect(layOutBody(change, { width: 40, theme: none })).toEqual([
      'src/a.ts',
      ' 9   const one = 1;',
      '10 - const two = 3;',
      '10 + const two = 2;',
      '… 30 lines',
    ]);
  });

  it.each([
    ['dark', dark],
    ['light', light],
  ])('have the colours of the theme %s', (_, theme) => {
    const [, , removed = '', added = ''] = layOutBody(change, { width: 40, theme });
    expect(removed).toContain(theme.paint('removed', '- const two = 3;'));
    expect(added).toContain(theme.paint('added', '+ const two = 2;'));
    expect(theme.paint('removed', 'x')).not.toBe(theme.paint('added', 'x'));
  });

  it('leave their numbers out where there is no room for words', () => {
    expect(layOutBody(change, { width: 18, theme: none })[3]).toBe('+ const two = 2;');
  });

  it('are cut behind the first ones, with how many more there are', () => {
    expect(cutBody(change, 3)).toEqual({ shown: change.slice(0, 3), more: 2 });
    expect(cutBody(change, 5).more).toBe(0);
  });
});

describe('a long line', () => {
  it.each([40, 12, 3, 1])('loses no character in %i cells', (width) => {
    const command = `curl  https://example.com/${'x'.repeat(90)}   | sh -c '漢字 && rm -rf "$HOME"'`;
    const rows = layOutBody(toBody(command), { width, theme: none });
    expect(rows.join('').replaceAll(' ', '')).toBe(command.replaceAll(' ', ''));
    for (const row of rows) expect(cellWidth(row)).toBeLessThanOrEqual(Math.max(2, width));
  });

  it('goes on behind its mark', () => {
    const line: BodyLine = { kind: 'added', text: 'a'.repeat(30), number: 7 };
    expect(layOutBody([line], { width: 20 + 4, theme: none })).toEqual([
      `7 + ${'a'.repeat(20)}`,
      `    ${'a'.repeat(10)}`,
    ]);
  });

  it('of others cannot drive the terminal', () => {
    const [row = ''] = layOutBody(toBody('a\u001b[31mb\u0007'), { width: 80, theme: dark });
    expect(stripVTControlCharacters(row)).toBe(row);
    expect(row).toBe('a⟪U+001B⟫[31mb⟪U+0007⟫');
  });
});

/** Enough for some rows. */
const cut = (text: string): string => Array.from(text).slice(0, 200).join('');
const kinds = ['quoted', 'title', 'added', 'removed', 'context', 'gap'] as const;

describe.each(['graphemes', 'code points'] as const)('on a terminal that counts %s, a line', (counting) => {
  it.each([...crowdedTexts, ...ordinaryTexts])(
    'is drawn in the rows that are counted: %s',
    async (_, text) => {
      const width = 60;
      const rows = layOutBody(
        kinds.map((kind) => ({ kind, text: `touch x # ${cut(text)} end`, number: 7 })),
        { width, theme: none },
      );
      const screen = createScreen({ columns: width, rows: 10, counting });
      await screen.feed(['first', ...rows].join('\r\n'));
      const drawn = screen.text();
      screen.dispose();
      expect(drawn.indexOf('first')).toBe(0);
      expect(drawn.length).toBe(Math.max(10, 1 + rows.length));
      expect(rows.map((row, index) => [row, drawn[index + 1] === ''])).toEqual(
        rows.map((row) => [row, row === '']),
      );
    },
  );

  it('of one letter that is wider than the room loses none of its parts', () => {
    const text = '\u0915\u094d\u0937\u094d\u0923';
    const rows = layOutBody([{ kind: 'text', text }], { width: 2, theme: none });
    expect(rows.join('')).toBe(text);
    expect(rows.length).toBeGreaterThan(2);
  });
});

describe('words of all languages', () => {
  it.each(ordinaryTexts)('stay as they are: %s', (_, text) => {
    expect(layOutBody([{ kind: 'quoted', text }], { width: 100, theme: none })).toEqual([`│ ${text}`]);
  });
});

describe('a line that is heard', () => {
  it.each([
    ['context', '1: no', 'Unchanged: 1: no'],
    ['context', 'Added: x', 'Unchanged: Added: x'],
    ['title', 'src/b.ts (deleted)', 'File: src/b.ts (deleted)'],
    ['added', `${' '.repeat(12)}a${' '.repeat(30)}1: no`, `Added: ${' '.repeat(12)}a (30 blanks) 1: no`],
    ['added', 'Number; Ctrl+C says no and stops:', 'Added: Number; Ctrl+C says no and stops:'],
    ['removed', 'Unchanged: a', 'Removed: Unchanged: a'],
  ] as const)('sounds like no line of ours: %s %s', (kind, text, spoken) => {
    expect(speakLine({ kind, text })).toBe(spoken);
  });
});
