import { request as rawRequest } from 'node:http';
import { expect, test } from 'vitest';
import type { Simulator } from './simulator.ts';
import { callCopilot, createChat, createExchangedHeaders, openSimulator, send } from './test-client.ts';

/** A request that fails every check, and what mends each of them, in the order in which the gate looks. */
function createSteps(simulator: Simulator, exchanged: Record<string, string>) {
  return [
    { error: 'bad request: Authorization header is badly formatted\n', status: 400 },
    { error: 'unauthorized: invalid token\n', status: 401, mend: { authorization: 'Bearer tid=forged' } },
    { error: /^IDE token expired/, status: 401, mend: { authorization: exchanged.authorization ?? '' } },
    {
      error: 'bad request: missing Editor-Version header for IDE auth\n',
      status: 400,
      act: () => {
        simulator.state.now = () => 0;
      },
    },
    {
      error: 'bad request: unknown Editor-Version header for IDE auth\n',
      status: 400,
      mend: { 'editor-version': 'nonsense' },
    },
    {
      error: 'bad request: unknown Copilot-Integration-Id\n',
      status: 400,
      mend: { 'editor-version': 'vscode/1.107.0' },
    },
    {
      error: 'token not authorized for this integration\n',
      status: 403,
      mend: { 'copilot-integration-id': 'jetbrains-chat' },
    },
    {
      error: /API version is no longer supported/,
      status: 466,
      mend: { 'copilot-integration-id': 'vscode-chat' },
    },
    { error: 'Misdirected Request\n', status: 421, mend: { 'x-github-api-version': '2026-06-01' } },
  ];
}

test('the gate looks in the order of the service', async () => {
  let now = 0;
  const simulator = await openSimulator({
    now: () => now,
    gate: { integrationIdsFor: { exchanged: ['vscode-chat'] } },
  });
  const exchanged = await createExchangedHeaders(simulator);
  now = 1_900_000;
  let headers: Record<string, string> = {
    authorization: 'nonsense',
    'copilot-integration-id': 'invented',
    'x-github-api-version': '2024-01-01',
  };
  for (const { error, status, mend = {}, act } of createSteps(simulator, exchanged)) {
    act?.();
    headers = { ...headers, ...mend };
    const response = await send(`${simulator.urls.wrongPlan}/models`, { headers });
    const text = await response.text();
    expect([response.status, text]).toEqual([
      status,
      error instanceof RegExp ? expect.stringMatching(error) : error,
    ]);
    expect(response.headers.get('content-type')).toContain('text/plain');
  }
  expect((await send(`${simulator.urls.copilot}/models`, { headers })).status).toBe(200);
});

test('behind the gate come the vision header, the model, its endpoint, its policy and the limits', async () => {
  const simulator = await openSimulator({ account: { plan: 'exhausted' } });
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
  const messages = [{ role: 'user', content: [image] }];
  const vision = { 'copilot-vision-request': 'true' };
  const refuse = async (model: string, headers: Record<string, string>) => {
    const body = createChat(model, { messages });
    const response = await callCopilot(simulator, '/chat/completions', { body, headers });
    const { error } = JSON.parse(await response.text()) as { error: { code: string } };
    return [response.status, error.code];
  };
  expect(await refuse('no-such-model', {})).toEqual([400, '']);
  expect(await refuse('no-such-model', vision)).toEqual([400, 'model_not_supported']);
  expect(await refuse('gpt-5.3-codex', vision)).toEqual([400, 'unsupported_api_for_model']);
  expect(await refuse('gemini-3.1-pro-preview', vision)).toEqual([400, 'model_not_supported']);
  expect(await refuse('gpt-4.1', vision)).toEqual([402, 'quota_exceeded']);
});

test('errors behind the gate are JSON labelled as text that ends in a newline', async () => {
  const simulator = await openSimulator();
  const response = await callCopilot(simulator, '/chat/completions', { body: createChat('gpt-9') });
  const text = await response.text();
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(text).toHaveLength(138);
  expect(text.endsWith('}\n')).toBe(true);
});

test('every answer has request ids, and successful model calls tell the quota', async () => {
  const simulator = await openSimulator();
  const refused = await send(`${simulator.urls.copilot}/models`);
  expect(refused.headers.get('x-github-request-id')).toMatch(/^[0-9A-F:]{32}$/);
  const headers = { 'x-request-id': 'my-own-id' };
  const response = await callCopilot(simulator, '/chat/completions', {
    body: createChat('gpt-4.1'),
    headers,
  });
  expect(response.headers.get('x-request-id')).toBe('my-own-id');
  const quota = new URLSearchParams(response.headers.get('x-quota-snapshot-premium_interactions') ?? '');
  expect(Object.fromEntries(quota)).toEqual({
    ent: '3000',
    ov: '0.0',
    ovPerm: 'true',
    rem: '8.4',
    rst: '2026-12-01T00:00:00Z',
  });
});

test.each([
  ['a classic token', 'ghp_classic', {}, 400, /Personal Access Tokens are not supported/],
  [
    'a fine-grained token of another client',
    'github_pat_x',
    {},
    400,
    /Personal Access Tokens are not supported/,
  ],
  [
    'a fine-grained token without the permission',
    'github_pat_x',
    { 'copilot-integration-id': 'copilot-developer-cli' },
    401,
    /does not have "Copilot Requests" permission/,
  ],
])('%s is turned away', async (_name, token, headers, status, text) => {
  const simulator = await openSimulator({ account: { githubTokens: { [token]: {} } } });
  const response = await callCopilot(simulator, '/chat/completions', {
    body: createChat('gpt-4.1'),
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  expect(response.status).toBe(status);
  expect(await response.text()).toMatch(text);
});

test('a fine-grained token with the permission may chat, but not list models', async () => {
  const simulator = await openSimulator({
    account: { githubTokens: { github_pat_x: { copilotRequests: true } } },
  });
  const headers = {
    authorization: 'Bearer github_pat_x',
    'copilot-integration-id': 'copilot-developer-cli',
  };
  const chat = await callCopilot(simulator, '/chat/completions', { body: createChat('gpt-4.1'), headers });
  expect(chat.status).toBe(200);
  expect((await callCopilot(simulator, '/models', { headers })).status).toBe(400);
});

test('an integration id that is sent in two casings is unknown', async () => {
  const simulator = await openSimulator();
  const status = await new Promise((resolve) => {
    const headers = [
      ['Host', new URL(simulator.urls.copilot).host],
      ['Authorization', 'Bearer gho_simulatedUserToken'],
      ['Copilot-Integration-Id', 'vscode-chat'],
      ['copilot-integration-id', 'vscode-chat'],
    ].flat();
    rawRequest(`${simulator.urls.copilot}/models`, { headers }, (response) => {
      resolve(response.statusCode);
      response.resume();
    }).end();
  });
  expect(status).toBe(400);
  expect(simulator.requestsTo('/models')[0]?.rawHeaderNames).toContain('copilot-integration-id');
});

test('the health check answers everybody', async () => {
  const simulator = await openSimulator();
  expect((await send(`${simulator.urls.copilot}/_ping`)).status).toBe(200);
});

test('a body that is too large for the gateway is refused in plain text', async () => {
  const simulator = await openSimulator({ gate: { maxBodyBytes: 100 } });
  const body = createChat('gpt-4.1', { user: 'x'.repeat(100) });
  const response = await callCopilot(simulator, '/chat/completions', { body });
  expect([response.status, await response.text()]).toEqual([413, 'Request Entity Too Large\n']);
});
