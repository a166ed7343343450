import type { IncomingHttpHeaders } from 'node:http';
import type { ChatEvent } from '../dialects/chat-event.ts';
import { type Dialect, type ReplyReader, StreamError, TruncatedStreamError } from '../dialects/dialect.ts';
import { CliError, UpstreamError } from '../errors.ts';
import { advise, askAgain } from '../hint.ts';
import type { HttpResponse } from '../http/http.ts';
import { isObject, parseJson } from '../json-value.ts';
import { createSseDecoder, type SseMessage, SseTooLongError } from '../sse/decoder.ts';
import { parseErrorBody, toUpstreamError } from './upstream-error.ts';

/** Of a reply in one piece. */
const maxReplyBytes = 32 * 1024 * 1024;

/** The content of one packet. */
export type DecodedPacket = {
  events: ChatEvent[];
  /** Why decoding stopped; `read` messages of this packet came before. */
  failure?: { error: unknown; read: number };
};

/**
 * An answer's body to events, batched by packet, because each step between async generators costs as much as reading an event. Leaving the
 * loop closes the connection. Yields what came before a failure, then throws it: UpstreamError `truncated` if the stream ended early.
 */
export async function* decodeStream(
  response: ReadableResponse,
  dialect: Pick<Dialect, 'createReplyReader' | 'readReply'>,
): AsyncGenerator<ChatEvent[]> {
  for await (const { events, failure } of decodePackets(response, dialect)) {
    if (events.length > 0) yield events;
    if (failure) throw failure.error;
  }
}

/** Flattens batches for one reader. Each item costs one promise, where an async generator makes several. */
export function flatten<T>(batches: AsyncGenerator<readonly T[]>): AsyncIterableIterator<T> {
  let batch: readonly T[] = [];
  let position = 0;

  async function nextBatch(): Promise<IteratorResult<T, undefined>> {
    do {
      const { done, value } = await batches.next();
      if (done) return { done, value: undefined };
      batch = value;
      position = 0;
    } while (batch.length === 0);
    return takeNext();
  }

  const takeNext = (): IteratorResult<T> => {
    const value = batch[position] as T;
    position += 1;
    return { done: false, value };
  };

  return {
    next: () => (position < batch.length ? Promise.resolve(takeNext()) : nextBatch()),
    async return() {
      batch = [];
      await batches.return(undefined);
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
};

/** The same, packet by packet: a failure is in the last packet instead of thrown. */
export async function* decodePackets(
  { headers, body, release }: ReadableResponse,
  dialect: Pick<Dialect, 'createReplyReader' | 'readReply'>,
): AsyncGenerator<DecodedPacket> {
  const decoder = dialect.createReplyReader();
  let begun = false;
  try {
    for await (const messages of readMessages(body)) {
      if (!Array.isArray(messages)) {
        yield { events: dialect.readReply(messages.reply) };
        return;
      }
      const { events, failure } = decodeMessages(messages, decoder);
      if (events.length > 0) begun = true;
      if (failure) {
        yield { events, failure: { ...failure, error: toStreamFailure(failure.error, headers, begun) } };
        return;
      }
      yield { events };
      if (decoder.isDone?.()) {
        release?.();
        break;
      }
    }
    yield { events: decoder.end() };
  } catch (error) {
    const rest = begun && isNetworkError(error) ? tryEnd(decoder) : undefined;
    yield rest
      ? { events: rest }
      : { events: [], failure: { error: toStreamFailure(error, headers, begun), read: 0 } };
  }
}

function isNetworkError(error: unknown): error is CliError {
  return error instanceof CliError && error.code === 'network';
}

/** A connection that breaks after a complete reply is no failure. */
function tryEnd(decoder: ReplyReader): ChatEvent[] | undefined {
  try {
    return decoder.end();
  } catch {
    return undefined;
  }
}

/** Keeps the events decoded before a failure. */
function decodeMessages(
  messages: readonly SseMessage[],
  decoder: ReplyReader,
): { events: ChatEvent[]; failure?: { error: unknown; read: number } } {
  const events: ChatEvent[] = [];
  let read = 0;
  try {
    for (const message of messages) {
      for (const event of decoder.push(message)) events.push(event);
      read += 1;
    }
  } catch (error) {
    return { events, failure: { error, read } };
  }
  return { events };
}

/**
 * The messages of an event stream, in batches by packet. Labels lie: what begins like JSON is passed on whole, because it may be a complete
 * reply; HTML and the like throw a StreamError that quotes it.
 */
async function* readMessages(body: AsyncIterable<Uint8Array>): AsyncGenerator<SseMessage[] | WholeReply> {
  const sse = createSseDecoder();
  let whole: Uint8Array[] | undefined;
  let wholeLength = 0;
  let beginning = '';
  let empty = true;
  for await (const bytes of body) {
    if (beginning.trim() === '') {
      beginning = new TextDecoder().decode(bytes.subarray(0, 64));
      if (/^\s*[{[<]/.test(beginning)) whole = [];
    }
    if (whole) {
      wholeLength += bytes.length;
      if (wholeLength > maxReplyBytes) throw new StreamError('the answer is too long');
      whole.push(bytes);
      continue;
    }
    const messages = sse.push(bytes);
    if (messages.length > 0) empty = false;
    yield messages;
  }
  if (whole) {
    yield readWhole(Buffer.concat(whole).toString('utf8'));
    return;
  }
  const last = sse.end();
  for (const { data } of last) {
    // A stream that breaks off inside a message is cut, and not broken.
    if (data !== '[DONE]' && parseJson(data) === undefined)
      throw new TruncatedStreamError('the stream ended inside a message');
  }
  if (empty && last.length === 0 && beginning.trim() !== '')
    throw new StreamError(`the answer is no event stream, and begins with: ${beginning.trim()}`);
  yield last;
}

/** A reply in one piece of JSON. */
type WholeReply = { reply: unknown };

/** Every reply has one of these keys, and no error has. */
const replyKeys = ['choices', 'output', 'content', 'usage'];

/** Throws StreamError for an error with a status of success, and for the pages of proxies on the way. */
function readWhole(text: string): WholeReply {
  const json = parseJson(text);
  if (isObject(json) && !json.error && replyKeys.some((key) => key in json)) return { reply: json };
  const { code, message } = parseErrorBody(text);
  const said = message || (/<title>([^<]*)/i.exec(text)?.[1] ?? 'a page');
  throw new StreamError(`the service sent something other than an answer: ${said}`, code);
}

function toStreamFailure(error: unknown, headers: IncomingHttpHeaders, begun: boolean): unknown {
  if (error instanceof StreamError)
    return toUpstreamError(200, { code: error.code, message: error.message }, headers);
  if (error instanceof SseTooLongError)
    return toUpstreamError(200, { code: undefined, message: error.message }, headers);
  const cut = error instanceof TruncatedStreamError || (begun && isNetworkError(error));
  if (!cut) return error;
  const details = { request_id: headers['x-github-request-id'] ?? headers['x-request-id'] };
  const reason = error instanceof CliError ? ` (${error.message})` : '';
  return new UpstreamError(
    'truncated',
    `the answer is not complete: the stream was disconnected before completion${reason}`,
    {
      hint: advise`${askAgain}.`,
      cause: error,
      details,
    },
  );
}
