import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, canary, chatModel, createCli, githubToken } from '../helpers/cli.ts';

const keys = { octocat: 'key-of-octocat', hubot: 'key-of-hubot' };

async function createTwoAccounts(): Promise<{ cli: Cli; file: string }> {
  const hubot = `ghu_${canary}hubot0123456789abcdefgh`;
  const cli = await createCli({
    account: { githubTokens: { [githubToken]: {}, [hubot]: { login: 'hubot' } } },
  });
  for (const token of [githubToken, hubot]) await cli.runHere(['login', '--with-token'], { stdin: token });
  const file = join(cli.home, 'keys');
  writeFileSync(file, `# accounts\noctocat ${keys.octocat}\n\nhubot@github.com  ${keys.hubot}\n`);
  cli.simulator.requests.length = 0;
  return { cli, file };
}

/** Ends with the test, as the program does at SIGTERM. */
async function serve(cli: Cli, argv: string[]): Promise<{ url: string; end(): Promise<void> }> {
  const { child, done } = cli.start(['serve', '--port', '0', ...argv]);
  const url = await new Promise<string>((resolve) => {
    child.stderr?.on('data', (bytes: Buffer) => {
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(bytes.toString()) ?? [];
      if (found) resolve(found);
    });
  });
  return {
    url,
    async end() {
      child.kill('SIGTERM');
      await done;
    },
  };
}

const ask = (url: string, key: string | undefined, path = '/v1/chat/completions') =>
  fetch(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ model: chatModel, messages: [{ role: 'user', content: 'hi' }] }),
  });

describe('keys of accounts', () => {
  it('ask with the Copilot token of their account, and reach nothing of the others', async () => {
    const { cli, file } = await createTwoAccounts();
    const { url, end } = await serve(cli, ['--account-keys', file]);
    const statuses: number[] = [];
    for (const key of [keys.octocat, keys.hubot, keys.octocat, 'another-key', undefined])
      statuses.push((await ask(url, key)).status);
    expect(statuses).toEqual([200, 200, 200, 401, 401]);
    const bearers = cli.simulator.requestsTo('/chat/completions').map(({ headers }) => headers.authorization);
    expect([new Set(bearers).size, bearers[0] === bearers[2]]).toEqual([2, true]);
    for (const path of ['/auth/logout', '/auth/login', '/v1/auth/logout', '/usage/reset-all'])
      expect((await ask(url, keys.octocat, path)).status, path).toBe(403);
    await end();
    expect((await cli.runHere(['accounts'])).stdout.trim().split('\n')).toHaveLength(2);
  });

  it.each<[content: string, code: number, words: RegExp]>([
    ['octocat', 2, /keys, line 1 is not "LOGIN KEY"/],
    ['octocat key-of-octocat more', 2, /line 1 is not/],
    ['octocat short', 2, /at least 8 characters/],
    ['\nnobody key-of-nobody', 4, /no account nobody here \(from .*keys, line 2\)/],
    ['octocat one-key-for-both\nhubot one-key-for-both', 2, /one key to two accounts/],
  ])('are refused: %j', async (content, code, words) => {
    const { cli, file } = await createTwoAccounts();
    writeFileSync(file, content);
    const run = await cli.runHere(['serve', '--port', '0', '--account-keys', file]);
    expect(run.stderr).toMatch(words);
    expect(run.code).toBe(code);
  });
});

describe('a file of keys', () => {
  it.each([
    [0o644, /others can read it \(mode 644\)\. To close it: chmod 600 .*keys/],
    [0o640, /\(mode 640\)/],
    [0o604, /\(mode 604\)/],
    [0o600, /^(?!.*others can read it)/s],
  ])('that others can read is pointed out, and left as it is: %o', async (mode, words) => {
    const { cli, file } = await createTwoAccounts();
    writeFileSync(file, 'octocat short');
    chmodSync(file, mode);
    const run = await cli.runHere(['serve', '--port', '0', '--account-keys', file]);
    expect(run.stderr).toMatch(words);
    expect(statSync(file).mode & 0o777).toBe(mode);
  });
});

describe('a server whose account signs out', () => {
  const statusOf = async (url: string): Promise<[number, string]> => {
    const response = await ask(url, undefined);
    return [response.status, await response.text()];
  };

  it.each([
    ['after a request', true],
    ['before the first request', false],
  ])('does not go on as another account: %s', async (_, asksBefore) => {
    const { cli } = await createTwoAccounts();
    const { url, end } = await serve(cli, []);
    if (asksBefore) expect((await statusOf(url))[0]).toBe(200);
    const listAskers = (): unknown[] =>
      cli.simulator.requestsTo('/chat/completions').map(({ headers }) => headers.authorization);
    const [hubot] = listAskers();
    await cli.runHere(['logout', '--account', 'hubot']);
    // A request in the moment of the sign-out may still be answered as before, but as nobody else.
    await expect.poll(async () => (await statusOf(url))[0]).toBe(401);
    expect((await statusOf(url))[1]).toContain('there is no account hubot@github.com here');
    expect(listAskers().filter((asker) => asker !== hubot)).toEqual([]);
    // The person chooses.
    await cli.runHere(['accounts', 'switch', 'octocat']);
    await expect.poll(async () => (await statusOf(url))[0]).toBe(200);
    await end();
  });

  it('answers as the account that was switched to, and goes on if another one signs out', async () => {
    const { cli } = await createTwoAccounts();
    const { url, end } = await serve(cli, []);
    const askAs = async (): Promise<unknown> => {
      expect((await statusOf(url))[0]).toBe(200);
      return cli.simulator.requestsTo('/chat/completions').at(-1)?.headers.authorization;
    };
    const first = await askAs();
    await cli.runHere(['accounts', 'switch', 'octocat']);
    await expect.poll(askAs).not.toBe(first);
    await cli.runHere(['logout', '--account', 'hubot']);
    expect(await askAs()).not.toBe(first);
    await end();
  });

  it('refuses the key of an account that has signed out, and answers that of the other', async () => {
    const { cli, file } = await createTwoAccounts();
    const { url, end } = await serve(cli, ['--account-keys', file]);
    expect((await ask(url, keys.octocat)).status).toBe(200);
    await cli.runHere(['logout', '--account', 'octocat']);
    await expect.poll(async () => (await ask(url, keys.octocat)).status).toBe(401);
    expect((await ask(url, keys.hubot)).status).toBe(200);
    await end();
  });
});
