import { describe, expect, it } from 'vitest';
import { toObject } from '../../src/json-value.ts';
import { startTestServer } from '../helpers/api-server.ts';

const chat = (model: string, extra = {}) => ({
  model,
  messages: [{ role: 'user', content: 'hi' }],
  ...extra,
});

describe('the routes that ask models', () => {
  it.each([
    ['/v1/chat/completions', 'gpt-4.1', 'native /chat/completions'],
    ['/v1/chat/completions', 'claude-sonnet-4.6', 'translated /v1/messages'],
    ['/v1/chat/completions', 'gpt-5.3-codex', 'translated /responses'],
    ['/v1/messages', 'claude-sonnet-4.6', 'native /v1/messages'],
    ['/v1/messages', 'gpt-5.4', 'translated /responses'],
    ['/v1/responses', 'gpt-5.4', 'native /responses'],
    ['/v1/responses', 'claude-sonnet-4.6', 'translated /v1/messages'],
  ])('%s %s goes %s', async (path, model, route) => {
    const server = await startTestServer();
    const body = path.endsWith('responses') ? { model, input: 'hi' } : chat(model, { max_tokens: 100 });
    const reply = await server.post(path, body);
    const streamed = await server.post(path, { ...body, stream: true });
    expect(reply.headers.get('x-copilot-cli-route')).toBe(route);
    expect(streamed.headers.get('x-copilot-cli-route')).toBe(route);
  });
});

describe('a body that is not quite of its API', () => {
  const flat = { type: 'function', name: 'read', parameters: { type: 'object', properties: { path: {} } } };
  const anthropic = { name: 'read', input_schema: { type: 'object', properties: { path: {} } } };

  it.each([
    ['flat tools', { tools: [flat], messages: [{ role: 'user', content: 'hi' }] }],
    ["Anthropic's tools", { tools: [anthropic], messages: [{ role: 'user', content: 'hi' }] }],
    ['input in place of messages', { input: [{ role: 'user', content: 'hi' }] }],
  ])('has %s, and is understood', async (_, body) => {
    const server = await startTestServer();
    const reply = await server.post('/v1/chat/completions', { model: 'gpt-4.1', ...body });
    expect(reply.status).toBe(200);
    const [sent] = server.modelCalls();
    const { tools, messages } = toObject(sent?.body);
    expect(messages).toEqual([{ role: 'user', content: 'hi' }]);
    if ('tools' in body)
      expect(tools).toMatchObject([
        { type: 'function', function: { name: 'read', parameters: { properties: { path: {} } } } },
      ]);
  });
});

describe('a request that only its native model would refuse', () => {
  const tool = (name: string, parameters: unknown) => ({ type: 'function', function: { name, parameters } });

  it.each([
    ['a schema without properties', { tools: [tool('now', { type: 'object' })] }],
    ['a name that is none', { tools: [tool('a.b', { type: 'object', properties: {} })] }],
    ['a choice without tools', { tools: [], tool_choice: 'auto' }],
  ])('is mended, with %s', async (_, extra) => {
    const server = await startTestServer();
    const reply = await server.post('/v1/chat/completions', chat('gpt-5-mini', extra));
    expect(reply.status).toBe(200);
  });

  it('is passed on unchanged if a schema only names its draft', async () => {
    const server = await startTestServer();
    const parameters = { type: 'object', properties: {}, $schema: 'http://json-schema.org/draft-07/schema#' };
    const reply = await server.post(
      '/v1/chat/completions',
      chat('gpt-5-mini', { tools: [tool('now', parameters)], stream: true }),
    );
    expect(reply.headers.get('x-copilot-cli-route')).toBe('native /chat/completions');
    await reply.text();
  });

  it('loses the tools that OpenAI would run itself, and says so', async () => {
    const server = await startTestServer();
    const read = { type: 'function', name: 'read', parameters: { type: 'object', properties: {} } };
    const body = { model: 'gpt-5-mini', input: 'hi', tools: [read, { type: 'web_search' }] };
    const reply = await server.post('/v1/responses', body);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-copilot-cli-notice')).toContain('web_search');
    expect(toObject(server.modelCalls().at(-1)?.body).tools).toEqual([read]);
  });

  it.each([
    ['/v1/responses', { prompt: { id: 'p' }, input: 'hi' }],
    ['/v1/responses', { background: true, input: 'hi' }],
    ['/v1/chat/completions', { n: 3, messages: [{ role: 'user', content: 'hi' }] }],
    ['/v1/chat/completions', { functions: [{ name: 'f' }], messages: [{ role: 'user', content: 'hi' }] }],
  ])('is refused before it is sent: %s %j', async (path, body) => {
    const server = await startTestServer();
    const reply = await server.post(path, { model: 'gpt-5-mini', ...body });
    expect(reply.status).toBe(400);
    expect(server.modelCalls()).toEqual([]);
  });

  it('has no limit if a client of local models says so', async () => {
    const server = await startTestServer();
    await server.post('/v1/chat/completions', chat('gpt-4.1', { max_tokens: -1 }));
    await server.post('/v1/chat/completions', chat('claude-sonnet-4.6', { max_tokens: -1 }));
    const [gpt, claude] = server.modelCalls().map(({ body }) => toObject(body));
    expect(gpt).not.toHaveProperty('max_tokens');
    expect(Number(claude?.max_tokens)).toBeGreaterThan(1000);
  });

  it("keeps the format of Anthropic's older clients", async () => {
    const server = await startTestServer();
    const format = {
      type: 'json_schema',
      schema: { type: 'object', properties: {}, additionalProperties: false },
    };
    await server.post('/v1/messages', chat('claude-sonnet-4.6', { max_tokens: 50, output_format: format }));
    expect(toObject(server.modelCalls()[0]?.body).output_config).toEqual({ format });
  });
});

describe('the model of a request', () => {
  it.each([[5], [[]], [{}], [' ']])('is refused if it is not a name: %j', async (model) => {
    const server = await startTestServer();
    const reply = await server.post('/v1/chat/completions', { ...chat('x'), model });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { param: 'model' } });
  });

  it('is chosen if it is left out, and the reply says so', async () => {
    const server = await startTestServer();
    const reply = await server.post('/v1/chat/completions', { messages: [{ role: 'user', content: 'hi' }] });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-copilot-cli-notice')).toMatch(/names no model, so \S+ answers/);
  });
});

it('an answer that broke off is counted by what came of it', async () => {
  const server = await startTestServer({ answer: { text: 'one two three four', deltaLength: 4 } });
  server.simulator.faults.add({ path: '/v1/messages', transport: { cutBeforeFinish: true } });
  const reply = await server.post(
    '/v1/messages',
    chat('claude-sonnet-4.6', { max_tokens: 50, stream: true }),
  );
  const text = await reply.text();
  expect(text).toContain('"type":"api_error"');
  const [record] = server.records;
  expect(record).toMatchObject({ failure: 'truncated', usage: { outputTokens: 5 } });
  expect(record?.usage?.inputTokens).toBeGreaterThan(0);
  expect(record?.usage?.estimatedCredits).toBeGreaterThan(0);
});
