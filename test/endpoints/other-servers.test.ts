import { LLMock } from '@copilotkit/aimock';

import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestClient } from '../helpers/client.ts';

/** A server of others that speaks all three dialects, with a stream of its own making. */
async function startAimock(): Promise<LLMock> {
  const mock = new LLMock({ port: 0 });
  await mock.start();
  onTestFinished(() => mock.stop());
  return mock;
}

describe.each([
  ['chat-completions', '/v1', '/v1/chat/completions'],
  ['responses', '/v1', '/v1/responses'],
  ['messages', '', '/v1/messages'],
  ['messages', '/v1', '/v1/messages'],
])("aimock's %s below its base URL and %s", (dialect, base, path) => {
  const start = async (mock: LLMock) =>
    createTestClient({ endpoints: { other: { url: mock.url + base, dialect } } });

  it('answers a prompt, and lists its models', async () => {
    const mock = await startAimock();
    mock.onMessage('hello', { content: 'Grüße 🎉' });
    const { client, ask, modelCalls } = await start(mock);
    expect((await ask('other/gpt-4o', 'hello')).text).toBe('Grüße 🎉');
    const { models } = await client.fetchCatalogue({ fresh: false });
    expect(models.map(({ id }) => id)).toEqual(expect.arrayContaining(['other/gpt-4', 'other/gpt-4o']));
    expect(modelCalls()).toEqual([]);
    expect(mock.getRequests().map((request) => request.path)).toContain(path);
  });

  it('calls a tool', async () => {
    const mock = await startAimock();
    mock.onMessage('weather', { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Rom"}' }] });
    const { ask } = await start(mock);
    const reply = await ask('other/gpt-4o', {
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'weather?' }] }],
      tools: [
        { name: 'get_weather', description: 'Weather', parameters: { type: 'object', properties: {} } },
      ],
    });
    expect(reply.toolCalls).toMatchObject([{ name: 'get_weather', arguments: '{"city":"Rom"}' }]);
  });

  it('refuses in its own words', async () => {
    const { ask } = await start(await startAimock());
    await expect(ask('other/gpt-4o', 'nothing fits this')).rejects.toMatchObject({
      message: expect.stringMatching(/^other .*No fixture matched/),
    });
  });
});
