import { expect, test } from 'vitest';
import { callCopilot, openSimulator } from './test-client.ts';

const model = 'text-embedding-3-small';
type Embeddings = { data: { index: number; embedding: number[] }[]; usage: { prompt_tokens: number } };

test('every input gets a vector, always the same for the same text', async () => {
  const simulator = await openSimulator();
  const body = { model, input: ['one', 'two', 'one'], dimensions: 8 };
  const response = await callCopilot(simulator, '/embeddings', { body });
  const { data, usage } = (await response.json()) as Embeddings;
  expect(data.map(({ index, embedding }) => [index, embedding.length])).toEqual([
    [0, 8],
    [1, 8],
    [2, 8],
  ]);
  expect(data[0]?.embedding).toEqual(data[2]?.embedding);
  expect(data[0]?.embedding).not.toEqual(data[1]?.embedding);
  expect(usage.prompt_tokens).toBe(3);
});

test.each([
  ['no input', { model, input: [] }],
  ['more inputs than the model takes', { model, input: Array.from({ length: 513 }, () => 'a') }],
  ['an input that is too long', { model, input: 'x'.repeat(40_000) }],
  ['a chat model', { model: 'gpt-4.1', input: 'a' }],
])('embeddings refuses %s', async (_name, body) => {
  const response = await callCopilot(await openSimulator(), '/embeddings', { body });
  expect(response.status).toBe(400);
});

test('an embeddings model does not chat', async () => {
  const body = { model, messages: [{ role: 'user', content: 'Hi' }] };
  const response = await callCopilot(await openSimulator(), '/chat/completions', { body });
  expect(await response.text()).toContain('unsupported_api_for_model');
});
