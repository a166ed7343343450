import type { ArrivingBody } from './exchange.ts';

export type ReadBodyOptions = {
  /** Gives words to what the transport throws. */
  fail: (error: unknown) => Error;
  /** Gets the first bytes, and may throw. */
  check?: (bytes: Uint8Array) => void;
  /** Whether what was read is all that matters. */
  isReleased?: () => boolean;
};

/**
 * The bytes of a body as they arrive; what came before they were asked for comes in one piece. Written by hand, because a generator would
 * cost as much as all that is done with the bytes. Leaving the loop closes the connection, unless the body is released.
 */
export function readBody(
  body: ArrivingBody,
  { fail, check, isReleased = () => false }: ReadBodyOptions,
): AsyncIterableIterator<Uint8Array, undefined> {
  let isLeft = false;

  function leave(): void {
    isLeft = true;
    body.leave(isReleased());
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
      while (!isLeft) {
        const value = body.take();
        if (value) {
          if (check) checkOnce(value);
          return { done: false, value };
        }
        if (!body.isOver) await body.wait();
        else {
          isLeft = true;
          if (body.failure) throw fail(body.failure.error);
        }
      }
      return { done: true, value: undefined };
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
