import { describe, expect, it } from 'vitest';
import { createDraft } from '../../../src/repl/composer/draft.ts';
import { layoutDraft, maxCounted } from '../../../src/repl/composer/layout-draft.ts';
import { longPaste, parseDraft, pasteAll } from './drafts.ts';

const narrow = { columns: 10, promptWidth: 2, continuationWidth: 2, maxRows: 5 };

describe('the rows of a draft', () => {
  it.each([
    ['nothing', '|', [''], [0, 2]],
    ['a word', 'ab|c', ['abc'], [0, 4]],
    ['two lines', 'ab\nc|d', ['ab', 'cd'], [1, 3]],
    ['an empty last line', 'ab\n|', ['ab', ''], [1, 2]],
    ['a row that is just full', '1234567|', ['1234567'], [0, 9]],
    ['a longer line', '12345678|', ['1234567', '8'], [1, 3]],
    ['the cursor where a line is wrapped', '1234567|8', ['1234567', '8'], [1, 2]],
    ['wide characters', '世界世|界', ['世界世', '界'], [1, 2]],
    ['an emoji at the edge', '123456👩‍👩‍👧|', ['123456', '👩‍👩‍👧'], [1, 4]],
    ['tabs', 'a\tb|', ['a   b'], [0, 7]],
    ['a tab at the edge, which takes no room', '123456\t|', ['123456 '], [0, 9]],
    ['words', 'one two three|', ['one two', 'three'], [1, 7]],
    ['words with the cursor behind the space', 'one two |three', ['one two', 'three'], [1, 2]],
    ['a word that just fits, and a space', 'one two |', ['one two'], [0, 9]],
    ['spaces at the edge, which take no room', 'one two   |', ['one two'], [0, 9]],
    ['a word behind them', 'one two   x|', ['one two', 'x'], [1, 3]],
    ['a long word behind a short one', 'one 123456789|', ['one ', '1234567', '89'], [2, 4]],
    ['a long word before a short one', '123456789 one|', ['1234567', '89 one'], [1, 8]],
    ['a word behind an indent', '  one two|', ['  one ', 'two'], [1, 5]],
    ['words that a no-break space joins', 'ab c\u00a0d\u00a0e|', ['ab ', 'c\u00a0d\u00a0e'], [1, 7]],
    ['a word behind a dash', 'one-two-x|', ['one-two', '-x'], [1, 4]],
    ['Chinese behind a word', 'ab 世界世界|', ['ab 世界', '世界'], [1, 6]],
    ['a sentence of Chinese, with its end', '世界世。|', ['世界', '世。'], [1, 6]],
    ['an emoji behind a word', 'abcdef 👩‍👩‍👧|', ['abcdef ', '👩‍👩‍👧'], [1, 4]],
    ['words of two lines', 'aa bb cc\ndd ee ff|', ['aa bb ', 'cc', 'dd ee ', 'ff'], [3, 4]],
    ['control characters', '\u001b[A\u0007\u007f|', ['␛[A␇␡'], [0, 7]],
    ['what turns the writing around', 'a\u202eb|', ['a\ufffdb'], [0, 5]],
  ] as const)('%s', (_, picture, rows, [row, column]) => {
    expect(layoutDraft(parseDraft(picture), narrow)).toMatchObject({ rows, cursor: { row, column } });
  });

  it('have their own widths after the first', () => {
    const options = { ...narrow, promptWidth: 5, continuationWidth: 0 };
    expect(layoutDraft(parseDraft('12345678901234|'), options)).toMatchObject({
      rows: ['1234', '567890123', '4'],
      cursor: { row: 2, column: 1 },
    });
  });

  it('show a folded paste in one piece, shortened if it does not fit', () => {
    const draft = pasteAll(parseDraft('ab|'), longPaste);
    expect(layoutDraft(draft, { ...narrow, columns: 31 }).rows).toEqual([
      'ab',
      '[Pasted text #1, 213 lines]',
    ]);
    expect(layoutDraft(draft, narrow).rows).toEqual(['ab', '[Paste…']);
  });

  it('show a mark for a character that no row is wide enough for', () => {
    expect(layoutDraft(parseDraft('世a|'), { ...narrow, columns: 3 }).rows).toEqual(['…', 'a']);
    expect(layoutDraft(parseDraft('世a|'), { ...narrow, columns: 1 }).rows).toEqual(['…', 'a']);
  });
});

describe('a window of a draft', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `${index}`).join('\n');
  const at = (line: number): number =>
    lines.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0);
  const look = (line: number, top?: number) =>
    layoutDraft({ ...createDraft(lines), cursor: at(line) }, { ...narrow, top });

  it('ends at the cursor if no window was shown before', () => {
    expect(look(99).rows).toEqual(['95', '96', '97', '98', '99']);
    expect(look(50)).toMatchObject({
      rows: ['46', '47', '48', '49', '50'],
      above: 46,
      below: 49,
      top: at(46),
    });
  });

  it('is full at the beginning and at the end', () => {
    expect(look(0)).toMatchObject({ rows: ['0', '1', '2', '3', '4'], top: 0, above: 0, below: 95 });
    expect(look(97, at(97))).toMatchObject({
      rows: ['95', '96', '97', '98', '99'],
      above: 95,
      below: 0,
    });
  });

  it('stays while the cursor moves inside it, and follows the cursor out of it', () => {
    expect(look(52, at(50))).toMatchObject({ top: at(50), cursor: { row: 2 } });
    expect(look(50, at(50))).toMatchObject({ top: at(50), cursor: { row: 0 } });
    expect(look(49, at(50))).toMatchObject({ top: at(49), cursor: { row: 0 } });
    expect(look(55, at(50))).toMatchObject({ top: at(51), cursor: { row: 4 } });
    expect(look(10, at(50))).toMatchObject({ top: at(10), cursor: { row: 0 } });
    expect(look(90, at(50))).toMatchObject({ top: at(86), cursor: { row: 4 } });
  });

  it('counts the rows outside it, and of many the lines', () => {
    const rows = (count: number): string => 'ab\n'.repeat(count);
    const count = (text: string, cursor: number) => layoutDraft({ ...createDraft(text), cursor }, narrow);
    expect(count(rows(30), 90)).toMatchObject({ above: 26, below: 0 });
    expect(count(rows(500), 750)).toMatchObject({ above: 246, below: 250 });
    // Rows of one long line are counted up to a limit.
    expect(count('0123456789'.repeat(900), 4500)).toMatchObject({ above: maxCounted, below: maxCounted });
    // A line of three rows counts as three.
    expect(count(`1234567 1234567 1\n${rows(5)}`, 33)).toMatchObject({ above: 4, below: 0 });
    expect(count('ab\ncd', 5)).toMatchObject({ above: 0, below: 0 });
  });

  it('shows the middle of a line of a megabyte', () => {
    const draft = { ...createDraft('0123456789'.repeat(100_000)), cursor: 500_000 };
    const { rows, cursor } = layoutDraft(draft, { ...narrow, columns: 13 });
    expect(rows).toHaveLength(5);
    expect(rows.every((row) => '01234567890123456789'.includes(row))).toBe(true);
    expect(rows[cursor.row]?.[cursor.column - 2]).toBe('0');
  });
});
