import { expect, it } from 'vitest';
import { createTestClient } from '../helpers/client.ts';
import { startFakeOllama } from '../helpers/fake-ollama.ts';

it.each([
  ['before the command has begun', 0],
  ['while it runs', 50],
])('a prompt that is cancelled does not wait for the command that gives the key: %s', async (_, ms) => {
  const ollama = await startFakeOllama();
  const endpoint = {
    url: `${ollama.url}/v1`,
    dialect: 'chat-completions',
    key: { command: 'sleep 9; echo the-key' },
    models: ['qwen3:8b'],
  };
  const { ask } = await createTestClient({ endpoints: { acme: endpoint } });
  const controller = new AbortController();
  const reason = new Error('cancelled');
  if (ms === 0) controller.abort(reason);
  else setTimeout(() => controller.abort(reason), ms);
  const startedAt = performance.now();
  await expect(ask('acme/qwen3:8b', 'hi', { signal: controller.signal })).rejects.toBe(reason);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(ollama.requests).toEqual([]);
});
