import { expect, it } from 'vitest';
import { createSharedFailure } from '../../src/auth/shared-failure.ts';
import { describeError, TokenExchangeError } from '../../src/errors.ts';
import { advise, login } from '../../src/hint.ts';

/** What a file keeps: text. */
function createFile() {
  let text = 'null';
  return {
    read: () => JSON.parse(text),
    write(value: unknown) {
      text = JSON.stringify(value);
    },
  };
}

it('a failure that another process met has the same words and the same next step', () => {
  const failure = createSharedFailure(createFile() as never);
  const error = new TokenExchangeError('forbidden', 'no subscription', {
    hint: advise`Sign in with another account: ${login}`,
    details: { status: 403 },
  });
  failure.report(error, 10);
  expect(() => failure.throwSince(11)).not.toThrow();
  try {
    failure.throwSince(10);
    expect.unreachable();
  } catch (thrown) {
    expect(describeError(thrown)).toEqual(describeError(error));
  }
});
