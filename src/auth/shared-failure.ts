import type { CacheFile } from '../config/cache-file.ts';
import { CliError, exitCodes, TokenExchangeError } from '../errors.ts';
import { readHint } from '../hint.ts';
import { toNumber, toObject, toText } from '../json-value.ts';

export type SharedFailure = {
  /** Throws the failure that another process met after `since`, so that a queue of processes does not ask for it one by one. */
  throwSince(since: number): void;
  report(error: unknown, at: number): void;
};

/** The last failure of a token exchange for one GitHub token. It holds words, and no secret. */
export function createSharedFailure(file: CacheFile): SharedFailure {
  return {
    throwSince(since) {
      const { at, code, message, hint, details } = toObject(file.read());
      const known = Object.keys(exitCodes).find((name) => name === code) as
        | keyof typeof exitCodes
        | undefined;
      if (known === undefined || (toNumber(at) ?? 0) < since) return;
      throw new TokenExchangeError(known, toText(message) ?? 'the token exchange failed', {
        hint: readHint(hint),
        details: toObject(details),
      });
    },
    report(error, at) {
      if (!(error instanceof CliError) || error.code === 'interrupted') return;
      const { code, message, hint, details } = error;
      file.write({ at, code, message, hint, details });
    },
  };
}
