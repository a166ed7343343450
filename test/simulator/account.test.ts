import { expect, test } from 'vitest';
import type { Plan } from './github/account-state.ts';
import { oauthToken, openSimulator, send } from './test-client.ts';

const headers = { authorization: `token ${oauthToken}` };

const plans: [Plan, object][] = [
  [
    'paid-credits',
    {
      token_based_billing: true,
      quota_snapshots: {
        premium_interactions: { entitlement: 3000, remaining: 252, percent_remaining: 8.4 },
      },
    },
  ],
  [
    'paid-requests',
    { token_based_billing: false, quota_snapshots: { premium_interactions: { entitlement: 300 } } },
  ],
  [
    'free-classic',
    {
      access_type_sku: 'free_limited_copilot',
      limited_user_quotas: { chat: 40, completions: 1000 },
      monthly_quotas: { chat: 50, completions: 2000 },
    },
  ],
  [
    'free-snapshots',
    { quota_snapshots: { chat: { entitlement: 200 }, premium_interactions: { entitlement: 0 } } },
  ],
  ['unlimited', { quota_snapshots: { premium_interactions: { unlimited: true, has_quota: false } } }],
  ['exhausted', { quota_snapshots: { premium_interactions: { remaining: 0, percent_remaining: 0 } } }],
];

test.each(plans)('the user document of plan %s tells its quota in its own shape', async (plan, document) => {
  const simulator = await openSimulator({ account: { plan } });
  const response = await send(`${simulator.urls.api}/copilot_internal/user`, { headers });
  expect(await response.json()).toMatchObject({
    login: 'octocat',
    endpoints: { api: simulator.urls.copilot },
    ...document,
  });
});

test('an account without quota tells nothing about quota', async () => {
  const simulator = await openSimulator({ account: { plan: 'no-quota', userEndpoints: 'absent' } });
  const response = await send(`${simulator.urls.api}/copilot_internal/user`, { headers });
  const document = await response.json();
  for (const key of ['quota_snapshots', 'limited_user_quotas', 'endpoints']) {
    expect(document).not.toHaveProperty(key);
  }
});

test.each([401, 403, 404] as const)('the user document can be refused with %i', async (status) => {
  const simulator = await openSimulator({ account: { user: status } });
  const response = await send(`${simulator.urls.api}/copilot_internal/user`, { headers });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({
    status: String(status),
    documentation_url: expect.any(String),
  });
});

test('an unknown GitHub token has bad credentials everywhere', async () => {
  const simulator = await openSimulator();
  for (const path of ['/user', '/copilot_internal/user', '/copilot_internal/v2/token']) {
    const response = await send(`${simulator.urls.api}${path}`, {
      headers: { authorization: 'token gho_nobody' },
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ message: 'Bad credentials' });
  }
});

test('a token can belong to somebody else', async () => {
  const simulator = await openSimulator({ account: { githubTokens: { gho_other: { login: 'hubot' } } } });
  const response = await send(`${simulator.urls.api}/user`, {
    headers: { authorization: 'Bearer gho_other' },
  });
  expect(await response.json()).toMatchObject({ login: 'hubot' });
});

test('an unknown path is not found, in the words of its host', async () => {
  const simulator = await openSimulator();
  expect(await (await send(`${simulator.urls.server}/nowhere`)).json()).toEqual({ error: 'Not Found' });
  expect(await (await send(`${simulator.urls.api}/nowhere`)).json()).toMatchObject({ message: 'Not Found' });
});
