import { describe, expect, it } from 'vitest';
import { startTestServer } from '../../helpers/api-server.ts';

const megabyte = 2 ** 20;

describe('a model name of a megabyte', () => {
  it.each([
    ['letters', 'a'.repeat(megabyte)],
    ['brackets', '['.repeat(megabyte)],
    ['a date at its end', `claude-${'x'.repeat(megabyte)}-20250929`],
    ['slashes', 'a/'.repeat(megabyte / 2)],
    ['blanks', `gpt${' '.repeat(megabyte)}5`],
  ])('of %s is refused at once on each route, and not repeated', async (_, model) => {
    const server = await startTestServer();
    for (const path of [
      '/v1/chat/completions',
      '/v1/responses',
      '/v1/messages',
      '/v1/messages/count_tokens',
      '/v1/embeddings',
    ]) {
      const begin = performance.now();
      const body = { model, max_tokens: 9, input: 'hi', messages: [{ role: 'user', content: 'hi' }] };
      const reply = await server.post(path, body);
      expect(performance.now() - begin, path).toBeLessThan(2000);
      expect(reply.status, path).toBe(400);
      expect((await reply.text()).length, path).toBeLessThan(1000);
    }
    expect(server.logged().length).toBeLessThan(4000);
    expect(server.modelCalls()).toEqual([]);
  });
});

describe('what a caller sends is repeated in part only', () => {
  it.each([
    ['a model of the list', 'GET', `/v1/models/${'m'.repeat(8000)}`, {}],
    ['a path', 'GET', `/${'p'.repeat(8000)}`, {}],
    ['a session', 'POST', `/usage/reset/${'s'.repeat(8000)}`, {}],
    ['an origin', 'GET', '/v1/models', { origin: `https://${'o'.repeat(8000)}.example` }],
    ['a content encoding', 'POST', '/v1/responses', { 'content-encoding': 'e'.repeat(8000) }],
  ])('%s', async (_, method, path, headers) => {
    const server = await startTestServer();
    const body = method === 'POST' ? '{}' : null;
    const reply = await fetch(server.url + path, { method, headers, body });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect((await reply.text()).length).toBeLessThan(2500);
    for (const [name, value] of reply.headers) expect(value.length, name).toBeLessThan(1500);
  });

  it.each([
    ['the type of a tool', { tools: [{ type: 't'.repeat(megabyte) }] }],
    ['the type of an item', { input: [{ type: 't'.repeat(megabyte) }] }],
    ['the name of a tool', { tools: [{ type: 'function', name: 'n'.repeat(megabyte), parameters: {} }] }],
  ])('%s', async (_, rest) => {
    const server = await startTestServer();
    const reply = await server.post('/v1/responses', { model: 'claude-sonnet-4.6', input: 'hi', ...rest });
    for (const [name, value] of reply.headers) expect(value.length, name).toBeLessThan(1500);
    if (reply.status !== 200) expect((await reply.text()).length).toBeLessThan(2500);
  });
});
