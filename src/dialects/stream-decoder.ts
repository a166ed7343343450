import type { SseMessage } from '../sse/decoder.ts';
import type { ChatEvent } from './chat-event.ts';

/** Wire messages of one dialect to events. A decoder serves one stream. */
export type ReplyReader = {
  /** The events that this message completes. Throws StreamError where the message reports a failure or cannot be read. */
  push(message: SseMessage): ChatEvent[];
  /** Whether the service has said its last word; nobody waits for it to hang up. */
  isDone?(): boolean;
  /** What is still to say when the stream has ended. Throws TruncatedStreamError where the reply was not finished. */
  end(): ChatEvent[];
};

/** A failure that was reported inside a stream, after a 200. `code` is the service's own, where it gave one. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** The stream ended before the model had finished. */
export class TruncatedStreamError extends Error {
  override readonly name = 'TruncatedStreamError';
}

const maxParts = 10_000;

/** Throws StreamError where a reply has more calls or blocks than any has: the other side is broken, or wants to fill our memory. */
export function limitParts(count: number): void {
  if (count > maxParts) throw new StreamError(`the reply has more than ${maxParts} parts`);
}
