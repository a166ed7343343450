import type { IncomingHttpHeaders } from 'node:http';
import type { ChatEvent } from '../dialects/chat-event.ts';
import { type ReplyReader, StreamError, TruncatedStreamError, type Upstream } from '../dialects/dialect.ts';
import { CliError, UpstreamError } from '../errors.ts';
import { advise, askAgain } from '../hint.ts';
import type { HttpResponse } from '../http/http.ts';
import { isObject, parseJson } from '../json-value.ts';
import { maskStart } from '../redact.ts';
import { createSseDecoder, type SseMessage, SseTooLongError } from '../sse/decoder.ts';
import { toIncomplete } from './check-answer.ts';
import type { ToServiceError } from './service.ts';
import { parseErrorBody, toUpstreamError } from './upstream-error.ts';

/** Of a reply in one piece. */
const maxReplyBytes = 32 * 1024 * 1024;
const utf8 = new TextDecoder();

/** The content of one packet. */
export type DecodedPacket = {
  /**
   * `held`: a part of a reply in one piece, which is read at its end. `end`: what the end of the body told. `left`: the reply is complete, and
   * the rest of the body is not waited for, or did not come.
   */
  kind: 'part' | 'held' | 'end' | 'left';
  events: ChatEvent[];
  /** The reply is complete without the last event of its dialect. */
  lacksEnd?: boolean;
  /** Why decoding stopped; `read` messages of this packet came before. */
  failure?: { error: unknown; read: number };
};

type PacketOptions<T> = {
  /**
   * Turns a packet into what is yielded, undefined for nothing, by the bytes that it came in, none at the end. A failure that it holds is
   * thrown next.
   */
  see: (packet: DecodedPacket, bytes?: Uint8Array) => T | Promise<T> | undefined;
  /** What is wrong with an answer that ends so, by the events of each packet. Its finish is left out then. */
  judge?: ((events: readonly ChatEvent[]) => unknown) | undefined;
  silence?: SilenceWatch | undefined;
};

/** How long the service may be silent after the last word of a reply, in milliseconds: the usage may follow. */
const graceMs = 5_000;

/** How late a timer comes only where the program stood still, in milliseconds. */
const stallMs = 500;

/**
 * Waits for bytes that may have come while the program stood still (Ctrl+Z, a machine under load): a timer that is late begins anew, because
 * they are read after it. Returns what stops it.
 */
export function startTimer(limitMs: number, done: () => void): () => void {
  let timer: NodeJS.Timeout;
  const begin = (): void => {
    const dueAt = performance.now() + limitMs;
    timer = setTimeout(() => (performance.now() - dueAt > stallMs ? begin() : done()), limitMs);
  };
  begin();
  return () => clearTimeout(timer);
}

/** Limits the time without an event; bytes that say nothing, such as keep-alive comments, do not end it. */
export type SilenceWatch = {
  /** Bytes are waited for. Does nothing if they are already. */
  begin(): void;
  end(): void;
};

/**
 * An answer's body, packet by packet, because each step between async generators costs as much as reading an event: all that is done with
 * a packet is done in one step, by `see`. Leaving the loop closes the connection. Throws UpstreamError `truncated` if the stream ended early.
 */
export async function* readPackets<T>(
  response: ReadableResponse,
  dialect: Pick<Upstream, 'createReplyReader' | 'readReply'>,
  { see, judge, silence }: PacketOptions<T>,
): AsyncGenerator<T, undefined> {
  const { body, release } = response;
  const reader = createPacketReader(response, dialect, judge);
  const patience = createGrace(reader.mayEnd);
  let rest: DecodedPacket;
  let failure: DecodedPacket['failure'];
  try {
    silence?.begin();
    for await (const bytes of patience.limit(body)) {
      const packet = reader.push(bytes);
      failure = packet.failure;
      if (packet.events.length > 0) {
        silence?.end();
        patience.renew();
      }
      const seen = see(packet, bytes);
      if (seen !== undefined) yield seen;
      if (failure) throw failure.error;
      if (reader.isDone()) {
        release?.();
        break;
      }
      if (!reader.mayEnd()) silence?.begin();
    }
    rest = reader.end();
  } catch (error) {
    if (failure && error === failure.error) throw error;
    rest = reader.breakOff(error);
  } finally {
    silence?.end();
  }
  const seen = see(rest);
  if (seen !== undefined) yield seen;
  if (rest.failure) throw rest.failure.error;
  return undefined;
}

/** Ends the body of a reply that is complete, if its connection stays open and nothing more is said on it. */
function createGrace(mayEnd: () => boolean) {
  let leftMs = graceMs;

  async function nextOrEnd(
    packets: AsyncIterator<Uint8Array>,
  ): Promise<IteratorResult<Uint8Array, undefined>> {
    const startedAt = performance.now();
    let stop = (): void => {};
    const end = new Promise<undefined>((resolve) => {
      stop = startTimer(leftMs, () => resolve(undefined));
    });
    try {
      const next = await Promise.race([packets.next(), end]);
      leftMs = Math.max(0, leftMs - (performance.now() - startedAt));
      if (next) return next;
      void packets.return?.();
      return { done: true, value: undefined };
    } finally {
      stop();
    }
  }

  return {
    /** Something was said. */
    renew(): void {
      leftMs = graceMs;
    },
    limit(body: AsyncIterable<Uint8Array>): AsyncIterableIterator<Uint8Array, undefined> {
      const packets = body[Symbol.asyncIterator]();
      return {
        next: () => (mayEnd() ? nextOrEnd(packets) : packets.next()),
        async return() {
          await packets.return?.();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
}

/** The batches from the one that was read already. The further steps go straight to the iterator. */
export function startWith<T>(
  first: IteratorResult<T, undefined>,
  rest: AsyncIterator<T, undefined>,
): AsyncIterableIterator<T> {
  let isTaken = false;
  return {
    next() {
      if (isTaken) return rest.next();
      isTaken = true;
      return Promise.resolve(first);
    },
    async return() {
      await rest.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** An answer that is read to its end, or until it says that it is done. */
export type ReadableResponse = Pick<HttpResponse, 'headers' | 'body'> & {
  release?: HttpResponse['release'] | undefined;
  /** Copilot's words if it is undefined. */
  toError?: ToServiceError | undefined;
};

/** Packets to events, in one step each. */
function createPacketReader(
  { headers, toError = toUpstreamError }: ReadableResponse,
  dialect: Pick<Upstream, 'createReplyReader' | 'readReply'>,
  judge: PacketOptions<unknown>['judge'],
) {
  const decoder = dialect.createReplyReader();
  const body = createBodyReader();
  let isBegun = false;

  const toFailure = (error: unknown): unknown => toStreamFailure(error, headers, isBegun, toError);

  function fail(kind: DecodedPacket['kind'], error: unknown): DecodedPacket {
    return { kind, events: [], failure: { error: toFailure(error), read: 0 } };
  }

  function decode(kind: DecodedPacket['kind'], messages: readonly SseMessage[]): DecodedPacket {
    const { events, read, failure } = decodeMessages(messages, decoder);
    if (events.length > 0) isBegun = true;
    if (failure) return { kind, events, failure: { error: toFailure(failure.error), read } };
    return checkEnd({ kind, events }, read - 1);
  }

  /** `read`: the messages before the end. */
  function checkEnd(packet: DecodedPacket, read: number): DecodedPacket {
    const { kind, events } = packet;
    const error = events.length > 0 ? judge?.(events) : undefined;
    if (error === undefined) return packet;
    return { kind, events: events.filter(({ type }) => type !== 'finish'), failure: { error, read } };
  }

  function close(kind: DecodedPacket['kind'], events: ChatEvent[], read = 0): DecodedPacket {
    return checkEnd({ kind, events, lacksEnd: events.at(-1)?.type === 'finish' }, read);
  }

  function readEnd(): DecodedPacket {
    if (decoder.isDone?.()) return { kind: 'left', events: decoder.end() };
    const rest = body.end();
    if (!Array.isArray(rest)) return checkEnd({ kind: 'end', events: dialect.readReply(rest.reply) }, 0);
    const last = decode('end', rest);
    if (last.failure || decoder.isDone?.()) return last;
    const closed = close('end', decoder.end(), rest.length);
    return { ...closed, events: [...last.events, ...closed.events] };
  }

  return {
    push(bytes: Uint8Array): DecodedPacket {
      try {
        const messages = body.push(bytes);
        return messages ? decode('part', messages) : { kind: 'held', events: [] };
      } catch (error) {
        return fail('part', error);
      }
    },
    /** Whether the reply says that it is complete: nothing that matters follows. */
    isDone: (): boolean => decoder.isDone?.() ?? false,
    mayEnd: (): boolean => decoder.mayEnd?.() ?? false,
    end(): DecodedPacket {
      try {
        return readEnd();
      } catch (error) {
        return fail('end', error);
      }
    },
    /** After a failure of the connection, which is none if the reply was complete. */
    breakOff(error: unknown): DecodedPacket {
      const rest = isBegun && (isNetworkError(error) || isTimeout(error)) ? tryEnd(decoder) : undefined;
      return rest ? close('left', rest) : fail('left', error);
    },
  };
}

function isNetworkError(error: unknown): error is CliError {
  return error instanceof CliError && error.code === 'network';
}

function isTimeout(error: unknown): boolean {
  return error instanceof CliError && error.code === 'timeout';
}

/** A connection that breaks or falls silent after a complete reply is no failure. */
function tryEnd(decoder: ReplyReader): ChatEvent[] | undefined {
  try {
    return decoder.end();
  } catch {
    return undefined;
  }
}

/** Keeps the events decoded before a failure. `read`: the messages up to the failure, or up to the last that said something. */
function decodeMessages(
  messages: readonly SseMessage[],
  decoder: ReplyReader,
): { events: ChatEvent[]; read: number; failure?: { error: unknown } } {
  const events: ChatEvent[] = [];
  let read = 0;
  let last = 0;
  try {
    for (const message of messages) {
      const said = decoder.push(message);
      for (const event of said) events.push(event);
      read += 1;
      if (said.length > 0) last = read;
    }
  } catch (error) {
    return { events, read, failure: { error } };
  }
  return { events, read: last };
}

/**
 * The messages of an event stream, packet by packet. Labels lie: what begins like JSON is kept for the end, because it may be a complete
 * reply; HTML and the like throw a StreamError that quotes it.
 */
function createBodyReader() {
  const sse = createSseDecoder();
  let whole: Uint8Array[] | undefined;
  let wholeLength = 0;
  let beginning = '';
  let isEmpty = true;
  return {
    /** Undefined while the reply comes in one piece. */
    push(bytes: Uint8Array): SseMessage[] | undefined {
      if (beginning.trim() === '') {
        beginning = utf8.decode(bytes.subarray(0, 64));
        if (/^\s*[{[<]/.test(beginning)) whole = [];
      }
      if (whole) {
        wholeLength += bytes.length;
        if (wholeLength > maxReplyBytes) throw new StreamError('the answer is too long');
        whole.push(bytes);
        return undefined;
      }
      const messages = sse.push(bytes);
      if (messages.length > 0) isEmpty = false;
      return messages;
    },
    end(): SseMessage[] | WholeReply {
      if (whole) return readWhole(utf8.decode(Buffer.concat(whole)));
      const last = sse.end();
      for (const { data } of last) {
        // A stream that breaks off inside a message is cut, and not broken.
        if (data !== '[DONE]' && parseJson(data) === undefined)
          throw new TruncatedStreamError('the stream ended inside a message');
      }
      if (isEmpty && last.length === 0 && beginning.trim() !== '')
        throw new StreamError(`the answer is not an event stream, and begins with: ${beginning.trim()}`);
      return last;
    },
  };
}

/** A reply in one piece of JSON. */
type WholeReply = { reply: unknown };

/** Characters of an answer that is none, for the message. */
const maxQuotedLength = 200;

/** Every reply has one of these keys, and no error has. */
const replyKeys = ['choices', 'output', 'content', 'usage'];

/** Throws StreamError for an error with a status of success, and for the pages of proxies on the way. */
function readWhole(text: string): WholeReply {
  const json = parseJson(text);
  if (isObject(json) && !json.error && replyKeys.some((key) => key in json)) return { reply: json };
  const { code, message } = parseErrorBody(text);
  const title = /^\s*</.test(text)
    ? (/<title>([^<]*)/i.exec(text)?.[1] ?? 'a page')
    : maskStart(text, maxQuotedLength).trim();
  const said = message || title;
  throw new StreamError(`the service sent something other than an answer: ${said}`, code);
}

function toStreamFailure(
  error: unknown,
  headers: IncomingHttpHeaders,
  begun: boolean,
  toError: ToServiceError,
): unknown {
  if (error instanceof StreamError)
    return toError(200, { code: error.code, message: error.message }, headers);
  if (error instanceof SseTooLongError)
    return toError(200, { code: undefined, message: error.message }, headers);
  const cut = error instanceof TruncatedStreamError || (begun && isNetworkError(error));
  if (!cut) return error;
  const details = { request_id: headers['x-github-request-id'] ?? headers['x-request-id'] };
  const reason = error instanceof CliError ? ` (${error.message})` : '';
  return new UpstreamError(
    'truncated',
    toIncomplete(`the stream was disconnected before completion${reason}`),
    {
      hint: advise`${askAgain}.`,
      cause: error,
      details,
    },
  );
}
