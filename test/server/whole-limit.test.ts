import { describe, expect, it, vi } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';
import { sampled } from '../helpers/sampled.ts';
import { createBody } from './streams/callers.ts';

const megabyte = 2 ** 20;
const most = 128 * megabyte;

function* speak(delta: string, count: { written: number }) {
  for (; count.written < most; count.written += delta.length) yield delta;
}

describe('an endless answer in one piece', () => {
  sampled.it.each([
    ['passed on', 'responses', 'gpt-5.4', '/v1/responses', 64 * 1024],
    ['passed on', 'messages', 'claude-sonnet-4.6', '/v1/messages', 64 * 1024],
    ['passed on', 'chat-completions', 'gpt-4.1', '/v1/chat/completions', 64 * 1024],
    ['translated', 'messages', 'gpt-5.4', '/v1/messages', 64 * 1024],
    ['translated', 'chat-completions', 'claude-sonnet-4.6', '/v1/chat/completions', 64 * 1024],
    ['of short words, translated', 'messages', 'gpt-4.1', '/v1/messages', 24],
  ] as const)('is an error, %s: %s of %s by %s', async (_, dialect, model, path, length) => {
    const count = { written: 0 };
    const server = await startTestServer({ answer: () => ({ text: speak('a'.repeat(length), count) }) });
    const before = process.memoryUsage().rss;
    const reply = await server.post(path, createBody(dialect, model));
    expect(reply.status).toBe(502);
    expect(reply.headers.get('x-should-retry')).toBe('false');
    expect(await reply.text()).toContain('too long to be held in one piece');
    expect(count.written).toBeLessThan(most / 2);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * megabyte);
    const [call] = server.modelCalls();
    await vi.waitFor(() => expect(call?.closedByClient).toBe(true));
    expect(server.modelCalls()).toHaveLength(1);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it('is passed on as a stream for as long as its caller reads', async () => {
    const count = { written: most - 20 * megabyte };
    const server = await startTestServer({ answer: () => ({ text: speak('a'.repeat(64 * 1024), count) }) });
    const body = { ...createBody('messages', 'claude-sonnet-4.6'), stream: true };
    const reply = await server.post('/v1/messages', body);
    expect((await reply.text()).length).toBeGreaterThan(20 * megabyte);
  });

  it('is not what a very long one is', async () => {
    const server = await startTestServer({ answer: { text: 'word '.repeat(400_000), deltaLength: 40 } });
    const reply = await server.post('/v1/messages', createBody('messages', 'gpt-5.4'));
    expect(reply.status).toBe(200);
    expect((await reply.text()).length).toBeGreaterThan(2_000_000);
  });
});
