import { describe, expect, it } from 'vitest';
import { modelRoutes as routes } from '../../../src/server/routes.ts';
import { startTestServer } from '../../helpers/api-server.ts';
import { ask } from './ask.ts';

const chat = JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'hi' }] });

describe('a key', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    ['none', {}, 401],
    ['another', { authorization: 'Bearer other' }, 401],
    ['an empty one', { authorization: 'Bearer ' }, 401],
    ['a part of it', { 'x-api-key': 'secret-ke' }, 401],
    ['another as a password', { authorization: basic('me:other') }, 401],
    ['by a scheme of no meaning', { authorization: 'Digest secret-key' }, 401],
    ['the right one as a bearer', { authorization: 'Bearer secret-key' }, 200],
    ['the right one in a header of its own', { 'x-api-key': 'secret-key' }, 200],
    ['the right one as a password', { authorization: basic('me:secret-key') }, 200],
  ])('that is %s opens what it should', async (_, headers, status) => {
    const server = await startTestServer({ server: { apiKey: 'secret-key' } });
    expect((await ask(`${server.url}/v1/models`, { headers })).status).toBe(status);
  });

  it('is demanded on every route that reveals or does something', async () => {
    const server = await startTestServer({ server: { apiKey: 'secret-key' } });
    for (const { method, path, isOpen = false } of routes) {
      const reply = await ask(server.url + path.replace('*', 'x'), {
        method,
        ...(method === 'POST' && { body: chat }),
      });
      expect(reply.status, path).toBe(isOpen ? 200 : 401);
    }
    expect(server.simulator.requests).toEqual([]);
  });
});
