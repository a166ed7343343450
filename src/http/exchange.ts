import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** The body of an answer, as its bytes arrive. It has one reader. */
export type ArrivingBody = {
  /** What has arrived since the last call, in one piece; undefined if nothing has. */
  take(): Uint8Array | undefined;
  /** Whether it ended, well or by `failure`. What has arrived may not be taken yet. */
  readonly isOver: boolean;
  readonly failure: { error: unknown } | undefined;
  /** Resolves when bytes have arrived or the body is over. Bytes that follow others at once may be told of a few milliseconds later. */
  wait(): Promise<void>;
  /** Nothing is taken after this. Closes the connection, or reads on for a while to keep it. */
  leave(isReleased: boolean): void;
};

export type Answer = { status: number; headers: IncomingHttpHeaders; body: ArrivingBody };

/** Bytes that wait for the reader until no more are taken. */
const maxWaiting = 64 * 1024;
/**
 * Bytes that come sooner after others, in milliseconds, are told of when this time is over or so many wait: where packets come faster than
 * anybody reads, a step and a write for each would cost more than all else that is done with them. Tokens of most models come further apart.
 */
const gatherMs = 4;
const enoughBytes = 16 * 1024;
/** As many packets bring the first words of an answer, in each dialect, and are never held. */
const firstPackets = 4;
/** How long the end of a body may take that nobody waits for: a new connection costs more than one round trip. */
const releasedMs = 2_000;

/**
 * Sends a request, and resolves with the head of its answer. Throws what undici throws, or the signal's reason at once. By a handler,
 * because undici's stream of a body costs as much as all that is done with the bytes.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let waiting: Uint8Array[] = [];
    let length = 0;
    let isOver = false;
    let isLeft = false;
    let failure: { error: unknown } | undefined;
    let takenMs = 0;
    let packets = 0;
    let gathering: NodeJS.Timeout | undefined;
    let wake = (): void => {};

    const onAbort = (): void => {
      controller?.abort(signal.reason);
      // A connection or a tunnel that is being made ends by itself.
      reject(signal.reason);
    };

    function end(): void {
      signal.removeEventListener('abort', onAbort);
      isOver = true;
      tell();
    }

    function tell(): void {
      clearTimeout(gathering);
      gathering = undefined;
      wake();
    }

    function tellSoon(): void {
      if (gathering) return;
      const restMs = takenMs + gatherMs - performance.now();
      if (restMs <= 0) wake();
      else gathering = setTimeout(tell, restMs);
    }

    const body: ArrivingBody = {
      take() {
        if (length === 0) return undefined;
        const bytes = waiting.length === 1 ? waiting[0] : Buffer.concat(waiting);
        const isFull = length >= maxWaiting;
        takenMs = performance.now();
        waiting = [];
        length = 0;
        // More can arrive within this call.
        if (isFull) controller?.resume();
        return bytes;
      },
      get isOver() {
        return isOver;
      },
      get failure() {
        return failure;
      },
      wait: () =>
        new Promise((arrived) => {
          wake = arrived;
        }),
      leave(isReleased) {
        if (isOver) return;
        isLeft = true;
        waiting = [];
        clearTimeout(gathering);
        if (isReleased) {
          const timer = setTimeout(close, releasedMs).unref();
          wake = () => clearTimeout(timer);
          controller?.resume();
        } else close();
      },
    };

    function close(): void {
      controller?.abort(new Error('the answer is not read any more'));
    }

    // It may have come while the connection was chosen, and tells nobody again.
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    signal.addEventListener('abort', onAbort);
    dispatcher.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        if (signal.aborted) started.abort(signal.reason);
      },
      onResponseStart(_, status, headers) {
        if (status >= 200) resolve({ status, headers, body });
      },
      onResponseData(_, bytes) {
        if (isLeft) return;
        waiting.push(bytes);
        length += bytes.length;
        if (length >= maxWaiting) controller?.pause();
        packets += 1;
        if (length >= enoughBytes || packets <= firstPackets) tell();
        else tellSoon();
      },
      onResponseEnd: end,
      onResponseError(_, error) {
        failure = { error };
        end();
        reject(error);
      },
    });
  });
}

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
