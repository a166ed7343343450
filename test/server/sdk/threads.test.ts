import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { describe, expect, it } from 'vitest';
import { createAnthropic, startSdkServer } from './clients.ts';

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const;
const models = ['claude-sonnet-4.6', 'gpt-5.4', 'gemini-3.5-flash'];

function createWeather() {
  const cities: string[] = [];
  const tool = betaTool({
    name: 'get_weather',
    description: 'The weather',
    inputSchema: schema,
    run: ({ city }) => {
      cities.push(city);
      return 'Rain.';
    },
  });
  return { tool, cities };
}

/** A call of the tool first, and an answer to its result. */
const callsOnce = ({ body }: { body: unknown }) =>
  JSON.stringify(body).includes('Rain.')
    ? { text: 'Take an umbrella.' }
    : { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Paris"}' }] };

describe("a thread of Anthropic's SDK", () => {
  it.each(models)('is refused so that its runner of tools goes on without one, with %s', async (model) => {
    const server = await startSdkServer({ answer: callsOnce });
    const { tool, cities } = createWeather();
    const last = await createAnthropic(server).beta.messages.toolRunner({
      model,
      max_tokens: 900,
      messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
      tools: [tool],
    });
    expect(cities).toEqual(['Paris']);
    expect(last.content).toMatchObject([{ type: 'text', text: 'Take an umbrella.' }]);
    expect(server.modelCalls()).toHaveLength(2);
    expect(JSON.stringify(server.modelCalls()[1]?.body)).toContain('weather in Paris');
    for (const { body } of server.modelCalls()) expect(body).not.toHaveProperty('thread');
  });

  it('is refused so for a runner that streams', async () => {
    const server = await startSdkServer({ answer: callsOnce });
    const { tool, cities } = createWeather();
    const runner = createAnthropic(server).beta.messages.toolRunner({
      model: 'gpt-5.4',
      max_tokens: 900,
      stream: true,
      messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
      tools: [tool],
    });
    for await (const stream of runner) await stream.finalMessage();
    expect(cities).toEqual(['Paris']);
    expect((await runner.done()).content).toMatchObject([{ text: 'Take an umbrella.' }]);
  });

  it('of several turns goes on with the whole conversation, if its owner allows that', async () => {
    const server = await startSdkServer();
    const thread = createAnthropic(server).beta.messages.thread({
      model: 'claude-sonnet-4.6',
      max_tokens: 900,
      unsupportedRequestBehavior: 'continue_unthreaded',
    });
    await thread.send({ role: 'user', content: 'one' });
    await thread.send({ role: 'user', content: 'two' });
    expect(server.modelCalls()).toHaveLength(2);
    expect(server.modelCalls()[1]?.body).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'user' }],
    });
  });

  it('is an error of its own class otherwise', async () => {
    const server = await startSdkServer();
    const anthropic = createAnthropic(server);
    const thread = anthropic.beta.messages.thread({ model: 'claude-sonnet-4.6', max_tokens: 900 });
    await expect(thread.send({ role: 'user', content: 'one' })).rejects.toMatchObject({
      status: 400,
      error: {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
        },
      },
    });
    expect(server.modelCalls()).toEqual([]);
  });

  it.each([[null], [false], [undefined]])('that is %s is none', async (thread) => {
    const server = await startSdkServer();
    const reply = await server.post('/v1/messages', {
      model: 'gpt-5.4',
      max_tokens: 900,
      messages: [{ role: 'user', content: 'hi' }],
      thread,
    });
    expect(reply.status).toBe(200);
  });
});
