import { describe, expect, it } from 'vitest';
import { diffLines } from '../../src/tools/diff-lines.ts';

const numbered = (count: number, name = 'line'): string =>
  Array.from({ length: count }, (_, index) => `${name} ${index + 1}\n`).join('');

/** `-3 text`, `+3 text`, ` 3,4 text`. */
const show = (before: string | undefined, after: string | undefined, options = {}): string[] =>
  diffLines(before, after, options).lines.map(({ kind, text, before: old, after: next }) => {
    if (kind === 'gap') return '…';
    if (kind === 'note') return `(${text})`;
    if (kind === 'same') return ` ${old},${next} ${text}`;
    return kind === 'removed' ? `-${old} ${text}` : `+${next} ${text}`;
  });

describe('a diff', () => {
  it.each<[string, string | undefined, string | undefined, string[]]>([
    ['of a new file', undefined, 'a\nb\n', ['+1 a', '+2 b']],
    ['of a file that goes', 'a\n', undefined, ['-1 a']],
    ['of equal texts', 'a\n', 'a\n', []],
    ['of two empty texts', '', '', []],
    ['of a changed line', 'a\nb\nc\n', 'a\nx\nc\n', [' 1,1 a', '-2 b', '+2 x', ' 3,3 c']],
    ['of an added line', 'a\nb\n', 'a\nx\nb\n', [' 1,1 a', '+2 x', ' 2,3 b']],
    [
      'of two changes that are far apart',
      numbered(20),
      numbered(20).replace('line 2\n', 'second\n').replace('line 18\n', ''),
      [
        ' 1,1 line 1',
        '-2 line 2',
        '+2 second',
        ' 3,3 line 3',
        ' 4,4 line 4',
        ' 5,5 line 5',
        '…',
        ' 15,15 line 15',
        ' 16,16 line 16',
        ' 17,17 line 17',
        '-18 line 18',
        ' 19,18 line 19',
        ' 20,19 line 20',
      ],
    ],
    [
      'of a last line that loses its end',
      'a\n',
      'a',
      ['-1 a', '+1 a', '(no line end at the end of the file)'],
    ],
  ])('%s', (_what, before, after, expected) => {
    expect(show(before, after)).toEqual(expected);
  });

  it('begins with a gap if the change is further down', () => {
    expect(show(numbered(9), numbered(9).replace('line 9', 'last'), { context: 1 })).toEqual([
      '…',
      ' 8,8 line 8',
      '-9 line 9',
      '+9 last',
    ]);
  });

  it('counts all lines and shows some', () => {
    const diff = diffLines(numbered(1000), numbered(1000, 'other'), { most: 10 });
    expect(diff).toMatchObject({ removed: 1000, added: 1000, left: 1990 });
    expect(diff.lines).toHaveLength(10);
  });

  it('cuts endless lines', () => {
    expect(diffLines('', 'x'.repeat(1_000_000)).lines[0]?.text).toBe(`${'x'.repeat(100_000)}…`);
  });

  it('of texts that have little in common shows one removed and one added part', () => {
    const before = numbered(30_000, 'old');
    const after = numbered(30_000, 'new');
    const diff = diffLines(`head\n${before}tail\n`, `head\n${after}tail\n`, { most: 100_000 });
    expect(diff).toMatchObject({ removed: 30_000, added: 30_000, left: 0 });
    expect(diff.lines[0]).toEqual({ kind: 'same', text: 'head', before: 1, after: 1 });
    expect(diff.lines.at(-1)).toEqual({ kind: 'same', text: 'tail', before: 30_002, after: 30_002 });
  });

  it.each([
    [
      'in the part that differs',
      'old end',
      'new end\n',
      ['-old end', '(no line end at the end of the file)', '+new end'],
    ],
    ['in a line that is the same', 'x\n', 'x', ['-x', '+x', '(no line end at the end of the file)']],
    ['in both', 'x', 'x', [' x', '(no line end at the end of the file)']],
  ])('of texts that have little in common says where a line end is missing: %s', (_, old, next, expected) => {
    const before = numbered(30_000, 'old') + old;
    const after = numbered(30_000, 'new') + next;
    const { lines } = diffLines(before, after, { most: 100_000 });
    const found = lines
      .filter(({ kind, text }) => kind === 'note' || ['x', 'old end', 'new end'].includes(text))
      .map(({ kind, text }) =>
        kind === 'note' ? `(${text})` : `${{ removed: '-', added: '+', same: ' ', gap: '' }[kind]}${text}`,
      );
    expect(found.slice(-expected.length)).toEqual(expected);
  });

  it('of large texts takes little time', { tags: 'deep' }, () => {
    const lines = Array.from({ length: 200_000 }, (_, index) => `line ${(index * 7919) % 1000}\n`);
    const shuffled = [...lines].sort((one, other) => (one + other).length - 12 || (one < other ? 1 : -1));
    const startedAt = performance.now();
    diffLines(lines.join(''), shuffled.join(''));
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});
