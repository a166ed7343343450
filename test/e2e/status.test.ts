import { describe, expect, it } from 'vitest';
import { canary, chatModel, createCli, githubToken, parseOutput } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import type { Plan } from '../simulator/github/account-state.ts';
import type { RefusalId } from '../simulator/github/exchange-state.ts';

describe('status', () => {
  it('tells account, plan, token, endpoint, quota and default model', async () => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.run(['status']);
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    const fields = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(fields).toEqual([
      ['Account', 'octocat'],
      ['Host', 'github.com'],
      ['Plan', 'business'],
      ['Token', 'from copilot-cli login'],
      ['Kept in', `${cli.credentialsFile} (only you can read it)`],
      ['Copilot token', expect.stringMatching(/^good until \d{4}-\d\d-\d\d \d\d:\d\d UTC$/)],
      ['Copilot API', `${cli.simulator.urls.copilot} (named by GitHub for the account)`],
      ['Not the default', `server-url is ${cli.simulator.urls.server}, from GITHUB_SERVER_URL`],
      ['Not the default', `api-url is ${cli.simulator.urls.api}, from GITHUB_API_URL`],
      ['Quota', '252.6 of 3000 AI credits left (8.4 %); further use is billed'],
      ['Renewed on', expect.stringMatching(/^\d{4}-\d\d-\d\d$/)],
      ['Default model', expect.stringMatching(/^kimi-k2\.7-code \(/)],
    ]);
  });

  it('tells the same as one object with --json', async () => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.runHere(['status', '--json']);
    expect(parseOutput(run)).toMatchObject({
      schema_version: 1,
      ok: true,
      account: 'octocat',
      host: 'github.com',
      plan: 'business',
      token: { source: 'login', name: cli.credentialsFile, kind: 'github-app' },
      copilot_token: { style: 'exchanged', expires_at: expect.any(String) },
      endpoint: { url: cli.simulator.urls.copilot, source: 'account' },
      quota: {
        unit: 'credits',
        entitlement: 3000,
        remaining: 252.6,
        percent_remaining: 8.4,
        overage_permitted: true,
      },
      default_model: { id: chatModel, origin: 'setting' },
      warnings: [],
    });
  });

  const plans: [Plan, string | undefined, RegExp][] = [
    ['paid-credits', 'credits', /of 3000 AI credits left/],
    ['paid-requests', 'premium_requests', /premium requests left/],
    ['free-classic', 'chat_messages', /chat messages left/],
    ['free-snapshots', 'chat_messages', /chat messages left/],
    ['unlimited', 'credits', /without a limit/],
    ['no-quota', undefined, /^(?!.*left)/s],
  ];
  sampled.it.each(plans)('shows the quota of a %s account in its own unit', async (plan, unit, words) => {
    const cli = await createCli({ account: { plan } });
    await cli.signIn();
    const quota = parseOutput(await cli.runHere(['status', '--json'])).quota as { unit?: string } | null;
    expect(quota?.unit).toBe(unit);
    expect((await cli.runHere(['status'])).stdout).toMatch(words);
  });

  it('fails with code 8 where nothing is left and nothing more may be bought, and still shows what it knows', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.state.account.plan = 'exhausted';
    const run = await cli.runHere(['status']);
    expect(run.code).toBe(8);
    expect(run.stdout).toContain('octocat');
    expect(run.stderr).toMatch(
      /^copilot-cli: the quota of this account is used up, and is renewed on \d{4}-\d\d-\d\d\. /,
    );
    expect(parseOutput(await cli.runHere(['status', '--json']))).toMatchObject({
      ok: false,
      account: 'octocat',
      error: { code: 'quota' },
    });
  });

  it('fails with code 5 where chat is switched off', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.state.account.chatEnabled = false;
    const run = await cli.runHere(['status']);
    expect(run.code).toBe(5);
    expect(run.stderr).toContain('chat is switched off for this account');
  });

  it('fails with code 4 where nobody is signed in', async () => {
    const cli = await createCli();
    const run = await cli.runHere(['status', '--json']);
    expect(run.code).toBe(4);
    expect(parseOutput(run)).toMatchObject({ ok: false, account: null, error: { code: 'auth_required' } });
  });

  it('works where GitHub does not show the account to this token', async () => {
    const cli = await createCli({ account: { user: 404 } });
    await cli.signIn();
    const run = await cli.runHere(['status', '--json']);
    expect(run.code).toBe(0);
    expect(parseOutput(run)).toMatchObject({ ok: true, account: 'octocat', plan: null, quota: null });
  });

  it('names the variable that the token comes from, and the login that it hides', async () => {
    const cli = await createCli({ account: { githubTokens: { [`gho_${canary}env`]: {} } } });
    await cli.signIn();
    const run = await cli.runHere(['status'], { env: { GH_TOKEN: `gho_${canary}env` } });
    expect(run.stdout).toMatch(/Token +from the variable GH_TOKEN\n/);
    expect(run.stderr).toBe('warning: the token in GH_TOKEN is used in place of your login.\n');
  });

  it('names a token in a shared variable that cannot work, and uses the login', async () => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.runHere(['status'], { env: { GITHUB_TOKEN: `ghp_${canary}classic` } });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('from copilot-cli login');
    expect(run.stderr).toMatch(/^warning: the token in GITHUB_TOKEN is a classic personal access token/);
  });

  const refusals: [RefusalId, number, RegExp][] = [
    ['no_copilot_access', 5, /no access to Copilot.*Sign up at/],
    ['not_signed_up', 5, /has not signed up.*Sign up at/],
    ['subscription_ended', 5, /subscription.*has ended.*Renew it/],
    ['enterprise_managed_user_account', 5, /managed by an enterprise.*Ask the owner/],
    ['feature_flag_blocked', 5, /blocked/],
    ['spammy_user', 5, /GitHub has restricted this account.*Ask GitHub/],
    ['billing_locked', 5, /billing.*locked.*Check it/],
    ['trade_restricted', 5, /trade-control/],
    ['trade_restricted_country', 5, /in this country/],
    ['access_revoked', 5, /was revoked.*Ask GitHub/],
    ['codespaces_demo_inactive', 5, /demo/],
    ['snippy_not_configured', 5, /match public code.*Choose it/],
    ['expired_coupon', 5, /coupon.*expired/],
    ['revoked_coupon', 5, /coupon.*revoked/],
    ['go_http_client', 5, /refuses tokens to this program/],
    ['programmatic_token_generation', 5, /refuses tokens to this program/],
    ['server_error', 1, /could not make a Copilot token.*Try again/],
  ];
  sampled.it.each(refusals)(
    'has a sentence of its own, a next step and a code for %s',
    async (notificationId, code, words) => {
      const cli = await createCli({
        account: { githubTokens: { [githubToken]: {} } },
        exchange: { refusal: { notificationId } },
      });
      const run = await cli.runHere(['status'], { env: { GITHUB_COPILOT_TOKEN: githubToken } });
      expect(run.code).toBe(code);
      expect(run.stderr).toMatch(words);
      expect(run.stderr).toContain('GitHub says: ');
      expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
    },
  );

  sampled.it.each([
    ['bad-credentials', 4, /does not accept the token from GITHUB_COPILOT_TOKEN/],
    ['rate-limit', 7, /limits how often a Copilot token may be asked for/],
    ['too-many-requests', 7, /limits how often a Copilot token may be asked for/],
    ['server-error', 1, /could not make a Copilot token \(status 5\d\d\)/],
  ] as const)('tells %s of the exchange from a refusal', async (refusal, code, words) => {
    const cli = await createCli({ account: { githubTokens: { [githubToken]: {} } }, exchange: { refusal } });
    const run = await cli.runHere(['status'], { env: { GITHUB_COPILOT_TOKEN: githubToken } });
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(words);
  });
});
