import { describe, expect, it } from 'vitest';
import { modelRoutes as routes } from '../../../src/server/routes.ts';
import { startTestServer } from '../../helpers/api-server.ts';
import { ask } from './ask.ts';

const chat = JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'hi' }] });

describe('a web page of a stranger', () => {
  it.each([
    ['by a name of its own that means this machine', { host: 'evil.example' }],
    ['by a name that begins like ours', { host: 'localhost.evil.example' }],
    ['by a name that holds ours', { host: '127.0.0.1.evil.example:80' }],
    ['with a user before our name', { host: 'evil.example@127.0.0.1' }],
    ['by its origin', { origin: 'https://evil.example' }],
    ['by an origin on another port', { origin: 'http://127.0.0.1:1' }],
    ['by an origin that it hides', { origin: 'null' }],
    ['by a form', { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' }],
    ['by a plain form of a neighbour', { 'sec-fetch-site': 'same-site', 'content-type': 'text/plain' }],
  ])('is turned away on every route %s', async (_, headers) => {
    const server = await startTestServer();
    for (const { method, path } of routes) {
      const reply = await ask(server.url + path.replace('*', 'x'), {
        method,
        headers,
        ...(method === 'POST' && { body: chat }),
      });
      expect(reply.status, path).toBe(403);
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    }
    const preflight = await ask(`${server.url}/v1/models`, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(403);
    expect(server.simulator.requests).toEqual([]);
  });

  it('is let in if it is named, and its preflight says so', async () => {
    const origin = 'https://friend.example';
    const server = await startTestServer({ server: { allowedOrigins: [origin], apiKey: 'key' } });
    const headers = { origin, 'sec-fetch-site': 'cross-site', 'access-control-request-headers': 'x-api-key' };
    const preflight = await ask(`${server.url}/v1/models`, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'x-api-key',
    });
    expect((await ask(`${server.url}/v1/models`, { headers })).status).toBe(401);
    expect(
      (await ask(`${server.url}/v1/models`, { headers: { ...headers, 'x-api-key': 'key' } })).status,
    ).toBe(200);
  });

  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])(
    'is not meant by our own name %s',
    async (name) => {
      const server = await startTestServer();
      const { port } = new URL(server.url);
      const reply = await ask(`${server.url}/healthz`, { headers: { host: `${name}:${port}` } });
      expect(reply.status).toBe(200);
    },
  );
});
