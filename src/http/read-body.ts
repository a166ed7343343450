import type { Readable } from 'node:stream';

type ReadBodyOptions = {
  /** Gives words to what the transport throws. */
  fail: (error: unknown) => Error;
  /** Gets the first bytes, and may throw. */
  check?: (bytes: Uint8Array) => void;
  /** Whether what was read is all that matters. */
  isReleased?: () => boolean;
};

/** Bytes that wait for the reader until no more are taken. */
const maxWaiting = 64 * 1024;
/** How long the end of a body may take that nobody waits for: a new connection costs more than one round trip. */
const releasedMs = 2_000;

/**
 * The bytes of a body as they arrive; what one read of the socket brought comes in one piece. Written by hand, because two generators over
 * the body would cost as much as all that is done with the bytes. Leaving the loop closes the connection, unless the body is released.
 */
export function readBody(
  body: Readable,
  { fail, check, isReleased = () => false }: ReadBodyOptions,
): AsyncIterableIterator<Uint8Array, undefined> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  let isStarted = false;
  let isEnded = false;
  let failure: { error: unknown } | undefined;
  let wake = (): void => {};

  function start(): void {
    if (isStarted) return;
    isStarted = true;
    body.on('data', (bytes: Uint8Array) => {
      if (isEnded) return;
      waiting.push(bytes);
      length += bytes.length;
      if (length >= maxWaiting) body.pause();
      wake();
    });
    body.on('end', () => {
      isEnded = true;
      wake();
    });
    // Without a listener, what is closed on purpose would end the process.
    body.on('error', breakOff);
    body.on('close', () => breakOff(undefined));
    if (body.destroyed) breakOff(body.errored);
  }

  /** Makes an error only if it is one: every body closes, nearly always behind its end. */
  function breakOff(error: unknown): void {
    if (isEnded) return;
    failure ??= { error: error ?? new Error('the connection was closed') };
    wake();
  }

  function take(): Uint8Array {
    const bytes = waiting.length === 1 ? (waiting[0] as Uint8Array) : Buffer.concat(waiting);
    waiting = [];
    if (length >= maxWaiting) body.resume();
    length = 0;
    return bytes;
  }

  /** Nothing is read after this. */
  function leave(): void {
    isEnded = true;
    waiting = [];
    body.on('error', () => {});
    if (!isReleased()) body.destroy();
    else {
      const timer = setTimeout(() => body.destroy(), releasedMs).unref();
      body.on('close', () => clearTimeout(timer)).resume();
    }
  }

  function checkOnce(bytes: Uint8Array): void {
    const first = check;
    check = undefined;
    try {
      first?.(bytes);
    } catch (error) {
      leave();
      throw error;
    }
  }

  return {
    async next() {
      start();
      while (waiting.length === 0) {
        if (isEnded) return { done: true, value: undefined };
        if (failure) {
          isEnded = true;
          throw fail(failure.error);
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const value = take();
      if (check) checkOnce(value);
      return { done: false, value };
    },
    async return() {
      leave();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
