import { describe, expect, it } from 'vitest';
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
