import type { FetchLike } from '@modelcontextprotocol/client';
import type { Http } from '../http/http.ts';

export type FetchOptions = {
  http: Pick<Http, 'send'>;
  /** Ends every request. */
  signal: AbortSignal;
  /** Sent to this origin alone, wherever else a sign-in leads. */
  origin: string;
  headers: Readonly<Record<string, string>>;
};

/** Of a body that is no stream of events, and of one event. */
const maxBytes = 64 * 1024 * 1024;

/** The client's `fetch`, by way of our own door to the network with its proxies and certificates. Follows no redirect. */
export function createFetch({ http, signal, origin, headers }: FetchOptions): FetchLike {
  return async (address, init = {}) => {
    const url = new URL(address);
    const own = url.origin === origin ? headers : {};
    const given = Object.fromEntries(new Headers(init.headers));
    const method = (init.method ?? 'GET').toUpperCase() as 'GET' | 'POST' | 'DELETE';
    const response = await http.send({
      method,
      url: url.href,
      // What the client sets, such as a token of the sign-in, goes before what the person wrote down.
      headers: { ...lowerNames(own), ...given },
      ...(init.body != null && { body: await toBody(init.body) }),
      signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal,
      // A stream of events may be silent for as long as nothing happens.
      ...(method === 'GET' && { idleTimeoutMs: 0 }),
    });
    const answered = new Headers();
    for (const [name, value] of Object.entries(response.headers))
      for (const one of [value ?? []].flat()) answered.append(name, one);
    const hasBody = ![204, 205, 304].includes(response.status);
    if (!hasBody) await response.discard();
    const isStream = /^text\/event-stream/i.test(answered.get('content-type') ?? '');
    return new Response(hasBody ? ReadableStream.from(capped(response.body, isStream)) : null, {
      status: response.status,
      headers: answered,
    });
  };
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
