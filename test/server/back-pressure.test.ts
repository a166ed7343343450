import { connect, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';
import { toHead } from './raw-request.ts';
import { createBody } from './streams/callers.ts';

const answerBytes = 200 * 2 ** 20;
const deltaBytes = 16 * 1024;
const mostBytes = 40 * 2 ** 20;

/** Asks, reads nothing, and closes with the test. */
function askAndStare(url: string, path: string, body: object): Socket {
  const { hostname, port } = new URL(url);
  const text = JSON.stringify(body);
  const socket = connect(Number(port), hostname);
  socket.pause();
  socket.on('error', () => {});
  socket.write(
    toHead(`POST ${path}`, {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
    }) + text,
  );
  return socket;
}

describe('a caller who does not read', () => {
  it.each([
    ['passed on', 'chat-completions', 'gpt-5-mini', '/v1/chat/completions'],
    ['translated', 'messages', 'gpt-5.4', '/v1/messages'],
    ['passed on', 'messages', 'claude-sonnet-4.6', '/v1/messages'],
  ] as const)('holds up an answer that is %s, of %s by %s', async (_, dialect, model, path) => {
    let written = 0;
    const delta = 'a'.repeat(deltaBytes);
    function* speak() {
      for (; written < answerBytes; written += deltaBytes) yield delta;
    }
    const server = await startTestServer({ answer: () => ({ text: speak() }) });
    const before = process.memoryUsage().rss;
    const socket = askAndStare(server.url, path, { ...createBody(dialect, model), stream: true });
    try {
      await waitUntilStill(() => written);
      expect(written).toBeGreaterThan(0);
      expect(written).toBeLessThan(mostBytes);
      expect(process.memoryUsage().rss - before).toBeLessThan(4 * mostBytes);
      const [call] = server.modelCalls();
      expect(call?.closedByClient).toBeUndefined();
      socket.destroy();
      await vi.waitFor(() => expect(call?.closedByClient).toBe(true));
      await vi.waitFor(() => expect(server.records[0]?.status).toBe(499));
    } finally {
      socket.destroy();
    }
  });
});

describe('callers who have stopped reading', () => {
  it.each([
    [16, 'passed on', 'messages', 'claude-sonnet-4.6', '/v1/messages'],
    [4, 'translated', 'chat-completions', 'gemini-3.5-flash', '/v1/chat/completions'],
    [4, 'translated', 'responses', 'claude-sonnet-4.6', '/v1/responses'],
  ] as const)(
    'lose their %i places to others: %s, %s of %s by %s',
    async (count, _, dialect, model, path) => {
      const delta = 'a'.repeat(deltaBytes);
      function* speak() {
        for (let written = 0; written < answerBytes; written += deltaBytes) yield delta;
      }
      const server = await startTestServer({
        answer: ({ body }) => ({ text: JSON.stringify(body).includes('be short') ? 'Hi.' : speak() }),
        server: { concurrency: count, pingMs: 100 },
      });
      const body = { ...createBody(dialect, model), stream: true };
      const sockets = Array.from({ length: count }, () => askAndStare(server.url, path, body));
      try {
        await vi.waitFor(() => expect(server.modelCalls()).toHaveLength(count), { timeout: 10_000 });
        const reply = await server.post('/v1/messages', {
          model: 'gpt-5.4',
          max_tokens: 50,
          messages: [{ role: 'user', content: 'be short' }],
        });
        expect(reply.status).toBe(200);
        await vi.waitFor(() => expect(server.records.map(({ status }) => status)).toContain(499));
        expect(server.logged()).toContain('caller_stalled');
      } finally {
        for (const socket of sockets) socket.destroy();
      }
    },
  );

  it('are not those who read slowly', async () => {
    const delta = 'a'.repeat(deltaBytes);
    function* speak() {
      for (let written = 0; written < 8 * 2 ** 20; written += deltaBytes) yield delta;
    }
    const server = await startTestServer({ answer: () => ({ text: speak() }), server: { pingMs: 100 } });
    const body = { ...createBody('messages', 'claude-sonnet-4.6'), stream: true };
    const socket = askAndStare(server.url, '/v1/messages', body);
    let read = 0;
    socket.on('data', (bytes) => {
      read += bytes.length;
      socket.pause();
    });
    const timer = setInterval(() => socket.resume(), 5);
    try {
      await new Promise((resolve) => socket.once('close', resolve));
    } finally {
      clearInterval(timer);
    }
    expect(read).toBeGreaterThan(8 * 2 ** 20);
    expect(server.records[0]?.status).toBe(200);
  });
});

/** Until a number above zero has stayed the same for a while. */
async function waitUntilStill(read: () => number): Promise<void> {
  let [last, since] = [0, performance.now()];
  await vi.waitFor(
    () => {
      const now = read();
      if (now !== last || now === 0) [last, since] = [now, performance.now()];
      expect(performance.now() - since).toBeGreaterThan(300);
    },
    { timeout: 15_000, interval: 20 },
  );
}

describe('a server that ends', () => {
  it('says so in the streams that it cuts', async () => {
    const server = await startTestServer({ answer: { text: Array(1000).fill('word '), deltaDelayMs: 20 } });
    const reply = await server.post('/v1/messages', { ...createBody('messages', 'gpt-5.4'), stream: true });
    const reading = reply.text();
    await vi.waitFor(() => expect(server.modelCalls()).toHaveLength(1));
    await server.close(0);
    const text = await reading;
    expect(text).toContain('event: error');
    expect(text).toContain('the server ends');
    expect(server.records[0]?.status).toBe(503);
  });
});
