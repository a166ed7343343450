import { describe, expect, it } from 'vitest';
import { toPlainWords } from '../../src/repl/plain-words.ts';

describe('the words of Markdown in a row of a list', () => {
  it.each([
    ['first **bold** and `code`', 'first bold and code'],
    ['# A heading\n\ntext', 'A heading\n\ntext'],
    ['> said\n> twice', 'said\ntwice'],
    ['- [ ] to do\n- *done*', 'to do\ndone'],
    ['```py\nprint(1)\n```\nThat is all.', 'print(1)\n\nThat is all.'],
    ['see [the page](https://example.com/a_b) and ![a picture](x.png)', 'see the page and a picture'],
    ['``a ` b`` _really_', 'a ` b really'],
  ])('of %j are %j', (markdown, words) => {
    expect(toPlainWords(markdown)).toBe(words);
  });

  it.each([
    '2 ** 3 and 4 * 5 * 6',
    'snake_case_name and __init__.py',
    'a `lonely tick',
    'fix #12',
    '**bold without end',
    'a[0](1',
  ])('keep %j', (text) => {
    expect(toPlainWords(text)).toBe(text);
  });

  it('need little time for many marks', () => {
    const startedAt = performance.now();
    for (const mark of ['*', '_', '`', '[', '> ', '**a ']) toPlainWords(mark.repeat(2_000));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
