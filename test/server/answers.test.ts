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
