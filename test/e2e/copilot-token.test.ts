import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, canary, chatModel, createCli, githubToken } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { startInTerminal } from '../helpers/terminal.ts';

const exchangePath = '/copilot_internal/v2/token';
const chatPath = '/chat/completions';
const hour = 3_600_000;

type StoredAccess = Record<string, number | string>;

/** Moves the times of the stored Copilot token, as if it had come so long ago. */
function ageStoredToken(cli: Cli, milliseconds: number): void {
  const record = cli.readCredentials() as { access: Record<string, StoredAccess> };
  for (const access of Object.values(record.access)) {
    for (const name of ['receivedAt', 'refreshAt', 'staleAt', 'expires'])
      access[name] = Number(access[name]) - milliseconds;
  }
  writeFileSync(cli.credentialsFile, JSON.stringify(record));
}

describe('a Copilot token', () => {
  it('is kept on disk and used by the next commands without another exchange', async () => {
    const cli = await createCli();
    await cli.signIn();
    for (let count = 0; count < 3; count += 1) expect((await cli.run(['chat', 'hi'])).code).toBe(0);
    expect(cli.simulator.counts().exchanges).toBe(1);
  });

  it('is exchanged anew after a sleep of ten hours, before the request', async () => {
    const cli = await createCli();
    await cli.signIn();
    ageStoredToken(cli, 10 * hour);
    expect((await cli.runHere(['chat', 'hi'])).code).toBe(0);
    expect(cli.simulator.counts().exchanges).toBe(2);
    const paths = cli.simulator.requests.map(({ path }) => path);
    expect(paths.indexOf(exchangePath)).toBeLessThan(paths.indexOf(chatPath));
    expect(cli.simulator.requestsTo(chatPath)).toHaveLength(1);
  });

  it('is exchanged anew where the clock was set back and its age cannot be known', async () => {
    const cli = await createCli();
    await cli.signIn();
    ageStoredToken(cli, -10 * hour);
    expect((await cli.runHere(['chat', 'hi'])).code).toBe(0);
    expect(cli.simulator.counts().exchanges).toBe(2);
  });

  it('that is due is renewed in the background, while the old one asks', async () => {
    const cli = await createCli({ answer: { text: ['slow ', 'enough'], deltaDelayMs: 700 } });
    await cli.signIn();
    ageStoredToken(cli, 1_450_000);
    const before = JSON.stringify(cli.readCredentials());
    expect((await cli.runHere(['chat', 'hi'])).stdout).toBe('slow enough\n');
    expect(cli.simulator.counts().exchanges).toBe(2);
    expect(JSON.stringify(cli.readCredentials())).not.toBe(before);
    const [chat] = cli.simulator.requestsTo(chatPath);
    expect(chat?.headers.authorization).not.toBe(`Bearer ${readToken(cli)}`);
  });

  it('that is due does not hold up the end of the command where GitHub is silent', async () => {
    const cli = await createCli();
    await cli.signIn();
    ageStoredToken(cli, 1_450_000);
    cli.simulator.faults.add({ path: exchangePath, noAnswer: true, times: 9 });
    const run = await cli.run(['chat', 'hi']);
    expect(run).toMatchObject({ stdout: 'You said: hi\n', stderr: '', code: 0 });
    expect(run.milliseconds).toBeLessThan(5_000);
  });

  it('that cannot be renewed is used for as long as the service accepts it', async () => {
    const cli = await createCli();
    await cli.signIn();
    ageStoredToken(cli, 1_700_000);
    cli.simulator.faults.add({ path: exchangePath, status: 503, times: 9 });
    expect(await cli.runHere(['chat', 'hi'])).toMatchObject({ stdout: 'You said: hi\n', code: 0 });
  });

  it('that Copilot refuses is renewed once, and the request is sent again', async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['chat', 'warm the list of models']);
    cli.simulator.requests.length = 0;
    cli.simulator.expireCopilotTokens();
    expect(await cli.runHere(['chat', 'hi'])).toMatchObject({
      stdout: 'You said: hi\n',
      stderr: '',
      code: 0,
    });
    expect(cli.simulator.requests.map(({ path }) => path)).toEqual([chatPath, exchangePath, chatPath]);
  });

  it('that is refused after the renewal, too, is final', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.faults.add({
      path: chatPath,
      status: 401,
      body: 'IDE token expired: unauthorized: token expired\n',
      times: 9,
    });
    expect((await cli.runHere(['chat', 'hi'])).code).toBe(4);
    expect(cli.simulator.requestsTo(chatPath)).toHaveLength(2);
  });

  it('is exchanged at most twice by twenty processes that find it expired, and all of them answer', {
    tags: 'deep',
    timeout: 60_000,
  }, async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['chat', 'warm the list of models']);
    ageStoredToken(cli, 10 * hour);
    const before = cli.simulator.counts().exchanges;
    const runs = await Promise.all(
      Array.from({ length: 20 }, (_, index) => cli.runHere(['chat', `prompt ${index}`])),
    );
    expect(runs.map(({ stdout, code }) => ({ stdout, code }))).toEqual(
      runs.map((_, index) => ({ stdout: `You said: prompt ${index}\n`, code: 0 })),
    );
    expect(cli.simulator.counts().exchanges - before).toBeLessThanOrEqual(2);
  });

  it('that GitHub fails to make fails for all who wait for it at once', async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['chat', 'warm the list of models']);
    ageStoredToken(cli, 10 * hour);
    cli.simulator.faults.add({ path: exchangePath, status: 500, delayMs: 1_500, times: 99 });
    const before = cli.simulator.requestsTo(exchangePath).length;
    const runs = await Promise.all(Array.from({ length: 6 }, () => cli.run(['chat', 'hi'])));
    expect(runs.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1, 1]);
    for (const { stderr } of runs) expect(stderr).toMatch(/could not make a Copilot token \(status 500\)/);
    expect(cli.simulator.requestsTo(exchangePath).length - before).toBeLessThanOrEqual(2);
    cli.simulator.faults.clear();
    expect((await cli.runHere(['chat', 'hi'])).code).toBe(0);
  }, 60_000);

  it('is exchanged at most twice by twenty processes whose token Copilot refuses', {
    tags: 'deep',
    timeout: 60_000,
  }, async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['chat', 'warm the list of models']);
    cli.simulator.expireCopilotTokens();
    const before = cli.simulator.counts().exchanges;
    const runs = await Promise.all(Array.from({ length: 20 }, () => cli.run(['chat', 'hi'])));
    expect(runs.every(({ code }) => code === 0)).toBe(true);
    expect(cli.simulator.counts().exchanges - before).toBeLessThanOrEqual(2);
  });

  it('is asked for with the identity that GitHub wants, and the scheme it wants', async () => {
    const cli = await createCli();
    await cli.runHere(['login']);
    const [request] = cli.simulator.requestsTo(exchangePath);
    expect(request?.headers).toMatchObject({
      authorization: `token ${githubToken}`,
      'editor-version': 'vscode/1.107.0',
      'editor-plugin-version': 'copilot-chat/0.35.0',
      'user-agent': 'GitHubCopilotChat/0.35.0',
      'x-github-api-version': '2025-04-01',
    });
  });

  it('of a broken record costs an exchange where the GitHub token comes from the environment; the broken file is kept', async () => {
    const cli = await createCli();
    await cli.signIn();
    writeFileSync(cli.credentialsFile, '{"version": 1, broken');
    cli.simulator.state.account.githubTokens[githubToken] = {};
    const run = await cli.runHere(['chat', 'hi'], { env: { GITHUB_COPILOT_TOKEN: githubToken } });
    expect(run).toMatchObject({ stdout: 'You said: hi\n', code: 0 });
    const kept = /it is kept as (\S+), and a new file is used/.exec(run.stderr)?.[1] ?? '';
    expect(readFileSync(kept, 'utf8')).toBe('{"version": 1, broken');
  });
});

describe('the Copilot host', () => {
  it('is the one that the exchange names', async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['chat', 'hi']);
    expect(cli.simulator.requestsTo(chatPath)[0]?.host).toBe('copilot');
  });

  it('is looked up anew, once, where it answers 421', async () => {
    const cli = await createCli({ exchange: { endpoints: 'wrongPlan' } });
    await cli.runHere(['login']);
    cli.simulator.state.exchange.endpoints = 'copilot';
    const run = await cli.runHere(['chat', 'hi']);
    expect(run).toMatchObject({ stdout: 'You said: hi\n', code: 0 });
  });

  it('is taken from the page of the account where the exchange repeats the wrong one', async () => {
    const cli = await createCli({ exchange: { endpoints: 'wrongPlan' } });
    await cli.runHere(['login']);
    const run = await cli.runHere(['chat', 'hi']);
    expect(run).toMatchObject({ stdout: 'You said: hi\n', code: 0 });
  });

  it('that the person has set is not left for another, and the error says where it is set', async () => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.runHere(['chat', 'hi'], {
      env: { GITHUB_COPILOT_BASE_URL: cli.simulator.urls.wrongPlan },
    });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/this Copilot host does not serve the account: Misdirected Request.*base-url/);
    expect(cli.simulator.requests.every(({ host }) => host === 'wrongPlan')).toBe(true);
  });
});

describe('a GitHub token that cannot be exchanged', () => {
  sampled.it.each([
    ['an OAuth app that the exchange does not know', `gho_${canary}direct`, { exchangeable: false }],
    ['a fine-grained token', `github_pat_${canary}direct`, { copilotRequests: true }],
  ])('of %s goes to Copilot directly, under our own name', async (_, token, known) => {
    const cli = await createCli({ account: { githubTokens: { [token]: known } } });
    const env = { GITHUB_COPILOT_TOKEN: token, GITHUB_COPILOT_BASE_URL: cli.simulator.urls.copilot };
    const run = await cli.runHere(['chat', '-m', chatModel, 'hi'], { env });
    expect(run).toMatchObject({ stdout: 'You said: hi\n', stderr: '', code: 0 });
    const [chat] = cli.simulator.requestsTo(chatPath);
    expect(chat?.headers.authorization).toBe(`Bearer ${token}`);
    expect(chat?.headers['user-agent']).toMatch(/^copilot-cli\//);
    expect(chat?.headers).not.toHaveProperty('editor-version');
    await cli.runHere(['chat', '-m', chatModel, 'again'], { env });
    expect(cli.simulator.requestsTo(exchangePath)).toHaveLength(1);
  });

  it('and that Copilot does not accept means a new sign-in', async () => {
    const token = `gho_${canary}direct`;
    const cli = await createCli({
      account: { githubTokens: { [token]: { exchangeable: false, direct: false } } },
    });
    const run = await cli.runHere(['chat', '-m', chatModel, 'hi'], { env: { GITHUB_COPILOT_TOKEN: token } });
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('Copilot does not accept this kind of GitHub token');
  });
});

describe('a GitHub token that is refused, with files that cannot be read', () => {
  const refused = `gho_${canary}refused`;
  const words = 'github.com does not accept the token from GITHUB_COPILOT_TOKEN.';
  const nowhere = { HOME: '/dev/null', XDG_CONFIG_HOME: '', XDG_CACHE_HOME: '', XDG_DATA_HOME: '' };

  sampled.it.each([
    ['a prompt', ['chat', 'hi']],
    ['a list of models', ['models']],
    ['the status', ['status']],
    ['a batch', ['chat', '--each-line', 'Translate:']],
  ])('is said of %s in a home that is not a folder', async (_, argv) => {
    const cli = await createCli();
    const env = { ...nowhere, GITHUB_COPILOT_MODEL: '', GITHUB_COPILOT_TOKEN: refused };
    const run = await cli.runHere(argv, { env, stdin: 'line\n' });
    expect(run.code).toBe(4);
    expect(run.stderr).toContain(`copilot-cli: ${words}`);
    expect(run.stderr).not.toContain('endpoints.json');
  });

  it('is said to a person at a terminal', async () => {
    const cli = await createCli();
    const env = { ...nowhere, GITHUB_COPILOT_TOKEN: refused };
    const terminal = startInTerminal(cli, ['chat', '--no-stdin', 'hi'], { env, columns: 200 });
    expect(await terminal.exitCode).toBe(4);
    expect(terminal.output).toContain(words);
  });

  const breakFile = (cli: Cli): void => {
    const folder = join(cli.home, 'config', 'copilot-cli');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'endpoints.json'), '{"endpoints": {');
  };

  it('is said with a broken file of endpoints', async () => {
    const cli = await createCli();
    breakFile(cli);
    const run = await cli.runHere(['chat', 'hi'], { env: { GITHUB_COPILOT_TOKEN: refused } });
    expect(run.code).toBe(4);
    expect(run.stderr).toContain(words);
  });

  it('leaves the other failures their words: an unknown model, and the model of an endpoint', async () => {
    const cli = await createCli();
    await cli.signIn();
    breakFile(cli);
    expect(await cli.runHere(['chat', '-m', 'no-such-model', 'hi'])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('no-such-model'),
    });
    // Only the file can tell which service would be asked.
    expect(await cli.runHere(['chat', '-m', 'ollama/llama', 'hi'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('endpoints.json is not a JSON object'),
    });
  });
});

describe('the GitHub token', () => {
  sampled.it.each([
    [['GITHUB_COPILOT_TOKEN', 'COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN']],
    [['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN']],
    [['GH_TOKEN', 'GITHUB_TOKEN']],
    [['GITHUB_TOKEN']],
  ])('is the one of the strongest variable, and each is stronger than the login: %j', async (variables) => {
    const cli = await createCli();
    await cli.signIn();
    const env = Object.fromEntries(variables.map((variable) => [variable, `gho_${canary}${variable}`]));
    for (const token of Object.values(env)) cli.simulator.state.account.githubTokens[token] = {};
    expect((await cli.runHere(['chat', 'hi'], { env })).code).toBe(0);
    expect(cli.simulator.requestsTo(exchangePath)[0]?.headers.authorization).toBe(
      `token gho_${canary}${variables[0]}`,
    );
  });

  it('can come from a file that --env-from names; what is set already stays', async () => {
    const cli = await createCli({ account: { githubTokens: { [githubToken]: {} } } });
    const file = `${cli.home}/named.env`;
    writeFileSync(
      file,
      'COPILOT_DEFAULT_MODEL="kimi-k2.7-code"\nGITHUB_COPILOT_BASE_URL=http://127.0.0.1:1\n',
    );
    cli.env.GITHUB_COPILOT_MODEL = '';
    const env = { GITHUB_COPILOT_TOKEN: githubToken, GITHUB_COPILOT_BASE_URL: cli.simulator.urls.copilot };
    expect((await cli.runHere(['chat', 'hi', '--env-from', file], { env })).code).toBe(0);
    expect(cli.simulator.requestsTo(chatPath)[0]?.body).toMatchObject({ model: chatModel });
    // The old name. Node itself reads such a file, too.
    expect((await cli.run(['chat', 'hi', '--env-file', file], { env })).code).toBe(0);
    expect(cli.simulator.requestsTo(chatPath)[1]?.body).toMatchObject({ model: chatModel });
  });
});

function readToken(cli: Cli): string {
  const { access } = cli.readCredentials() as { access: Record<string, StoredAccess> };
  return String(Object.values(access)[0]?.access);
}
