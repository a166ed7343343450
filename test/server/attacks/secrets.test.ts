import { describe, expect, it } from 'vitest';
import { modelRoutes as routes } from '../../../src/server/routes.ts';
import { startTestServer } from '../../helpers/api-server.ts';
import { ask } from './ask.ts';

const json = { 'content-type': 'application/json' };
const chat = JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'hi' }] });

describe('secrets', () => {
  it('are in no reply, no header and no line of the log, of any route', async () => {
    const apiKey = 'canary-of-the-api-key';
    const server = await startTestServer({ server: { apiKey } });
    const said: string[] = [];
    for (const { method, path } of routes) {
      for (const model of ['gpt-4.1', 'claude-sonnet-4.6', 'no-such-model']) {
        for (const key of [apiKey, `${apiKey}-wrong`]) {
          const body = JSON.stringify({
            model,
            max_tokens: 50,
            messages: [{ role: 'user', content: 'hi' }],
            input: 'hi',
          });
          const headers = { ...json, authorization: `Bearer ${key}` };
          const target = path.replace('*', model);
          const reply = await ask(server.url + target, {
            method,
            headers,
            ...(method === 'POST' && { body }),
          });
          said.push(target, JSON.stringify(reply.headers), reply.text);
        }
      }
    }
    server.simulator.faults.add({
      path: '/chat/completions',
      status: 401,
      body: 'unauthorized: invalid token',
      times: 9,
    });
    said.push(
      JSON.stringify(
        await ask(`${server.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { ...json, 'x-api-key': apiKey },
          body: chat,
        }),
      ),
    );
    said.push(server.logged(), JSON.stringify(server.records));
    const sent = server.simulator.requests.map(({ headers }) => headers.authorization ?? '');
    const secrets = new Set([apiKey, ...sent.map((value) => value.replace(/^\w+ /, ''))]);
    expect(secrets.size).toBeGreaterThanOrEqual(3);
    for (const secret of secrets) expect(said.join('\n')).not.toContain(secret);
  });
});
