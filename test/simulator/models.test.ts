import { expect, test } from 'vitest';
import type { Simulator } from './simulator.ts';
import { callCopilot, createChat, openSimulator } from './test-client.ts';

type Entry = {
  id: string;
  model_picker_enabled: boolean;
  billing: Record<string, unknown>;
  policy?: { state: string };
  supported_endpoints?: string[];
  capabilities: { limits?: object; type: string };
};

async function listModels(simulator: Simulator, version = '2025-05-01'): Promise<Entry[]> {
  const headers = { 'x-github-api-version': version };
  const response = await callCopilot(simulator, '/models', { headers });
  return ((await response.json()) as { data: Entry[] }).data;
}

test('the list has the holes of a real one', async () => {
  const simulator = await openSimulator();
  const data = await listModels(simulator);
  const entries = data.filter((entry) => typeof entry.id === 'string');
  expect(data).toContain('not-a-model');
  expect(data).toContainEqual({ id: 42 });
  expect(entries.length).toBeGreaterThanOrEqual(18);
  expect(entries.some((entry) => entry.capabilities.limits === undefined)).toBe(true);
  expect(entries.some((entry) => entry.supported_endpoints === undefined)).toBe(true);
  expect(entries.some((entry) => 'orbit' in entry)).toBe(true);
  const states = new Set(entries.map((entry) => entry.policy?.state));
  expect(states).toEqual(new Set(['enabled', 'disabled', 'unconfigured', undefined]));
});

test('an old API version sees multipliers, and a new one prices', async () => {
  const simulator = await openSimulator();
  const find = (data: Entry[]) => data.find((entry) => entry.id === 'claude-opus-5')?.billing;
  // Of an account that is billed by tokens the multiplier tells nothing.
  expect(find(await listModels(simulator, '2025-05-01'))?.multiplier).toBe(1);
  simulator.state.account.plan = 'paid-requests';
  expect(find(await listModels(simulator, '2025-05-01'))).toEqual({
    is_premium: true,
    multiplier: 10,
    restricted_to: ['pro_plus', 'business', 'enterprise', 'max'],
  });
  expect(find(await listModels(simulator, '2026-06-01'))).toEqual({
    token_prices: {
      batch_size: 1_000_000,
      default: {
        input_price: 1500,
        output_price: 7500,
        cache_price: 150,
        cache_write_price: 1875,
        context_max: 200_000,
      },
      long_context: expect.objectContaining({ context_max: 936_000 }),
    },
  });
});

test('prices of the intermediate layout are flat and in billionths', async () => {
  const data = await listModels(await openSimulator(), '2026-06-01');
  expect(data.find((entry) => entry.id === 'kimi-k2.7-code')?.billing).toEqual({
    token_prices: {
      batch_size: 1_000_000,
      input_price: 60_000_000_000,
      output_price: 250_000_000_000,
      cache_price: 15_000_000_000,
    },
  });
});

test('every model can be hidden from pickers at once', async () => {
  const data = await listModels(await openSimulator({ pickerDisabled: true }));
  const entries = data.filter((entry) => typeof entry.id === 'string');
  expect(entries.every((entry) => !entry.model_picker_enabled)).toBe(true);
});

test('one model can be asked for, and an unknown one is not found', async () => {
  const simulator = await openSimulator();
  const known = await callCopilot(simulator, '/models/gpt-5-mini');
  expect(await known.json()).toMatchObject({ id: 'gpt-5-mini', object: 'model' });
  expect((await callCopilot(simulator, '/models/gpt-9')).status).toBe(404);
});

test.each(['state', 'status'])('accepting the terms by "%s" lets a model answer', async (key) => {
  const simulator = await openSimulator();
  const model = 'gemini-3.1-pro-preview';
  const chat = async () =>
    (await callCopilot(simulator, '/chat/completions', { body: createChat(model) })).status;
  expect(await chat()).toBe(400);
  await callCopilot(simulator, `/models/${model}/policy`, { body: { [key]: 'enabled' } });
  expect(await chat()).toBe(200);
});

test('an organisation that manages the policies lets nobody accept terms', async () => {
  const simulator = await openSimulator({ account: { policiesManaged: true } });
  const path = '/models/gemini-3.1-pro-preview/policy';
  expect((await callCopilot(simulator, path, { body: { state: 'enabled' } })).status).toBe(403);
});

test.each([
  ['/models/session', { auto_mode: { model_hints: ['auto'] } }, 'gpt-5-mini'],
  ['/auto', { prompt: 'hi' }, { id: 'gpt-5-mini' }],
])('auto mode at %s chooses a model and opens a session', async (path, body, selected) => {
  const simulator = await openSimulator();
  const answer = (await (await callCopilot(simulator, path, { body })).json()) as { session_token: string };
  expect(answer).toMatchObject({ selected_model: selected });
  const chat = async (token: string) => {
    const headers = { 'copilot-session-token': token };
    return callCopilot(simulator, '/chat/completions', { body: createChat('gpt-5-mini'), headers });
  };
  expect((await chat(answer.session_token)).status).toBe(200);
  const refused = await chat('invented');
  expect([refused.status, await refused.text()]).toEqual([401, 'Invalid auto-mode selector\n']);
});

test('auto mode can be missing', async () => {
  const simulator = await openSimulator({ auto: { available: false } });
  expect((await callCopilot(simulator, '/auto', { body: { prompt: 'hi' } })).status).toBe(404);
});
