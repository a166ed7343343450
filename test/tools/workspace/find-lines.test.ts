import { describe, expect, it } from 'vitest';
import { findLines } from '../../../src/tools/workspace/find-lines.ts';
import { createRandom } from '../../helpers/random.ts';

/** One place after the other. */
function findSlowly(lines: readonly string[], wanted: readonly string[], from: number): number | undefined {
  for (let at = from; at <= lines.length - wanted.length; at += 1)
    if (wanted.every((line, offset) => lines[at + offset] === line)) return at;
  return undefined;
}

describe('lines among others', () => {
  it('are found where a plain search finds them', () => {
    const random = createRandom(7);
    const choose = (length: number): string[] =>
      Array.from({ length }, () => (random.chance(0.7) ? 'a' : 'b'));
    for (let round = 0; round < 3000; round += 1) {
      const lines = choose(random.integer(19));
      const wanted = choose(1 + random.integer(5));
      const from = random.integer(3);
      expect(findLines(lines, wanted, from)).toBe(findSlowly(lines, wanted, from));
    }
  });

  it.each([
    ['a line at the end that is not there', ['a', 'b']],
    ['a line at the start that is not there', ['b', 'a']],
    ['a line in the middle that is not there', ['a', 'b', 'a']],
  ])('are looked for once in a million, with %s', (_, [first = '', second = '', third]) => {
    const lines = Array<string>(1_000_000).fill('a');
    const half = (line: string): string[] => (line === 'a' ? Array<string>(8000).fill('a') : [line]);
    const wanted = [...half(first), ...half(second), ...(third === undefined ? [] : half(third))];
    expect(findLines(lines, wanted)).toBeUndefined();
  });
});
