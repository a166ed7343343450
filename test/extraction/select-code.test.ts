import { describe, expect, it } from 'vitest';
import { selectCode } from '../../src/extraction/select-code.ts';

const answer = '```js\na\n```\n\n```py\nb\n```\n\n```JavaScript\nc\n```\n\n```\nd\n```\n\n```sh\ne\n```\n';

describe('the code that is taken from an answer', () => {
  it.each([
    ['all of it', {}, 'a\n\nb\n\nc\n\nd\n\ne\n'],
    ['the last block', { last: true }, 'e\n'],
    ['a language by one name', { language: 'js' }, 'a\n\nc\n'],
    ['a language by another', { language: 'javascript' }, 'a\n\nc\n'],
    ['a language in capitals', { language: 'Python' }, 'b\n'],
    ['a shell by the name of another', { language: 'bash' }, 'e\n'],
    ['the last block of a language', { language: 'js', last: true }, 'c\n'],
  ])('is %s', (_, selection, expected) => {
    expect(selectCode(answer, selection)).toBe(expected);
  });

  it('is a language that we do not know, by its own name', () => {
    expect(selectCode('```Zig\nx\n```', { language: 'zig' })).toBe('x\n');
  });

  it.each([
    ['no block', 'Sorry.', {}, 'the answer has no code block', 'Ask for one in the prompt.'],
    ['no block and a language', 'Sorry.', { language: 'ts' }, 'the answer has no code block', 'Ask for one'],
    [
      'no such language',
      answer,
      { language: 'ts' },
      'the answer has no code block in ts',
      'js, py, JavaScript, none',
    ],
  ])('fails with exit code 11 where there is %s', (_, text, selection, message, hint) => {
    expect(() => selectCode(text, selection)).toThrowError(
      expect.objectContaining({ code: 'schema', exitCode: 11, message, hint: expect.stringContaining(hint) }),
    );
  });
});
