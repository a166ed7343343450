import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, and throws the reason of `signal` as soon as it aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

/** The outcome of `work` or the reason of the signal, whichever comes first. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    stop = () => signal.removeEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stop();
  }
}

/**
 * Aborts with any of the signals, and after so long, with a TimeoutError. Not made of `AbortSignal.timeout`: in Node 20 the collector takes
 * one that only `AbortSignal.any` knows, and it never aborts.
 */
export function limitTime(milliseconds: number, ...signals: AbortSignal[]): AbortSignal {
  const limit = new AbortController();
  const end = (): void => limit.abort(new DOMException('it took too long', 'TimeoutError'));
  setTimeout(end, milliseconds).unref();
  return AbortSignal.any([...signals, limit.signal]);
}

/** A promise, and what resolves it. */
export function defer(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
