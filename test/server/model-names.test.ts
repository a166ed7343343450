import { expect, it } from 'vitest';
import { startTestServer } from '../helpers/api-server.ts';

function ask(model: string) {
  return { model, max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] };
}

it.each([
  ['haiku', 'claude-haiku-4.5'],
  ['claude-haiku', 'claude-haiku-4.5'],
  ['copilot-sonnet', 'claude-sonnet-4.6'],
  ['claude-haiku-4-5-20251001', 'claude-haiku-4.5'],
  // Anthropic's clients hard-code these: the newest of the family answers.
  ['claude-sonnet-4-5-20251101', 'claude-sonnet-4.6'],
  ['claude-opus', 'claude-opus-5'],
  ['claude-3-5-haiku-20241022', 'claude-haiku-4.5'],
])('a request for %s asks %s, in both dialects', async (name, id) => {
  const server = await startTestServer();
  for (const path of ['/v1/messages', '/v1/chat/completions']) {
    expect((await server.post(path, ask(name))).status, path).toBe(200);
    expect(server.modelCalls().at(-1)?.body, path).toMatchObject({ model: id });
  }
});

it.each([
  ['opus', 'is a part of 2 models'],
  ['gpt-4', 'is a part of 3 models'],
  ['gpt-4.10', 'there is no model gpt-4.10'],
  ['embedding', 'there is no model embedding'],
])('a request for %s is refused with what to write', async (name, words) => {
  const server = await startTestServer();
  const reply = await server.post('/v1/chat/completions', ask(name));
  expect(reply.status).toBeGreaterThanOrEqual(400);
  expect(await reply.text()).toContain(words);
  expect(server.modelCalls()).toEqual([]);
});

it.each([
  ['/v1/messages', { type: 'error', error: { type: 'not_found_error' } }],
  ['/v1/chat/completions', { error: { code: 'model_not_found' } }],
  ['/v1/responses', { error: { code: 'model_not_found' } }],
  ['/v1/embeddings', { error: { code: 'model_not_found' } }],
])('a request at %s for an endpoint that there is not goes to nobody', async (path, body) => {
  const server = await startTestServer();
  for (const model of ['acme/gpt-5-mini', 'llama/ok', 'local/text-embedding-3-small', 'Acme/claude-haiku']) {
    const reply = await server.post(path, { ...ask(model), input: 'hi' });
    expect(reply.status, model).toBe(404);
    const error = (await reply.json()) as { error: { message: string } };
    expect(error, model).toMatchObject(body);
    expect(error.error.message).toMatch(/there is no endpoint (?:acme|llama|local)/i);
    expect((await fetch(`${server.url}/v1/models/${model}`)).status).toBe(404);
  }
  expect(server.modelCalls()).toEqual([]);
});

it('the list of models knows a part, too, and embeddings have their own', async () => {
  const server = await startTestServer();
  const found = await fetch(`${server.url}/v1/models/haiku`);
  expect(await found.json()).toMatchObject({ id: 'claude-haiku-4.5' });
  expect((await fetch(`${server.url}/v1/models/opus`)).ok).toBe(false);
  const embedded = await server.post('/v1/embeddings', { model: 'embedding-3-small', input: 'hi' });
  expect(embedded.status).toBe(200);
});
