import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startTestServer } from '../../helpers/api-server.ts';
import { toHead } from '../raw-request.ts';

const json = { 'content-type': 'application/json' };

describe('a slow request', () => {
  const timeouts = { headers: 300, request: 600, linger: 50 };

  it('that sends its head byte by byte is ended', async () => {
    const server = await startTestServer({ server: { timeouts } });
    const { status } = await drip(
      server.url,
      `GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'a'.repeat(1000)}`,
      '',
    );
    expect(status).toBe(408);
  });

  it('that sends its body byte by byte is ended', async () => {
    const server = await startTestServer({ server: { timeouts } });
    const head = toHead('POST /v1/chat/completions', { ...json, 'content-length': '1000' });
    const { status } = await drip(server.url, ' '.repeat(1000), head);
    expect(status).toBe(408);
    expect(server.simulator.requests).toEqual([]);
  });
});

/** One byte in a while. */
async function drip(url: string, text: string, head: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let reply = '';
  socket.on('data', (bytes) => {
    reply += bytes;
  });
  socket.on('error', () => {});
  socket.write(head);
  let sent = 0;
  const timer = setInterval(() => {
    if (socket.writable && sent < text.length) socket.write(text[sent++] ?? '');
  }, 20);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(timer);
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1]), reply };
}
