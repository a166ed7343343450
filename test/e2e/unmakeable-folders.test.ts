import { describe, expect, it } from 'vitest';
import { type Cli, createCli, githubToken, type RunOptions } from '../helpers/cli.ts';

/** What a command may take on a busy machine, in milliseconds. Without an end of its own it is killed, and has no exit code. */
const longest = 15_000;

async function runToItsEnd(cli: Cli, argv: string[], options: RunOptions = {}) {
  const { child, done } = cli.start(argv, { cwd: cli.home, ...options });
  const timer = setTimeout(() => child.kill('SIGKILL'), longest);
  const run = await done;
  clearTimeout(timer);
  return run;
}

const nope = '/proc/nope';
const code = 'files:\n\n```js title="a.js"\nlet a;\n```';
const saved = /^warning: the conversation is not saved: ENOENT: .*mkdir '\/proc\/nope/m;

// Linux says ENOENT to whoever makes a folder in /proc, as it does below an automount without an entry.
describe.runIf(process.platform === 'linux')('a folder in which the system makes nothing', () => {
  it.each<[name: string, argv: string[], env: Record<string, string>, stdout: RegExp, stderr: RegExp]>([
    ['of data', ['chat', 'hi'], { XDG_DATA_HOME: nope }, /^You said: hi\n$/, saved],
    [
      'of data, with --timeout',
      ['chat', '--timeout', '9', 'hi'],
      { XDG_DATA_HOME: nope },
      /^You said: hi\n$/,
      saved,
    ],
    ['of data, deep', ['chat', 'hi'], { XDG_DATA_HOME: `${nope}/a/b/c` }, /^You said: hi\n$/, saved],
    [
      'of data, with a name',
      ['chat', '--session', 'one', 'hi'],
      { XDG_DATA_HOME: nope },
      /^You said: hi\n$/,
      saved,
    ],
    ['of the cache', ['chat', 'hi'], { XDG_CACHE_HOME: nope }, /^You said: hi\n$/, /^$/],
    ['of the cache, for models', ['models'], { XDG_CACHE_HOME: nope }, /gpt/, /^$/],
  ])('ends no command, and gets a warning if something is lost: %s', async (_, argv, env, stdout, stderr) => {
    const cli = await createCli();
    await cli.signIn();
    const run = await runToItsEnd(cli, argv, { env });
    expect(run.stdout).toMatch(stdout);
    expect(run.stderr).toMatch(stderr);
    expect(run.code).toBe(0);
  });

  it('as home ends no command', async () => {
    const cli = await createCli();
    await cli.signIn();
    for (const name of ['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME']) delete cli.env[name];
    const env = { HOME: nope, GITHUB_COPILOT_TOKEN: githubToken };
    const run = await runToItsEnd(cli, ['chat', 'hi'], { env });
    expect(run.stderr).toMatch(saved);
    expect(run).toMatchObject({ stdout: 'You said: hi\n', code: 0 });
  });

  it.each<[argv: string[], env: Record<string, string>]>([
    [['config', 'set', 'theme', 'dark'], { XDG_CONFIG_HOME: nope }],
    [['config', 'set', 'theme', 'dark'], { XDG_CONFIG_HOME: '/proc/self/task/nope/a' }],
    [['login', '--with-token'], { XDG_CONFIG_HOME: nope }],
    [['chat', '--extract-to', `${nope}/x`, code], {}],
    [['chat', '--extract-to', nope, code], {}],
  ])('is an error where it is all that a command is for: %j %j', async (argv, env) => {
    const cli = await createCli();
    await cli.signIn();
    const run = await runToItsEnd(cli, argv, { env, ...(argv[0] === 'login' && { stdin: githubToken }) });
    expect(run.stderr).toMatch(/^copilot-cli: .*\/proc\/.*ENOENT/m);
    expect(run.code).toBeGreaterThan(0);
  });
});
