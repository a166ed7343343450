import type { IncomingMessage } from 'node:http';

export type HostName = 'server' | 'api' | 'copilot' | 'wrongPlan';

/** A request as it arrived, complete with its body. */
export type RecordedRequest = {
  host: HostName;
  method: string;
  path: string;
  query: Record<string, string>;
  /** Lower-case names; a header sent twice has both values, joined by a comma. */
  headers: Record<string, string>;
  /** The names in the casing and number in which they were sent. */
  rawHeaderNames: string[];
  /** Parsed JSON; text where it is not JSON; undefined where there was none. */
  body: unknown;
  bodyBytes: number;
  /** Milliseconds since 1970. */
  receivedAt: number;
  /** The client's port: requests of one connection have the same. */
  clientPort: number;
  /** Of the answer, once it was decided; never there for a request that got none. */
  status?: number;
  /** The body of an answer of 400 and above. */
  refusal?: string;
  /** True when the client hung up before the answer was complete. */
  closedByClient?: boolean;
};

/** Reads a request to its end. Rejects when the client hangs up while sending. */
export async function recordRequest(host: HostName, message: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const url = new URL(message.url ?? '/', 'http://simulator');
  return {
    host,
    method: message.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: joinHeaders(message),
    rawHeaderNames: message.rawHeaders.filter((_, index) => index % 2 === 0),
    body: body.length === 0 ? undefined : parseBody(body.toString('utf8')),
    bodyBytes: body.length,
    receivedAt: Date.now(),
    clientPort: message.socket.remotePort ?? 0,
  };
}

function joinHeaders(message: IncomingMessage): Record<string, string> {
  const entries = Object.entries(message.headersDistinct).map(([name, values]) => [name, values?.join(', ')]);
  return Object.fromEntries(entries);
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
