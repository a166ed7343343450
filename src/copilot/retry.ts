import { CliError } from '../errors.ts';
import { pause } from '../pause.ts';

/** A wait before the same request is sent again. */
export type Retry = { seconds: number; reason: string };

export type RetryOptions = {
  signal: AbortSignal;
  /** Called before each wait. */
  onWait?: ((retry: Retry) => void) | undefined;
  /** Changes the next attempt, so that the failure cannot repeat for ever. False if there is nothing to change. */
  mend(error: unknown): boolean;
  /** Turns a final failure into what is thrown. */
  explain?: (error: unknown) => unknown;
};

/** Tries until an attempt yields something. Before that, mends failures or waits them out; after that, throws every failure. */
export async function* attemptUntilAnswered<T>(
  attempt: () => AsyncIterable<T>,
  { signal, onWait, mend, explain = (error) => error }: RetryOptions,
): AsyncGenerator<T> {
  for (let failures = 0; ; ) {
    let isAnswered = false;
    try {
      for await (const item of attempt()) {
        isAnswered = true;
        yield item;
      }
      return;
    } catch (error) {
      if (isAnswered || signal.aborted) throw error;
      if (mend(error)) continue;
      failures += 1;
      const retry = planRetry(error, failures);
      if (!retry) throw explain(error);
      onWait?.(retry);
      await pause(retry.seconds * 1000, signal);
    }
  }
}

/** For longer waits, an error says when to come back. */
const maxWaitSeconds = 60;
/** A date may have passed by a clock that is ahead. */
const minWaitSeconds = 1;
/** The growing waits before a request that failed by accident is sent again, in seconds. */
const accidentWaits = [1, 4];
const maxRateLimitWaits = 3;

/** Failures of the service or of the way to it that say nothing about the request. 503 is a limit of the model's maker. */
const accidents = new Set([499, 500, 502, 504]);

/**
 * Whether to retry a request that failed before any output, and after how long. `attempt` counts failures from 1. Quota, long limits and
 * refusals are final: repeating them looks like abuse.
 */
export function planRetry(error: unknown, attempt: number): Retry | undefined {
  if (!(error instanceof CliError)) return undefined;
  const status = Number(error.details.status);
  const wait = error.details.retry_after_s;
  if ((error.code === 'rate_limited' || status === 503) && typeof wait === 'number') {
    return wait <= maxWaitSeconds && attempt <= maxRateLimitWaits
      ? {
          seconds: Math.max(minWaitSeconds, wait),
          reason:
            error.code === 'rate_limited'
              ? 'Copilot asks to wait for its rate limit'
              : 'Copilot asks to wait',
        }
      : undefined;
  }
  // The upload was too slow once.
  if (status === 408)
    return attempt === 1 ? { seconds: 0, reason: 'the request did not arrive in time' } : undefined;
  const isAccident = accidents.has(status) || error.code === 'truncated' || error.details.retryable === true;
  const seconds = accidentWaits[attempt - 1];
  return isAccident && seconds !== undefined ? { seconds, reason: error.message } : undefined;
}
