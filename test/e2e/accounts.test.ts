import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, canary, createCli, githubToken, parseOutput, type RunOptions } from '../helpers/cli.ts';

const tokens = { octocat: githubToken, hubot: `ghu_${canary}hubot0123456789abcdefgh` };

/** Somebody with two accounts; `hubot` signed in last. */
async function createTwoAccounts(): Promise<Cli> {
  const cli = await createCli({
    account: { githubTokens: { [tokens.octocat]: {}, [tokens.hubot]: { login: 'hubot' } } },
  });
  for (const token of Object.values(tokens)) {
    const run = await cli.runHere(['login', '--with-token'], { stdin: token });
    expect(run.code, run.stderr).toBe(0);
  }
  cli.simulator.requests.length = 0;
  return cli;
}

/** Whose Copilot token a prompt was sent with. */
async function askAs(cli: Cli, argv: string[] = [], options: RunOptions = {}): Promise<unknown> {
  const run = await cli.runHere(['status', '--json', ...argv], options);
  return parseOutput(run).account ?? run.code;
}

describe('accounts', () => {
  it('are added by login, and the last one is used', async () => {
    const cli = await createTwoAccounts();
    const run = await cli.runHere(['accounts']);
    const file = cli.credentialsFile;
    expect(run.stdout).toBe(
      `-\toctocat\tgithub.com\tbusiness\t-\t${file}\t-\n*\thubot\tgithub.com\tbusiness\t-\t${file}\t-\n`,
    );
    expect(await askAs(cli)).toBe('hubot');
  });

  it('are not chosen by --account at the sign-in', async () => {
    const cli = await createTwoAccounts();
    const run = await cli.runHere(['login', '--account', 'octocat']);
    expect(run).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/does not choose who signs in\. Leave it out/),
    });
    expect(cli.simulator.requests).toEqual([]);
  });

  it.each([
    [['logout', '--all', '--account', 'octocat']],
    [['--account=hubot', 'logout', '--all']],
    [['logout', '--account', 'nobody', '--all']],
  ])('are not signed out all by %j, which names one', async (argv) => {
    const cli = await createTwoAccounts();
    const run = await cli.runHere(argv);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(
      /--all signs out every account, and --account names one\. One account: .*logout --account LOGIN/,
    );
    expect((await cli.runHere(['accounts'])).stdout.split('\n')).toHaveLength(3);
    // A variable is not a word of this command.
    const all = await cli.runHere(['logout', '--all'], { env: { COPILOT_CLI_ACCOUNT: 'octocat' } });
    expect(all).toMatchObject({ code: 0, stderr: expect.stringMatching(/octocat[\s\S]*hubot/) });
  });

  it.each<[what: string, argv: string[], env: Record<string, string>]>([
    ['--account before the command', ['--account', 'octocat'], {}],
    ['--account=LOGIN@HOST', ['--account=octocat@github.com'], {}],
    ['another case of letters', ['--account', 'OctoCat'], {}],
    ['a variable', [], { COPILOT_CLI_ACCOUNT: 'octocat' }],
    ['the flag, which wins over the variable', ['--account', 'octocat'], { COPILOT_CLI_ACCOUNT: 'hubot' }],
  ])('are chosen for one command by %s', async (_, argv, env) => {
    const cli = await createTwoAccounts();
    expect(await askAs(cli, argv, { env })).toBe('octocat');
    expect(await askAs(cli)).toBe('hubot');
  });

  it('send each prompt with a Copilot token of their own', async () => {
    const cli = await createTwoAccounts();
    for (const account of ['octocat', 'hubot', 'octocat']) {
      const run = await cli.runHere(['chat', 'hello', '--account', account]);
      expect(run.code, run.stderr).toBe(0);
    }
    const bearers = cli.simulator.requestsTo('/chat/completions').map(({ headers }) => headers.authorization);
    expect(new Set(bearers).size).toBe(2);
    expect(bearers[0]).toBe(bearers[2]);
    expect(cli.simulator.requestsTo('/copilot_internal/v2/token')).toHaveLength(0);
  });

  it('are switched, there and back without a name', async () => {
    const cli = await createTwoAccounts();
    expect((await cli.runHere(['accounts', 'switch', 'octocat'])).stderr).toBe(
      'octocat@github.com is used from now on.\n',
    );
    expect(await askAs(cli)).toBe('octocat');
    await cli.runHere(['accounts', 'switch']);
    expect(await askAs(cli)).toBe('hubot');
  });

  it('belong to folders', async () => {
    const cli = await createTwoAccounts();
    const folder = join(cli.home, 'work');
    mkdirSync(join(folder, 'inner'), { recursive: true });
    const run = await cli.runHere(['accounts', 'use', 'octocat', '--here'], { cwd: folder });
    expect(run.stderr).toBe(`octocat@github.com is used in ${folder} and below.\n`);
    expect(await askAs(cli, [], { cwd: join(folder, 'inner') })).toBe('octocat');
    expect(await askAs(cli, ['--account', 'hubot'], { cwd: folder })).toBe('hubot');
    expect(await askAs(cli, [], { cwd: cli.home })).toBe('hubot');
    expect(parseOutput(await cli.runHere(['accounts', '--json'], { cwd: folder }))).toMatchObject({
      named_by: `the choice for ${folder}`,
      accounts: [
        { account: 'octocat', in_force: true, folders: [folder] },
        { account: 'hubot', in_force: false },
      ],
    });
    await cli.runHere(['accounts', 'use', '--here'], { cwd: folder });
    expect(await askAs(cli, [], { cwd: folder })).toBe('hubot');
  });

  it('are not replaced by another one in a folder that chose one which is signed out', async () => {
    const cli = await createTwoAccounts();
    const folder = join(cli.home, 'work');
    mkdirSync(join(folder, 'inner'), { recursive: true });
    await cli.runHere(['accounts', 'use', 'octocat', '--here'], { cwd: folder });
    await cli.runHere(['logout', '--account', 'octocat'], { cwd: cli.home });
    const cwd = join(folder, 'inner');
    for (const argv of [['chat', 'hi'], ['chat', '-m', 'gpt-4.1', 'hi'], ['logout']]) {
      const run = await cli.runHere(argv, { cwd });
      expect(run.stderr).toContain(
        `there is no account octocat@github.com here (from the choice for ${folder})`,
      );
      expect(run.stderr).toContain('copilot-cli login');
      expect(run.stderr).toContain('copilot-cli accounts use LOGIN --here');
      expect(run.code).toBe(4);
    }
    expect(cli.simulator.requests).toEqual([]);
    expect(await askAs(cli, [], { cwd: cli.home })).toBe('hubot');
    const list = await cli.runHere(['accounts'], { cwd });
    expect(list).toMatchObject({ code: 0, stdout: expect.stringContaining('hubot') });
    expect(list.stderr).toContain('warning: there is no account octocat@github.com here');
    await cli.runHere(['login', '--with-token'], { cwd, stdin: tokens.octocat });
    expect(await askAs(cli, [], { cwd })).toBe('octocat');
    await cli.runHere(['accounts', 'remove', 'octocat'], { cwd });
    expect((await cli.runHere(['chat', 'hi'], { cwd })).code).toBe(4);
    await cli.runHere(['accounts', 'use', 'hubot', '--here'], { cwd: folder });
    expect(await askAs(cli, [], { cwd: folder })).toBe('hubot');
    await cli.runHere(['accounts', 'use', '--here'], { cwd: folder });
  });

  it.each<[argv: string[], env: Record<string, string>, code: number, error: RegExp]>([
    [
      ['status', '--account', 'nobody'],
      {},
      4,
      /no account nobody here \(from --account\)\. The accounts are: octocat@github.com, hubot@github.com/,
    ],
    [
      ['chat', 'hi'],
      { COPILOT_CLI_ACCOUNT: 'nobody' },
      4,
      /no account nobody here \(from COPILOT_CLI_ACCOUNT\)/,
    ],
    [['accounts', 'switch', 'nobody'], {}, 4, /The accounts are: octocat/],
    [['logout', '--account', 'nobody'], {}, 4, /The accounts are: octocat/],
    [['accounts', 'remove', 'nobody'], {}, 4, /The accounts are: octocat/],
    [['accounts', 'use', 'nobody', '--here'], {}, 4, /The accounts are: octocat/],
    [['accounts', 'use', 'octocat'], {}, 2, /needs --here.*accounts switch octocat/],
    [['accounts', 'swich', 'octocat'], {}, 2, /did you mean "copilot-cli accounts switch"/],
    [['status', '--account'], {}, 2, /--account needs a value/],
  ])('refuse %j with %j', async (argv, env, code, error) => {
    const cli = await createTwoAccounts();
    const run = await cli.runHere(argv, { env });
    expect(run.stderr).toMatch(error);
    expect(run.code).toBe(code);
    expect(cli.simulator.requests).toEqual([]);
  });

  it('do not come before a variable with a token, which is said', async () => {
    const cli = await createTwoAccounts();
    const run = await cli.runHere(['status', '--json', '--account', 'octocat'], {
      env: { GH_TOKEN: tokens.hubot },
    });
    expect(parseOutput(run).account).toBe('hubot');
    expect(run.stderr).toContain(
      'GH_TOKEN is set, and its token is used in place of the account octocat (--account).',
    );
  });

  it('have a default model of their own', async () => {
    const cli = await createTwoAccounts();
    const env = { GITHUB_COPILOT_MODEL: '' };
    const readModel = async (account: string) => {
      const run = await cli.runHere(['status', '--json', '--account', account], { env });
      return (parseOutput(run).default_model as { id: string }).id;
    };
    await cli.runHere(['config', 'set', 'model', 'gpt-5-mini'], { env });
    await cli.runHere(['config', 'set', 'model', 'gpt-4.1', '--account', 'octocat'], { env });
    expect([await readModel('octocat'), await readModel('hubot')]).toEqual(['gpt-4.1', 'gpt-5-mini']);
    await cli.runHere(['config', 'unset', 'model', '--account', 'octocat'], { env });
    expect(await readModel('octocat')).toBe('gpt-5-mini');
  });

  it('are signed out one by one', async () => {
    const cli = await createTwoAccounts();
    const run = await cli.runHere(['logout']);
    expect(run.stderr).toBe(
      `Signed out of github.com, account hubot.
octocat@github.com is used now.
GitHub still lists the grant; revoke it at https://github.com/settings/apps/authorizations
`,
    );
    expect(readFileSync(cli.credentialsFile, 'utf8')).not.toContain(tokens.hubot);
    expect(await askAs(cli)).toBe('octocat');
    await cli.runHere(['accounts', 'remove', 'octocat']);
    expect(existsSync(cli.credentialsFile)).toBe(false);
  });

  it.each<[argv: string[], left: string[]]>([
    [['logout', '--account', 'octocat'], ['hubot']],
    [['logout', '--all'], []],
  ])('leave with %j', async (argv, left) => {
    const cli = await createTwoAccounts();
    expect((await cli.runHere(argv)).code).toBe(0);
    const { accounts } = parseOutput(await cli.runHere(['accounts', '--json']));
    expect((accounts as { account: string }[]).map(({ account }) => account)).toEqual(left);
    expect(existsSync(cli.credentialsFile)).toBe(left.length > 0);
  });

  it('keep the account of a file of version 1, which a second one joins', async () => {
    const cli = await createCli({
      account: { githubTokens: { [tokens.octocat]: {}, [tokens.hubot]: { login: 'hubot' } } },
    });
    mkdirSync(join(cli.credentialsFile, '..'), { recursive: true });
    const login = { host: 'github.com', account: 'octocat', refresh: tokens.octocat, savedAt: '' };
    writeFileSync(cli.credentialsFile, JSON.stringify({ version: 1, login, access: {} }));
    expect(await askAs(cli)).toBe('octocat');
    await cli.runHere(['login', '--with-token'], { stdin: tokens.hubot });
    expect([await askAs(cli), await askAs(cli, ['--account', 'octocat'])]).toEqual(['hubot', 'octocat']);
  });
});
