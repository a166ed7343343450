import { expect, test } from 'vitest';
import { callCopilot, createChat, exchange, openSimulator, send } from './test-client.ts';

const path = '/chat/completions';

test('every request is kept with its host, query, headers and body', async () => {
  const simulator = await openSimulator();
  await exchange(simulator);
  await send(`${simulator.urls.copilot}/nowhere?a=1&b=2`, {
    body: { text: 'hi' },
    headers: { 'X-Own': 'yes' },
  });
  expect(simulator.requests).toMatchObject([
    { host: 'api', method: 'GET', path: '/copilot_internal/v2/token', body: undefined },
    {
      host: 'copilot',
      method: 'POST',
      path: '/nowhere',
      query: { a: '1', b: '2' },
      headers: { 'x-own': 'yes' },
      body: { text: 'hi' },
      receivedAt: expect.any(Number),
      clientPort: expect.any(Number),
    },
  ]);
  expect(simulator.requestsTo('/nowhere')).toHaveLength(1);
});

test('a test can wait for a request, whether it came already or not', async () => {
  const simulator = await openSimulator();
  const second = simulator.waitForRequest(path, 2);
  await callCopilot(simulator, path, { body: createChat('gpt-4.1') });
  await callCopilot(simulator, path, { body: createChat('gpt-4o') });
  expect((await second).body).toMatchObject({ model: 'gpt-4o' });
  expect((await simulator.waitForRequest(path)).body).toMatchObject({ model: 'gpt-4.1' });
});

test('successful model calls are counted by who began them', async () => {
  const simulator = await openSimulator();
  const call = async (initiator: string | undefined, model = 'gpt-4.1') => {
    const headers = initiator === undefined ? { 'x-initiator': '' } : { 'x-initiator': initiator };
    await callCopilot(simulator, path, { body: createChat(model), headers });
  };
  await call('user');
  await call('agent');
  await call('agent');
  await call(undefined);
  await call('user', 'no-such-model');
  simulator.faults.add({ path, status: 500 });
  await call('user');
  await callCopilot(simulator, '/models');
  expect(simulator.counts()).toEqual({ exchanges: 0, initiator: { user: 1, agent: 2, none: 1 } });
});

test('the environment names both GitHub hosts, and each host has its own port', async () => {
  const { env, urls } = await openSimulator();
  expect(env()).toEqual({ GITHUB_SERVER_URL: urls.server, GITHUB_API_URL: urls.api });
  expect(new Set(Object.values(urls)).size).toBe(4);
});

test('options of a group are merged over its defaults', async () => {
  const { state } = await openSimulator({ device: { interval: 5 }, clientIds: ['mine'] });
  expect(state.device).toMatchObject({ interval: 5, expiresIn: 899 });
  expect(state.clientIds).toEqual(['mine']);
});
