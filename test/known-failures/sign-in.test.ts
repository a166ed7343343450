// The failures that users of Copilot's clients report most, numbered by frequency.
import { describe, expect, it } from 'vitest';
import { canary, createCli, githubToken } from '../helpers/cli.ts';
import { createTestClient } from '../helpers/client.ts';
import { sampled } from '../helpers/sampled.ts';

const exchangePath = '/copilot_internal/v2/token';
const pollPath = '/login/oauth/access_token';
const chatPath = '/chat/completions';
const model = 'kimi-k2.7-code';

describe('the sign-in', () => {
  it('failure 5: a Copilot token that ends in the middle of a task is renewed once for all requests, and each is sent again once', async () => {
    let ahead = 0;
    const client = await createTestClient({ now: () => Date.now() + ahead });
    await client.ask(model, 'begin');
    client.simulator.expireCopilotTokens();
    const replies = await Promise.all(['a', 'b', 'c'].map((text) => client.ask(model, text)));
    expect(replies.map(({ text }) => text)).toEqual(['You said: a', 'You said: b', 'You said: c']);
    expect(client.simulator.counts().exchanges).toBe(2);
    expect(client.modelCalls()).toHaveLength(1 + 2 * 3);
    // After a sleep the clock tells, and nothing has to be refused first.
    ahead = 8 * 3_600_000;
    await client.ask(model, 'd');
    expect(client.simulator.counts().exchanges).toBe(3);
    expect(client.modelCalls()).toHaveLength(8);
  });

  sampled.it.each([
    ['no_copilot_access', 'https://github.com/github-copilot/signup'],
    ['spammy_user', 'https://support.github.com/contact'],
  ] as const)(
    'failure 6: an account without Copilot is told in the words of GitHub, with its page: %s',
    async (notificationId, page) => {
      const message = 'No access to GitHub Copilot found. You are logged in as octocat.';
      const cli = await createCli({ exchange: { refusal: { notificationId, message } } });
      const run = await cli.runHere(['login']);
      expect(run.code).toBe(5);
      expect(run.stderr).toContain(message);
      expect(run.stderr).toContain(page);
    },
  );

  it('failure 6: a token of a kind that Copilot does not take is told from those that it does', async () => {
    const cli = await createCli();
    const run = await cli.runHere(['login', '--with-token'], { stdin: `ghp_${canary}classic` });
    expect(run.code).toBe(4);
    expect(run.stderr).toMatch(/classic personal access token \(ghp_\).*gho_.*ghu_.*github_pat_/);
  });

  it('failure 7: access that is forbidden is told in the words of Copilot, suggests a new sign-in, and is asked for once', async () => {
    const cli = await createCli();
    await cli.signIn();
    const body =
      'Access to this endpoint is forbidden. Please review our [Terms of Service](https://example.com).\n';
    cli.simulator.faults.add({ path: chatPath, status: 403, body, times: 9 });
    const run = await cli.runHere(['chat', 'hi']);
    expect(run.code).toBe(5);
    expect(run.stderr).toMatch(
      /Access to this endpoint is forbidden.*Sign in again: copilot-cli login.*[Dd]o not repeat/,
    );
    expect(cli.simulator.requestsTo(chatPath)).toHaveLength(1);
    expect(cli.simulator.counts().exchanges).toBe(1);
  });

  it('failure 8: a restricted account is not asked for again, and no other token is tried', async () => {
    const other = `gho_${canary}other`;
    const cli = await createCli({
      account: { githubTokens: { [githubToken]: {}, [other]: {} } },
      exchange: { refusal: { notificationId: 'spammy_user' } },
    });
    const env = { GITHUB_COPILOT_TOKEN: githubToken, GH_TOKEN: other };
    const run = await cli.runHere(['chat', 'hi'], { env });
    expect(run.code).toBe(5);
    expect(run.stderr).toMatch(/GitHub has restricted this account.*support\.github\.com/);
    expect(cli.simulator.requests.map(({ headers }) => headers.authorization)).toEqual([
      `token ${githubToken}`,
    ]);
  });

  it('failure 8: a process that goes on asking for a restricted account does not go on asking GitHub', async () => {
    let ahead = 0;
    const client = await createTestClient({
      now: () => Date.now() + ahead,
      exchange: { refusal: { notificationId: 'spammy_user' } },
    });
    for (const text of ['a', 'b', 'c'])
      await expect(client.ask(model, text)).rejects.toMatchObject({ code: 'forbidden' });
    expect(client.simulator.requestsTo(exchangePath)).toHaveLength(1);
    client.simulator.state.exchange.refusal = undefined;
    ahead = 60_000;
    expect((await client.ask(model, 'd')).text).toBe('You said: d');
  });

  it('failure 28: the page of the sign-in is the one that the server names', async () => {
    const page = 'https://acme.ghe.com/login/device';
    const cli = await createCli({ device: { extra: { verification_uri: page } } });
    const run = await cli.runHere(['login', '--host', 'acme.ghe.com']);
    expect(run.stderr).toMatch(/^Type it at: +https:\/\/acme\.ghe\.com\/login\/device$/m);
    expect(run.stderr).not.toContain('https://github.com');
  });

  it('failure 28: a server that lacks the app says so, and how to go on', async () => {
    const cli = await createCli({ clientIds: [] });
    const run = await cli.runHere(['login', '--host', 'acme.ghe.com']);
    expect(run.code).toBe(4);
    expect(run.stderr).toMatch(
      /does not know the client id Iv1\.\S+.*GITHUB_COPILOT_CLIENT_ID.*--with-token/,
    );
  });

  it('failure 29: a slow person is waited for after the code was shown, at the pace that GitHub asks for', async () => {
    const cli = await createCli({
      device: {
        interval: 1,
        slowDownStep: 0.5,
        enforceInterval: true,
        outcomes: ['authorization_pending', 'slow_down', 'authorization_pending'],
      },
    });
    const { child, done } = cli.start(['login']);
    const shown = new Promise<string>((resolve) =>
      child.stderr?.once('data', (data) => resolve(String(data))),
    );
    expect(await shown).toMatch(/^Your one-time code: \S+\nType it at: /);
    expect((await done).code).toBe(0);
    const times = cli.simulator.requestsTo(pollPath).map(({ receivedAt }) => receivedAt);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps).toHaveLength(3);
    expect(Math.min(...gaps.slice(1))).toBeGreaterThan(1_400);
  });
});
