import { describe, expect, it } from 'vitest';
import { wrapText } from '../../src/terminal/wrap-text.ts';

describe('wrapped text', () => {
  it.each<[string, string, number, string[]]>([
    ['leaves out the blank at which it breaks', 'abcdefgh ijk', 8, ['abcdefgh', 'ijk']],
    ['leaves out several blanks', 'abcdefgh    ijk', 8, ['abcdefgh', 'ijk']],
    ['keeps the indentation of a line', '  code goes\n on', 8, ['  code', '  goes', ' on']],
    ['leaves a line that fits as it is', '       code', 11, ['       code']],
    ['drops an indentation that leaves no room', '       code goes', 8, ['code', 'goes']],
    ['has no rows of trailing blanks', 'abcdefgh        ', 8, ['abcdefgh']],
    ['keeps empty lines', 'a\n\nb', 8, ['a', '', 'b']],
    ['breaks a long word', 'abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    [
      'finds the blank behind the codes of a look',
      '\u001b[31mabcdefgh ijk\u001b[39m',
      8,
      ['\u001b[31mabcdefgh\u001b[39m', '\u001b[31mijk\u001b[39m'],
    ],
  ])('%s', (_, text, columns, rows) => {
    expect(wrapText(text, columns)).toEqual(rows);
  });
});
