import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canary, createCli, githubToken } from '../helpers/cli.ts';
import { describeOverlapping } from '../helpers/overlapping.ts';
import { sampled } from '../helpers/sampled.ts';
import type { DeviceOutcome } from '../simulator/github/device-state.ts';

const devicePath = '/login/device/code';
const pollPath = '/login/oauth/access_token';

describeOverlapping('login', () => {
  it('shows the code and the address, polls at once, stores the token and proves that it works', async () => {
    const cli = await createCli();
    const run = await cli.run(['login'], { env: { GITHUB_COPILOT_MODEL: '' } });

    expect(run.code).toBe(0);
    expect(run.stdout).toBe('');
    const [code, address, ...rest] = run.stderr.trimEnd().split('\n');
    expect(code).toMatch(/^Your one-time code: [A-Z0-9]{4}-[A-Z0-9]{4}$/);
    expect(address).toBe(`Type it at:         ${cli.simulator.urls.server}/login/device`);
    expect(rest).toEqual([
      'Signed in to github.com as octocat.',
      'Plan: business. Default model: gpt-5.3-codex.',
      `The token is kept in ${cli.credentialsFile}, which only you can read.`,
      'Try it: copilot-cli chat "hello"',
    ]);
    expect(cli.simulator.requestsTo(pollPath)).toHaveLength(1);
    expect(cli.readCredentials()).toMatchObject({
      login: { host: 'github.com', account: 'octocat', refresh: githubToken },
    });
    expect(cli.simulator.counts().exchanges).toBe(1);
  });

  it('keeps the credentials in a file of mode 0600 in a folder of mode 0700, and leaves nothing beside it', async () => {
    const cli = await createCli();
    await cli.run(['login']);
    expect(statSync(cli.credentialsFile).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(cli.credentialsFile)).mode & 0o777).toBe(0o700);
  });

  it('sends the client id and the scope that names the account, and asks for JSON', async () => {
    const cli = await createCli({ clientIds: ['Iv1.other'] });
    await cli.runHere(['login'], { env: { GITHUB_COPILOT_CLIENT_ID: 'Iv1.other' } });
    const [request] = cli.simulator.requestsTo(devicePath);
    expect(request?.body).toEqual({ client_id: 'Iv1.other', scope: 'read:user' });
    expect(request?.headers.accept).toBe('application/json');
  });

  it('goes on polling while the approval is pending', async () => {
    const cli = await createCli({ device: { outcomes: ['authorization_pending', 'authorization_pending'] } });
    expect((await cli.runHere(['login'])).code).toBe(0);
    expect(cli.simulator.requestsTo(pollPath)).toHaveLength(3);
  });

  it('slows down for good when GitHub asks for it', async () => {
    const cli = await createCli({
      device: {
        outcomes: ['slow_down', 'authorization_pending', 'authorization_pending'],
        slowDownStep: 0.4,
        interval: 1,
      },
    });
    expect((await cli.runHere(['login'])).code).toBe(0);
    const times = cli.simulator.requestsTo(pollPath).map(({ receivedAt }) => receivedAt);
    for (const [index, time] of times.slice(1).entries()) {
      expect(time - (times[index] ?? 0) + 5).toBeGreaterThanOrEqual(1_400);
    }
  });

  const passing: [string, DeviceOutcome][] = [
    ['a connection that is reset', 'reset'],
    ['a server error', { status: 502, body: '<html>Bad gateway</html>', contentType: 'text/html' }],
    ['an answer that is not JSON', { status: 200, body: 'oops', contentType: 'text/plain' }],
    ['a rate limit', { status: 429, body: { error: 'too_many_requests' } }],
  ];
  sampled.it.each(passing)('rides out %s', async (_, outcome) => {
    const cli = await createCli({ device: { outcomes: [outcome, 'authorization_pending'], interval: 0.02 } });
    expect((await cli.runHere(['login'])).code).toBe(0);
  });

  const final: [outcome: DeviceOutcome, words: RegExp][] = [
    ['access_denied', /cancelled in the browser\. Start again: copilot-cli login/],
    ['expired_token', /the code has expired/],
    ['token_expired', /the code has expired/],
    ['incorrect_device_code', /no longer knows the device code/],
    ['unsupported_grant_type', /does not accept this kind of sign-in/],
    ['incorrect_client_credentials', /does not accept the client id/],
    ['device_flow_disabled', /does not allow the device sign-in/],
    ['bad_verification_code', /GitHub ended the sign-in/],
    ['unverified_user_email', /GitHub ended the sign-in/],
  ];
  sampled.it.each(final)(
    'ends with code 4 on %s, after one poll, and stores nothing',
    async (outcome, words) => {
      const cli = await createCli({ device: { outcomes: [outcome] } });
      const run = await cli.runHere(['login']);
      expect(run.code).toBe(4);
      expect(run.stderr).toMatch(words);
      expect(cli.simulator.requestsTo(pollPath)).toHaveLength(1);
      expect(existsSync(cli.credentialsFile)).toBe(false);
    },
  );

  it('takes a final error for what it is where the server answers it with 400', async () => {
    const cli = await createCli({
      device: { outcomes: ['authorization_pending', 'access_denied'], pollStatus: 400 },
    });
    const run = await cli.runHere(['login']);
    expect(run.code).toBe(4);
    expect(cli.simulator.requestsTo(pollPath)).toHaveLength(2);
  });

  it('gives up when the code has expired by the clock', async () => {
    const cli = await createCli({ device: { approveAfterMs: undefined, expiresIn: 0.5, interval: 0.1 } });
    const run = await cli.runHere(['login']);
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('the code has expired before it was approved');
  });

  it('names the host and the client id where the server has no such app', async () => {
    const cli = await createCli({ clientIds: [] });
    const run = await cli.runHere(['login']);
    expect(run.code).toBe(4);
    expect(run.stderr).toMatch(/does not know the client id Iv1\.b507a08c87ecfe98.*--host/);
  });

  it('says that the server cannot be reached, with code 13', async () => {
    const cli = await createCli();
    const run = await cli.runHere(['login'], { env: { GITHUB_SERVER_URL: 'http://127.0.0.1:1' } });
    expect(run.code).toBe(13);
    expect(run.stderr).toContain('127.0.0.1:1 refused the connection');
  });

  it('keeps the sign-in and says what GitHub said where the account has no Copilot', async () => {
    const cli = await createCli({ exchange: { refusal: { notificationId: 'no_copilot_access' } } });
    const run = await cli.runHere(['login']);
    expect(run.code).toBe(5);
    expect(run.stderr).toMatch(/no access to Copilot \(GitHub says: .*octocat.*\)\. Sign up at/);
    expect(existsSync(cli.credentialsFile)).toBe(true);
  });

  it('names a variable whose token would be used in place of the login', async () => {
    const cli = await createCli();
    const run = await cli.runHere(['login'], { env: { GH_TOKEN: `gho_${canary}fromEnvironment` } });
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/^warning: GH_TOKEN is set, and its token is used in place of this login/);
  });

  it('signs in to the tenant that --host names', async () => {
    const cli = await createCli();
    expect((await cli.runHere(['login', '--host', 'https://Acme.GHE.com/'])).stderr).toContain(
      'Signed in to acme.ghe.com as octocat.',
    );
    expect(cli.readCredentials()).toMatchObject({ login: { host: 'acme.ghe.com' } });
    const status = await cli.runHere(['status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ host: 'acme.ghe.com' });
  });

  it('leaves cleanly on Ctrl+C, with code 130 and nothing stored', async () => {
    const cli = await createCli({ device: { approveAfterMs: undefined, interval: 5 } });
    const { child, done } = cli.start(['login']);
    await cli.simulator.waitForRequest(pollPath);
    child.kill('SIGINT');
    const run = await done;
    expect(run.code).toBe(130);
    expect(run.stderr).toMatch(/stopped by SIGINT\.\n$/);
    expect(existsSync(cli.credentialsFile)).toBe(false);
  });
});

describe('login --with-token', () => {
  const token = `gho_${canary}broughtAlong0001`;

  it('stores a token from stdin once GitHub has accepted it', async () => {
    const cli = await createCli({ account: { githubTokens: { [token]: {} } } });
    const run = await cli.runHere(['login', '--with-token'], { stdin: `${token}\n` });
    expect(run.stderr).toContain('Signed in to github.com as octocat.');
    expect(run.code).toBe(0);
    expect(cli.readCredentials()).toMatchObject({ login: { refresh: token } });
  });

  it('refuses a token that GitHub does not accept, and stores nothing', async () => {
    const cli = await createCli();
    const run = await cli.runHere(['login', '--with-token'], { stdin: token });
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('does not accept');
    expect(existsSync(cli.credentialsFile) && cli.readCredentials().login).toBeFalsy();
  });

  sampled.it.each([
    [`ghp_${canary}classic`, /classic personal access token/],
    [`sk-${canary}0123456789`, /API key of another service/],
    [`tid=${canary};exp=1`, /Copilot token/],
  ])('explains a token of the wrong kind without asking GitHub: %s', async (wrong, words) => {
    const cli = await createCli();
    const run = await cli.runHere(['login', '--with-token'], { stdin: wrong });
    expect(run.code).toBe(4);
    expect(run.stderr).toMatch(words);
    expect(cli.simulator.requests).toEqual([]);
  });

  sampled.it.each([
    ['', /stdin has no token/],
    [`${token}\n${token}`, /more than one token/],
  ])('wants exactly one token', async (stdin, words) => {
    const cli = await createCli();
    const run = await cli.runHere(['login', '--with-token'], { stdin });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(words);
  });

  it("ends with 2 if stdin is somebody else's pipe, and silent", async () => {
    const cli = await createCli();
    const { done, child } = cli.start(['login', '--with-token'], { keepStdinOpen: true });
    const run = await done;
    child.stdin?.end();
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(
      /^warning: stdin is a pipe that has been silent for 5 s; waiting for its end\.$/m,
    );
    expect(run.stderr).toMatch(
      /^copilot-cli: stdin is a pipe that stayed silent for 10 s.*copilot-cli login --with-token < token\.txt$/m,
    );
    expect(cli.simulator.requests).toEqual([]);
  }, 20_000);
});

describe('logout', () => {
  it('removes every copy and says where to revoke the grant', async () => {
    const cli = await createCli();
    await cli.runHere(['login']);
    const run = await cli.runHere(['logout']);
    expect(run.code).toBe(0);
    expect(run.stdout).toBe('');
    expect(run.stderr).toBe(
      'Signed out of github.com, account octocat.\n' +
        'GitHub still lists the grant; revoke it at https://github.com/settings/apps/authorizations\n',
    );
    expect(existsSync(cli.credentialsFile)).toBe(false);
    expect((await cli.runHere(['status'])).code).toBe(4);
  });

  it('is not undone by a command that renews its Copilot token meanwhile', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.expireCopilotTokens();
    cli.simulator.faults.add({ path: '/copilot_internal/v2/token', delayMs: 1_000 });
    const { done } = cli.start(['chat', 'hi']);
    await cli.simulator.waitForRequest('/copilot_internal/v2/token');
    expect((await cli.run(['logout'])).code).toBe(0);
    expect((await done).stdout).toBe('You said: hi\n');
    expect(existsSync(cli.credentialsFile)).toBe(false);
  });

  it('succeeds where nobody was signed in', async () => {
    const cli = await createCli();
    const run = await cli.runHere(['logout']);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('You were not signed in');
  });
});

describe('login --host', () => {
  it.each([
    ['nope', 'login --host nope.ghe.com'],
    ['bad/host', 'login --host TENANT.ghe.com'],
    ['https://acme/login', 'login --host TENANT.ghe.com'],
    ['acme corp', 'login --host TENANT.ghe.com'],
    ['', 'login --host TENANT.ghe.com'],
  ])('refuses %j, and says what to type', async (host, hint) => {
    const cli = await createCli();
    const run = await cli.runHere(['login', '--host', host]);
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining(hint) });
    expect(cli.simulator.requests).toEqual([]);
  });
});
