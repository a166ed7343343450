import { describe, expect, it } from 'vitest';
import { diffLines } from '../../src/clients/line-diff.ts';
import { createRandom } from '../helpers/random.ts';

const show = (before: string, after: string): string =>
  diffLines(before, after)
    .map(({ kind, text }) => `${kind === 'added' ? '+' : '-'}${text}`)
    .join(' ');

describe('the difference of two texts', () => {
  it.each([
    ['a\nb\n', 'a\nb\n', ''],
    ['', 'a\nb\n', '+a +b'],
    ['a\n', '', '-a'],
    ['a\nb\nc\n', 'a\nx\nc\n', '-b +x'],
    ['a\nb\nc\nd\n', 'a\nc\nd\ne\n', '-b +e'],
    ['a\na\n', 'a\na\na\n', '+a'],
    ['a\r\nb\r\n', 'a\r\nb\r\nc\r\n', '+c'],
  ])('of %j and %j', (before, after, expected) => {
    expect(show(before, after)).toBe(expected);
  });

  it('leads from one to the other, whatever they are', () => {
    const random = createRandom(7);
    for (let round = 0; round < 200; round++) {
      const [before, after] = [0, 1].map(() =>
        Array.from({ length: random.integer(8) }, () => random.pick(['a', 'b', 'c'])),
      );
      const text = (lines: unknown[] = []): string => lines.map((line) => `${line}\n`).join('');
      const diff = diffLines(text(before), text(after));
      const count = (kind: string): number => diff.filter((line) => line.kind === kind).length;
      expect((before?.length ?? 0) - count('removed') + count('added')).toBe(after?.length);
    }
  });

  it('of texts that are too long to compare is all of both', () => {
    const lines = (mark: string): string =>
      Array.from({ length: 3000 }, (_, row) => `${mark}${row}\n`).join('');
    expect(diffLines(lines('a'), lines('b'))).toHaveLength(6000);
  });
});
