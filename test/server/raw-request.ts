import { connect } from 'node:net';

export type RawReply = { status: number; text: string };

/** The bytes of one request, as they are, and all that comes back until the connection closes. */
export async function sendRaw(url: string, chunks: Iterable<string | Buffer>): Promise<RawReply> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const replies: Buffer[] = [];
  socket.on('data', (bytes) => replies.push(bytes));
  // A server that has said enough may reset the connection under our hands.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let isClosed = false;
  closed.then(() => {
    isClosed = true;
  });
  for (const chunk of chunks) {
    if (isClosed || !socket.writable) break;
    if (!socket.write(chunk))
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
  }
  await closed;
  const text = Buffer.concat(replies).toString('utf8');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text };
}

/** A head that asks for the connection to be closed. */
export function toHead(line: string, headers: Record<string, string>): string {
  const lines = Object.entries({ host: '127.0.0.1', connection: 'close', ...headers });
  return `${line} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}
