import { describe, expect, it } from 'vitest';
import { cutMiddle } from '../src/cut-middle.ts';

describe('a text without its middle', () => {
  const describeLeft = (left: number): string => `${left} left out`;

  it.each([
    ['is whole if it fits', 'abcdef', { length: 6 }, 'abcdef'],
    ['has two halves', 'abcdefgh', { length: 4 }, 'ab\n[4 left out]\ngh'],
    ['has more of its end', 'abcdefgh', { length: 4, begin: 1 }, 'a\n[4 left out]\nfgh'],
    ['has an odd number', 'abcdefgh', { length: 5 }, 'ab\n[3 left out]\nfgh'],
    ['may have no beginning', 'abcdefgh', { length: 2, begin: 0 }, '\n[6 left out]\ngh'],
    ['may have no end', 'abcdefgh', { length: 2, begin: 2 }, 'ab\n[6 left out]\n'],
    ['never has half a character', 'a😀bcd😀e', { length: 4 }, 'a\n[7 left out]\ne'],
  ])('%s', (_, text, size, expected) => {
    expect(cutMiddle(text, size, describeLeft)).toBe(expected);
  });
});
