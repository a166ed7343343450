import { describe, expect, it } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';

const messages = [{ role: 'user', content: 'hi' }];
const unnamed = expect.not.objectContaining({ model: expect.anything() });

describe('the model auto', () => {
  it.each([
    ['/v1/chat/completions', { messages }],
    ['/v1/responses', { input: 'hi' }],
    ['/v1/messages', { max_tokens: 100, messages }],
  ])('is asked by callers of %s, and Copilot chooses', async (path, body) => {
    const server = await startTestServer({ account: { plan: 'free-auto' } });
    const reply = await server.post(path, { ...body, model: 'auto' });
    expect(reply.status).toBe(200);
    expect(await reply.text()).toContain('You said: hi');
    expect(server.simulator.requestsTo('/chat/completions').map((request) => request.body)).toEqual([
      unnamed,
    ]);
  });

  it('answers callers that name no model, if the account may not name one', async () => {
    const server = await startTestServer({ account: { plan: 'free-auto' } });
    const reply = await server.post('/v1/chat/completions', { messages });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-copilot-cli-model')).toBe('auto');
  });

  it('is on the list', async () => {
    const server = await startTestServer({ account: { plan: 'free-auto' } });
    const { data } = (await (await fetch(`${server.url}/v1/models`)).json()) as { data: unknown };
    expect(data).toContainEqual(expect.objectContaining({ id: 'auto', endpoints: ['/chat/completions'] }));
    expect((await fetch(`${server.url}/v1/models/auto`)).status).toBe(200);
  });
});
