import { createHash } from 'node:crypto';
import { CliError } from '../errors.ts';
import { formatJson, type JsonObject } from '../json-value.ts';
import type { Call } from './call.ts';
import { toFailure } from './failure.ts';

type Asker = Pick<Call, 'caller' | 'path'>;

/**
 * Requests that the service did not answer, so that each is sent at most twice, and not again for a minute. Clients try again by themselves, up to thirty
 * times, and to the service that looks like abuse.
 */
export type FailedCalls = {
  /** Throws the failure of the same request if it was sent twice within a minute, and goes on doing so while its client tries. */
  check(asker: Asker, body: JsonObject): void;
  /** Notes a failure before the first byte. */
  note(asker: Asker, body: JsonObject, error: unknown): void;
  /** Forgets a request that was answered. */
  forget(asker: Asker, body: JsonObject): void;
};

/** After the last request of its kind; clients wait less between their tries. */
const holdMs = 60_000;
/** After the last call, however often a client tries. */
const longestHoldMs = 300_000;
const maxCalls = 2;
const maxEntries = 200;

/** Failures of the service or of the way to it. After 429 and 503, the service itself says when to come back. */
const unanswered = new Set([408, 499, 500, 502, 504]);

type Entry = { calls: number; failedAt: number; until: number; error: unknown };

export function createFailedCalls(now: () => number): FailedCalls {
  /** The oldest first. Bodies are digested only while there are entries: no request is slower for a failure that there was not. */
  const entries = new Map<string, Entry>();

  function find(key: string): Entry | undefined {
    const entry = entries.get(key);
    return entry && now() < entry.until ? entry : undefined;
  }

  return {
    check(asker, body) {
      if (entries.size === 0) return;
      const entry = find(toKey(asker, body));
      if (!entry || entry.calls < maxCalls) return;
      entry.until = Math.min(now() + holdMs, entry.failedAt + longestHoldMs);
      throw entry.error;
    },
    note(asker, body, error) {
      if (!(error instanceof CliError) || error.details.unsent === true) return;
      if (!unanswered.has(toFailure(error).status)) return;
      const key = toKey(asker, body);
      // It was thrown by `check`.
      if (find(key)?.error === error) return;
      const calls = (find(key)?.calls ?? 0) + (error.details.final === true ? maxCalls : 1);
      if (calls >= maxCalls) {
        error.details.final = true;
        error.addHint('The same request is not sent again for a minute.');
      }
      entries.delete(key);
      entries.set(key, { calls, failedAt: now(), until: now() + holdMs, error });
      const [oldest] = entries.keys();
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    },
    forget(asker, body) {
      if (entries.size > 0) entries.delete(toKey(asker, body));
    },
  };
}

/** Codex writes its metadata in another order each time. */
const changingFields = { client_metadata: undefined, metadata: undefined };

function toKey({ caller, path }: Asker, body: JsonObject): string {
  const asked = formatJson({ ...body, ...changingFields }) ?? '';
  return createHash('sha256').update(`${caller}\n${path}\n${asked}`).digest('base64');
}
