import type { FetchLike } from '@modelcontextprotocol/client';
import type { Http } from '../http/http.ts';
import { isObject, parseJson } from '../json-value.ts';
import { type Answers, createAnswers } from './answers.ts';

export type FetchOptions = {
  http: Pick<Http, 'send'>;
  /** Ends every request. */
  signal: AbortSignal;
  /** Sent to this origin alone, wherever else a sign-in leads. */
  origin: string;
  headers: Readonly<Record<string, string>>;
};

/** Of a body that is not a stream of events, and of one event. */
const maxBytes = 64 * 1024 * 1024;

/** The client's `fetch`, by way of our own door to the network with its proxies and certificates. Follows no redirect. */
export function createFetch({ http, signal, origin, headers }: FetchOptions): FetchLike {
  const answers = createAnswers();
  return async (address, init = {}) => {
    const url = new URL(address);
    const own = url.origin === origin ? headers : {};
    const given = Object.fromEntries(new Headers(init.headers));
    const method = (init.method ?? 'GET').toUpperCase() as 'GET' | 'POST' | 'DELETE';
    const sent = init.body == null ? undefined : await toBody(init.body);
    const message = sent === undefined ? undefined : parseJson(sent);
    answers.sent(message);
    const response = await http.send({
      method,
      url: url.href,
      // What the client sets, such as a token of the sign-in, goes before what the person wrote down.
      headers: { ...lowerNames(own), ...given },
      ...(sent !== undefined && { body: sent }),
      signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal,
      // A stream of events may be silent for as long as nothing happens, and a request has a limit of its own.
      ...((method === 'GET' || isRequest(message)) && { idleTimeoutMs: 0 }),
    });
    const answered = new Headers();
    for (const [name, value] of Object.entries(response.headers))
      for (const one of [value ?? []].flat()) answered.append(name, one);
    const hasBody = ![204, 205, 304].includes(response.status);
    if (!hasBody) await response.discard();
    const [type] =
      /^(?:text\/event-stream|application\/json)/i.exec(answered.get('content-type') ?? '') ?? [];
    const isStream = type?.toLowerCase() === 'text/event-stream';
    const body = capped(response.body, isStream);
    const read =
      type === undefined || response.status !== 200
        ? body
        : (isStream ? readEvents : readWhole)(body, answers);
    return new Response(hasBody ? ReadableStream.from(read) : null, {
      status: response.status,
      headers: answered,
    });
  };
}

function isRequest(message: unknown): boolean {
  return isObject(message) && 'method' in message && 'id' in message;
}

async function toBody(body: NonNullable<RequestInit['body']>): Promise<string> {
  if (typeof body === 'string') return body;
  return body instanceof URLSearchParams ? body.toString() : new Response(body).text();
}

function lowerNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

async function* capped(body: AsyncIterable<Uint8Array>, isStream: boolean): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const bytes of body) {
    const lineEnd = isStream ? bytes.lastIndexOf(10) : -1;
    read = lineEnd === -1 ? read + bytes.length : bytes.length - lineEnd;
    if (read > maxBytes) throw new Error('the server sent more than 64 MB at once');
    yield bytes;
  }
}

type Bytes = AsyncIterable<Uint8Array>;

async function* readWhole(body: Bytes, answers: Answers): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const bytes of body) pieces.push(bytes);
  const all = Buffer.concat(pieces);
  const messages = replace(all, answers);
  yield messages ? Buffer.from(`[${messages.join()}]`) : all;
}

/** An event of a message is one line of data. */
async function* readEvents(body: Bytes, answers: Answers): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const bytes of body) {
    const end = bytes.lastIndexOf(10) + 1;
    if (end === 0) {
      pieces.push(bytes);
      continue;
    }
    const lines = Buffer.concat([...pieces.splice(0), bytes.subarray(0, end)]);
    pieces.push(bytes.subarray(end));
    for (let start = 0; start < lines.length; ) {
      const next = lines.indexOf(10, start) + 1;
      const line = lines.subarray(start, next);
      start = next;
      const messages =
        line.subarray(0, 5).toString() === 'data:' ? replace(line.subarray(5), answers) : undefined;
      yield messages ? Buffer.from(`${messages.map((message) => `data: ${message}`).join('\n\n')}\n`) : line;
    }
  }
  yield Buffer.concat(pieces);
}

/** The messages to read in place of this text, or undefined if it stays. */
function replace(text: Buffer, answers: Answers): string[] | undefined {
  const value = parseJson(text.toString());
  const messages = answers.read(value);
  return messages.length === 1 && messages[0] === value
    ? undefined
    : messages.map((message) => JSON.stringify(message));
}
