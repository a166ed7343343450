import { describe, expect, it } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';

const said = [{ role: 'user', content: 'hi' }];
const rows = [
  ['/v1/messages', 'claude-sonnet-4.6', { max_tokens: 100, messages: said }],
  ['/v1/chat/completions', 'gpt-4.1', { messages: said }],
  ['/v1/responses', 'gpt-5.4', { input: 'hi', store: false }],
  ['/v1/messages', 'gpt-4.1', { max_tokens: 100, messages: said }],
  ['/v1/chat/completions', 'claude-sonnet-4.6', { messages: said }],
  ['/v1/chat/completions', 'gpt-5.4', { messages: said }],
] as const;

describe('the connection to Copilot', () => {
  it.each(rows.flatMap((row) => [[...row, true] as const, [...row, false] as const]))(
    'is used again after an answer to %s by %s',
    async (path, model, body, stream) => {
      // The service says that it is done, and ends its body a moment later.
      const server = await startTestServer({ answer: { text: 'Hello' }, transport: { endDelayMs: 1 } });
      for (let round = 0; round < 8; round += 1) {
        const reply = await server.post(path, { ...body, model, stream });
        expect(reply.status).toBe(200);
        await reply.text();
      }
      const asked = server.simulator.requests.filter(
        ({ method, host }) => method === 'POST' && host === 'copilot',
      );
      expect(asked).toHaveLength(8);
      // The one before may still await its end.
      expect(new Set(asked.map(({ clientPort }) => clientPort)).size).toBeLessThanOrEqual(2);
    },
  );

  it('is closed if the service goes on after it has said that it is done', async () => {
    const server = await startTestServer({ answer: { text: 'Hello' }, transport: { endDelayMs: 60_000 } });
    const reply = await server.post('/v1/messages', { ...rows[0][2], model: rows[0][1], stream: true });
    expect(await reply.text()).toContain('message_stop');
    const [asked] = server.simulator.requestsTo('/v1/messages');
    await expect.poll(() => asked?.closedByClient, { timeout: 10_000 }).toBe(true);
  });
});
