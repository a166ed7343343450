import { describe, expect, it } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';

const refusal = 'I cannot help with that.';
const prompt = { messages: [{ role: 'user', content: 'hi' }], max_tokens: 1000 };

describe("a refusal is passed on in the caller's dialect", () => {
  it.each([['gpt-5.4-mini'], ['kimi-k2.7-code'], ['claude-sonnet-4.6']])(
    'of %s on /v1/messages',
    async (model) => {
      const server = await startTestServer({ answer: { refusal } });
      const reply = await (await server.post('/v1/messages', { model, ...prompt })).json();
      expect(reply).toMatchObject({
        content: [{ type: 'text', text: refusal }],
        stop_reason: 'refusal',
      });
    },
  );

  it.each([['gpt-5.4-mini'], ['kimi-k2.7-code']])('of %s on /v1/chat/completions', async (model) => {
    const server = await startTestServer({ answer: { refusal } });
    const reply = await (await server.post('/v1/chat/completions', { model, ...prompt })).json();
    expect(reply).toMatchObject({
      choices: [{ message: { content: null, refusal }, finish_reason: 'stop' }],
    });
    const stream = await server.post('/v1/chat/completions', { model, ...prompt, stream: true });
    expect(await stream.text()).toContain('"delta":{"refusal":"I ');
  });

  it('of Claude, which marks none of its words as one, as what the filter stopped', async () => {
    const server = await startTestServer({ answer: { refusal } });
    const body = { model: 'claude-sonnet-4.6', ...prompt };
    expect(await (await server.post('/v1/chat/completions', body)).json()).toMatchObject({
      choices: [{ message: { content: refusal }, finish_reason: 'content_filter' }],
    });
  });

  it.each([['gpt-5.4-mini'], ['kimi-k2.7-code']])('of %s on /v1/responses', async (model) => {
    const server = await startTestServer({ answer: { refusal } });
    const body = { model, input: 'hi' };
    expect(await (await server.post('/v1/responses', body)).json()).toMatchObject({
      status: 'completed',
      output: [{ type: 'message', content: [{ type: 'refusal', refusal }] }],
    });
    const stream = await (await server.post('/v1/responses', { ...body, stream: true })).text();
    expect(stream).toContain('event: response.refusal.delta');
    expect(stream).toContain('event: response.refusal.done');
  });
});

it('two messages of one response are two blocks of a message', async () => {
  const answer = { commentary: 'I look first.', text: 'It is 4.' };
  const server = await startTestServer({ answer });
  const body = { model: 'gpt-5.4-mini', ...prompt };
  expect(await (await server.post('/v1/messages', body)).json()).toMatchObject({
    content: [
      { type: 'text', text: 'I look first.' },
      { type: 'text', text: 'It is 4.' },
    ],
  });
  expect(await (await server.post('/v1/chat/completions', body)).json()).toMatchObject({
    choices: [{ message: { content: 'I look first.\n\nIt is 4.' } }],
  });
});

it('the schema of a response format is brought into the form that Claude takes', async () => {
  const server = await startTestServer({ answer: { text: '{"age":3}' } });
  const schema = { type: 'object', properties: { age: { type: 'integer', minimum: 0 } } };
  const asked = await server.post('/v1/chat/completions', {
    model: 'claude-sonnet-4.6',
    ...prompt,
    response_format: { type: 'json_schema', json_schema: { name: 'a', schema } },
  });
  const natively = await server.post('/v1/messages', {
    model: 'claude-sonnet-4.6',
    ...prompt,
    output_config: { format: { type: 'json_schema', schema } },
  });
  expect([asked.status, natively.status]).toEqual([200, 200]);
  for (const { body } of server.simulator.requestsTo('/v1/messages')) {
    expect(body).toMatchObject({
      output_config: {
        format: {
          schema: {
            properties: { age: { type: 'integer', description: '(minimum: 0)' } },
            additionalProperties: false,
          },
        },
      },
    });
  }
});
