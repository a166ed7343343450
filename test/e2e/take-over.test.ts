import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli, githubToken, parseOutput } from '../helpers/cli.ts';

/** Removed again, because nothing but our own file may hold a token when a test ends. */
async function withFile<T>(
  cli: Cli,
  path: string,
  content: unknown,
  work: (file: string) => Promise<T>,
): Promise<T> {
  const file = join(cli.home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
  try {
    return await work(file);
  } finally {
    writeFileSync(file, '{}');
  }
}

const apps = 'config/github-copilot/apps.json';
const plugin = { 'github.com:Iv1.b507a08c87ecfe98': { user: 'octocat', oauth_token: githubToken } };

describe('login --from', () => {
  it('shows what another tool keeps without its token, and stores it', async () => {
    const cli = await createCli({ account: { githubTokens: { [githubToken]: {} } } });
    await withFile(cli, apps, plugin, async (file) => {
      const run = await cli.runHere(['login', '--from', 'jetbrains', '--yes']);
      expect(run.stderr.split('\n').slice(0, 2)).toEqual([
        `Found octocat at github.com in ${file}: ghu_…mnop`,
        'Signed in to github.com as octocat.',
      ]);
      expect(run.code).toBe(0);
    });
    expect((await cli.runHere(['chat', 'hi'])).code).toBe(0);
  });

  it('stores nothing without a yes', async () => {
    const cli = await createCli({ account: { githubTokens: { [githubToken]: {} } } });
    await withFile(cli, apps, plugin, async () => {
      const run = await cli.runHere(['login', '--from', 'jetbrains']);
      expect(run.stderr).toContain('Store it without a question: --yes');
      expect(run.code).toBe(2);
    });
    expect(existsSync(cli.credentialsFile)).toBe(false);
    expect(cli.simulator.requests).toEqual([]);
  });

  it('stores nothing that GitHub refuses', async () => {
    const cli = await createCli();
    await withFile(cli, apps, plugin, async () => {
      const run = await cli.runHere(['login', '--from', 'vscode', '--yes']);
      expect(run.stderr).toContain('github.com does not accept');
      expect(run.code).toBe(4);
    });
    expect(existsSync(cli.credentialsFile)).toBe(false);
  });

  it('takes several accounts, and uses the one that the tool uses', async () => {
    const other = `${githubToken}2`;
    const cli = await createCli({
      account: { githubTokens: { [githubToken]: {}, [other]: { login: 'hubot' } } },
    });
    const both = { ...plugin, 'github.com:Iv1.other': { user: 'hubot', oauth_token: other } };
    await withFile(cli, apps, both, async () => {
      expect((await cli.runHere(['login', '--from', 'jetbrains', '--yes'])).code).toBe(0);
    });
    expect(parseOutput(await cli.runHere(['accounts', '--json'])).accounts).toMatchObject([
      { account: 'hubot', in_force: false },
      { account: 'octocat', in_force: true },
    ]);
  });

  it.each<[argv: string[], code: number, words: RegExp]>([
    [
      ['--from', 'vscode'],
      4,
      /no sign-in of vscode was found\. Looked at .*VS Code keeps its sign-in encrypted/,
    ],
    [['--from', 'gh', '--host', 'acme.ghe.com'], 4, /no sign-in of gh was found for acme\.ghe\.com/],
    [['--from', 'jetbrain'], 2, /--from is one of gh, .*did you mean/],
    [['--from', 'gh', '--with-token'], 2, /use one of them/],
  ])('%j ends with %s', async (argv, code, words) => {
    const cli = await createCli();
    const run = await cli.runHere(['login', ...argv]);
    expect(run.stderr).toMatch(words);
    expect(run.code).toBe(code);
  });
});

describe('status', () => {
  it('offers to take over where nobody is signed in', async () => {
    const cli = await createCli({ account: { githubTokens: { [githubToken]: {} } } });
    await withFile(cli, apps, plugin, async () => {
      const run = await cli.runHere(['status']);
      expect(run.stderr).toBe(
        'copilot-cli: not signed in. Run: copilot-cli login. Or take over the sign-in of vscode: copilot-cli login --from vscode\n',
      );
      expect(run.code).toBe(4);
    });
  });
});
