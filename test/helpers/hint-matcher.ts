import { type Hint, shellWords, wordHint } from '../../src/hint.ts';

type Matcher = { asymmetricMatch(value: unknown): boolean };

/** Stands for a hint in an expected value: one that a shell words as this text, or in words that the pattern or matcher accepts. */
export function hintSaying(expected: string | RegExp | Matcher): unknown {
  const accepts = (words: string): boolean =>
    typeof expected === 'string'
      ? words === expected
      : expected instanceof RegExp
        ? expected.test(words)
        : expected.asymmetricMatch(words);
  return {
    $$typeof: Symbol.for('jest.asymmetricMatcher'),
    asymmetricMatch: (hint: Hint | undefined) => hint !== undefined && accepts(wordHint(hint, shellWords)),
    toString: () => 'hintSaying',
    toAsymmetricMatcher: () => `hint saying ${expected}`,
  };
}
