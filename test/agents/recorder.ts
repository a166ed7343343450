import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** What an agent sent to the server, and what it got. */
export type Exchange = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
  status: number | undefined;
  /** The start of the answer. */
  answer: string;
};

export type Recorder = {
  url: string;
  exchanges: Exchange[];
  close(): Promise<void>;
};

/** Of an answer, in characters. */
const mostAnswer = 200_000;

/** Stands between an agent and the server, hands everything on unchanged as it comes, and writes it down. */
export async function startRecorder(target: string): Promise<Recorder> {
  const exchanges: Exchange[] = [];
  const { port: targetPort, hostname } = new URL(target);
  const upstream = { host: hostname, port: Number(targetPort) };
  const server = createServer((message, response) => {
    const exchange = begin(message);
    exchanges.push(exchange);
    pass(message, response, exchange, upstream);
  });
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    exchanges.push(begin(message));
    const lines = [`${message.method} ${message.url} HTTP/1.1`];
    for (let index = 0; index < message.rawHeaders.length; index += 2)
      lines.push(`${message.rawHeaders[index]}: ${message.rawHeaders[index + 1]}`);
    const other = connect(upstream, () => other.write(`${lines.join('\r\n')}\r\n\r\n`));
    other.write(head);
    other.pipe(socket).pipe(other);
    other.on('error', () => socket.destroy());
    socket.on('error', () => other.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    exchanges,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function begin({ method = 'GET', url = '/', headers }: IncomingMessage): Exchange {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return {
    method,
    path: url,
    headers: Object.fromEntries(texts),
    body: undefined,
    status: undefined,
    answer: '',
  };
}

function pass(
  message: IncomingMessage,
  response: ServerResponse,
  exchange: Exchange,
  upstream: { host: string; port: number },
): void {
  const { method, url: path, rawHeaders } = message;
  const chunks: Buffer[] = [];
  const onward = requestHttp({ ...upstream, method, path, headers: toPairs(rawHeaders), agent: false });
  message.on('data', (chunk: Buffer) => chunks.push(chunk));
  message.on('end', () => {
    exchange.body = parse(Buffer.concat(chunks));
  });
  message.pipe(onward);
  response.on('close', () => onward.destroy());
  onward.on('error', () => response.destroy());
  onward.on('response', (answer) => {
    exchange.status = answer.statusCode;
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    response.flushHeaders();
    answer.on('data', (chunk: Buffer) => {
      if (exchange.answer.length < mostAnswer) exchange.answer += chunk.toString('utf8');
    });
    answer.on('aborted', () => response.destroy());
    answer.pipe(response);
  });
}

/** Names as they were sent, with all values of each. */
function toPairs(raw: readonly string[]): Record<string, string | string[]> {
  const pairs: Record<string, string | string[]> = {};
  for (let index = 0; index < raw.length; index += 2) {
    const [name = '', value = ''] = raw.slice(index, index + 2);
    const before = pairs[name];
    pairs[name] = before === undefined ? value : [before, value].flat();
  }
  return pairs;
}

function parse(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text.slice(0, 1000);
  }
}
