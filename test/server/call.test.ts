import { expect, it } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';

it.each([
  [
    '{"model":"gpt-4.1","messages":[{"role":"user","content":"my SECRET words"}],}',
    /it is wrong at character 76/,
  ],
  ['SECRET words that are no JSON', /the body is not JSON/],
  ['["SECRET"]', /the body is not a JSON object/],
])('reveals nothing of a broken body: %s', async (body, message) => {
  const server = await startTestServer();
  const reply = await server.post('/v1/chat/completions', body);
  expect(reply.status).toBe(400);
  const text = await reply.text();
  expect(text).toMatch(message);
  expect(text).not.toContain('SECRET');
  expect(server.logged()).not.toContain('SECRET');
});
