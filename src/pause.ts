import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, and throws the reason of `signal` as soon as it aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}
