import { expect, test } from 'vitest';
import type { ExchangeRefusal } from './github/exchange-state.ts';
import { callCopilot, createExchangedHeaders, exchange, oauthToken, openSimulator } from './test-client.ts';

type ExchangeAnswer = {
  token: string;
  expires_at: number;
  refresh_in: number;
  endpoints?: { api: string };
  sku: string;
};

test.each(['token', 'Bearer', 'bearer'])('an exchange takes the token after "%s"', async (scheme) => {
  const simulator = await openSimulator({ now: () => 1_000_000 });
  const answer = (await (await exchange(simulator, `${scheme} ${oauthToken}`)).json()) as ExchangeAnswer;
  expect(answer).toMatchObject({
    expires_at: 2800,
    refresh_in: 1500,
    chat_enabled: true,
    endpoints: { api: simulator.urls.copilot },
    sku: 'copilot_standalone_seat_quota',
  });
  const pairs = 'proxy-ep=proxy\\.individual\\.githubcopilot\\.com;.*8kp=1.*';
  expect(answer.token).toMatch(new RegExp(`^tid=[0-9a-f]{32};exp=2800;sku=.*;${pairs}:[0-9a-f]{64}$`));
  expect(simulator.counts().exchanges).toBe(1);
});

test('what an exchange answers can be scripted', async () => {
  const notification = {
    notification_id: 'subscription_ending',
    message: 'Soon.',
    title: 'Ends',
    url: 'https://x',
  };
  const simulator = await openSimulator({
    exchange: { endpoints: 'absent', refreshIn: 1, notification, extra: { future_field: 1 } },
    account: { plan: 'free-classic' },
  });
  const answer = (await (await exchange(simulator)).json()) as ExchangeAnswer;
  expect(answer).not.toHaveProperty('endpoints');
  expect(answer).toMatchObject({
    refresh_in: 1,
    future_field: 1,
    user_notification: notification,
    limited_user_quotas: { chat: 400, completions: 1000 },
  });
});

test.each(['github_pat_personal', 'ghp_classic', 'ghs_installation'])(
  'a token like %s has no exchange',
  async (token) => {
    const simulator = await openSimulator({ account: { githubTokens: { [token]: {} } } });
    expect((await exchange(simulator, `token ${token}`)).status).toBe(404);
  },
);

test('an app that cannot see the exchange finds nothing, but may call the Copilot API itself', async () => {
  const simulator = await openSimulator();
  simulator.state.account.githubTokens[oauthToken] = { exchangeable: false };
  expect((await exchange(simulator)).status).toBe(404);
  expect((await callCopilot(simulator, '/models')).status).toBe(200);
});

const refusals: [string, ExchangeRefusal, number, object][] = [
  ['bad credentials', 'bad-credentials', 401, { message: 'Bad credentials' }],
  ['the REST rate limit', 'rate-limit', 403, { message: expect.stringContaining('rate limit exceeded') }],
  ['not found', 'not-found', 404, { message: 'Not Found' }],
];

test.each(refusals)('an exchange can be refused with %s', async (_name, refusal, status, body) => {
  const simulator = await openSimulator({ exchange: { refusal } });
  const response = await exchange(simulator);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject(body);
  expect(simulator.counts().exchanges).toBe(0);
});

test('an account without Copilot gets an envelope that names the notice and the login', async () => {
  const simulator = await openSimulator({ exchange: { refusal: { notificationId: 'no_copilot_access' } } });
  const response = await exchange(simulator);
  expect(response.status).toBe(403);
  expect(await response.json()).toEqual({
    can_signup_for_limited: true,
    error_details: {
      message: 'No access to GitHub Copilot found. You are currently logged in as octocat.',
      notification_id: 'no_copilot_access',
      title: 'Sign up for GitHub Copilot',
      url: 'https://github.com/github-copilot/signup?editor={EDITOR}',
    },
    message: 'Resource not accessible by integration',
  });
});

test('a 429 of the exchange says how long to wait', async () => {
  const simulator = await openSimulator({ exchange: { refusal: 'too-many-requests' } });
  const response = await exchange(simulator);
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
});

test('a token dies when its time is over, and all of them when the test says so', async () => {
  let now = 1_000_000;
  const simulator = await openSimulator({ now: () => now });
  const headers = await createExchangedHeaders(simulator);
  const list = async () => (await callCopilot(simulator, '/models', { headers })).status;
  expect(await list()).toBe(200);
  now += 1_800_000;
  expect(await list()).toBe(401);
  const renewed = await createExchangedHeaders(simulator);
  simulator.expireCopilotTokens();
  const response = await callCopilot(simulator, '/models', { headers: renewed });
  expect(response.status).toBe(401);
  expect(response.headers.get('content-type')).toContain('text/plain');
  expect(await response.text()).toBe('IDE token expired: unauthorized: token expired\n');
});
