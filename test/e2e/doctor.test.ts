import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { binary, canary, createCli, expectNoSecret, githubToken, parseOutput } from '../helpers/cli.ts';
import { startInTerminal } from '../helpers/terminal.ts';

const names = [
  ...['versions', 'release', 'settings', 'files', 'key-store', 'token'],
  ...['proxy', 'dns', 'tls', 'ca', 'clock', 'github'],
  ...['exchange', 'seat', 'endpoint', 'models', 'model', 'quota', 'endpoints', 'mcp'],
  ...['terminal', 'keys', 'clipboard', 'browser', 'editor', 'completion', 'serve', 'clients'],
];

const env = { EDITOR: 'node', PORT: '0' };

describe('doctor', () => {
  it('prints a line for each check in a pipe, with tabs between status, name, detail and fix', async () => {
    const cli = await createCli();
    const run = await cli.run(['doctor'], { env });
    const rows = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(rows.map(([, name]) => name)).toEqual(names);
    expect(rows[names.indexOf('token')]).toEqual(['fail', 'token', 'not signed in', 'copilot-cli login']);
    expect(rows[names.indexOf('exchange')]).toEqual(['skip', 'exchange', 'not checked: see token']);
    expect(run.stdout).not.toContain('\u001b');
    expect(run.stderr).toBe(
      'copilot-cli: the check of token failed: not signed in. To fix: copilot-cli login\n',
    );
    expect(run.code).toBe(4);
  });

  it('says first what a sign-in needs, where that is broken, too', async () => {
    const cli = await createCli();
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1', GITHUB_API_URL: 'https://0.0.0.0:1' };
    const { code, stderr } = await cli.runHere(['doctor'], { env });
    expect(stderr).toMatch(/^copilot-cli: the check of proxy \(and of .*token.*\) failed: .*HTTPS_PROXY/);
    expect(stderr).not.toContain('copilot-cli login');
    expect(code).toBe(13);
  });

  it('shows aligned lines on a terminal, and what to do below them, without colour if none is wanted', async () => {
    const cli = await createCli();
    const terminal = startInTerminal(cli, ['doctor'], { env: { ...env, NO_COLOR: '1', LANG: 'C.UTF-8' } });
    expect(await terminal.exitCode).toBe(4);
    const shown = stripVTControlCharacters(terminal.output).replaceAll('\r', '');
    const lines = shown.split('\n').filter((line) => /^(?:ok|warn|fail|skip) /.test(line));
    expect(lines.map((line) => line.slice(6).split(' ')[0])).toEqual(names);
    expect(new Set(lines.map((line) => line.search(/(?<=^.{6}\S+ +)\S/)))).toEqual(new Set([18]));
    expect(shown).toContain(`fail  token       not signed in\n${' '.repeat(18)}To fix: copilot-cli login\n`);
    expect(shown.split('\n').every((line) => line.length <= 100)).toBe(true);
  });

  it('tells a script by one object, also if a check fails', async () => {
    const cli = await createCli();
    await cli.signIn();
    const good = parseOutput(await cli.runHere(['doctor', '--json'], { env }));
    expect(good).toMatchObject({ schema_version: 1, ok: true });
    const bad = await cli.runHere(['doctor', '--json'], { env: { ...env, GITHUB_COPILOT_MODEL: 'gpt-99' } });
    expect(parseOutput(bad)).toMatchObject({ ok: false, error: { code: 'model', exit_code: 6 } });
    expect(bad.code).toBe(6);
  });

  it('asks neither for an exchange nor for a release if a token is good and nobody asked', async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['doctor'], { env });
    expect(cli.simulator.requests.map(({ path }) => path).sort()).toEqual([
      '/',
      '/_ping',
      '/copilot_internal/user',
      '/models',
    ]);
    expect(cli.simulator.requestsTo('/')[0]?.headers.authorization).toBeUndefined();
    expect(cli.simulator.requestsTo('/_ping')[0]?.headers.authorization).toBeUndefined();
  });

  it('ends at once when it is stopped', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.faults.add({ path: '/', host: 'api', noAnswer: true });
    const { child, done } = cli.start(['doctor'], { env });
    await cli.simulator.waitForRequest('/');
    child.kill('SIGINT');
    const run = await done;
    expect(run.code).toBe(130);
    expect(run.milliseconds).toBeLessThan(5_000);
  });
});

describe('the report of doctor', () => {
  const secrets = {
    GITHUB_COPILOT_TOKEN: githubToken,
    GH_TOKEN: `ghp_${canary}0123456789`,
    HTTPS_PROXY: `http://me:${canary}@127.0.0.1:1`,
    COPILOT_CLI_CLIENT_KEY_PASSPHRASE: `${canary}-passphrase`,
    GITHUB_COPILOT_EXTRA_HEADERS: `X-Key:${canary}-header`,
    COPILOT_CLI_SERVER_KEY: `${canary}-server-key`,
  };

  it('has versions, checks, origins of settings and names of variables, and no secret, prompt, name or home folder', async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['chat', `a prompt with ${'the-word-of-a-prompt'}`]);
    const path = join(cli.home, 'report.md');
    const run = await cli.runHere(['doctor', '--bundle', path], { env: { ...env, ...secrets } });
    const report = readFileSync(path, 'utf8');
    expect(report).toMatch(/\*\*versions\*\*: copilot-cli \d.*Node \d/);
    expect(report).toMatch(/- warn \*\*token\*\*: the token in GH_TOKEN is a classic/);
    expect(report).toContain('- extra-headers: GITHUB_COPILOT_EXTRA_HEADERS\n');
    expect(report).toContain('- client-id: default\n');
    expect(report).toMatch(/^- HTTPS_PROXY$/m);
    expect(report).toContain('~/config/copilot-cli/credentials.json');
    expectNoSecret(report);
    expect(report).not.toMatch(/the-word-of-a-prompt|octocat/);
    expect(report).not.toContain(cli.home);
    expect(run.stderr).toMatch(/^Wrote \S+report\.md\. Read it before you send it to anybody\./);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('has no account of a token from a variable, and nothing of the command for a key', async () => {
    const cli = await createCli({ account: { githubTokens: { [githubToken]: {} } } });
    const command = 'echo words-on-stderr >&2; exit 3 # words-of-the-command';
    const add = ['endpoints', 'add', 'ev', '--url', 'http://127.0.0.1:9/v1', '--key-command', command];
    expect((await cli.runHere(add)).code).toBe(0);
    const path = join(cli.home, 'report.md');
    const run = await cli.runHere(['doctor', '--bundle', path], {
      env: { ...env, GITHUB_COPILOT_TOKEN: githubToken },
    });
    expect(run.stdout).toContain('octocat has Copilot');
    expect(run.stdout).toContain('words-on-stderr');
    expect((await cli.runHere(['doctor', '--json'], { env })).stdout).not.toContain('"report"');
    const report = readFileSync(path, 'utf8');
    expect(report).toMatch(/- ok \*\*seat\*\*: this account has Copilot/);
    expect(report).toMatch(/- warn \*\*endpoints\*\*: ev: error config$/m);
    expect(report).not.toMatch(/octocat|words-on-stderr|words-of-the-command/);
  });

  it('is written if a check fails, too, and says which', async () => {
    const cli = await createCli();
    const run = await cli.runHere(['doctor', '--bundle', 'report.md', '--json'], { cwd: cli.home, env });
    expect(run.code).toBe(4);
    expect(parseOutput(run)).toMatchObject({ ok: false });
    expect(readFileSync(join(cli.home, 'report.md'), 'utf8')).toMatch(
      /1 failed.*- fail \*\*token\*\*: not signed in/s,
    );
  });

  it('never takes the place of a file', async () => {
    const cli = await createCli();
    const path = join(cli.home, 'notes.md');
    writeFileSync(path, 'mine');
    const run = await cli.runHere(['doctor', '--bundle', path], { env });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('notes.md exists already. Name another file.');
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it.skipIf(process.platform === 'win32')('goes through no link out of the folder', async () => {
    const cli = await createCli();
    for (const name of ['work', 'out']) mkdirSync(join(cli.home, name));
    symlinkSync('../out', join(cli.home, 'work/d'));
    const cwd = join(cli.home, 'work');
    const run = await cli.runHere(['doctor', '--bundle', 'd/new.md'], { cwd, env });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('d is a link that leads out of this folder');
    expect(readdirSync(join(cli.home, 'out'))).toEqual([]);
  });

  it('is written, though the reader of the checks has gone', async () => {
    const cli = await createCli();
    const path = join(cli.home, 'report.md');
    const script = '"$0" "$1" doctor --bundle "$2" | true';
    const { status } = spawnSync('sh', ['-c', script, process.execPath, binary, path], {
      env: { ...cli.env, ...env },
    });
    expect(status).toBe(0);
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toContain('versions'), { timeout: 10_000 });
  });

  it('that cannot be written is an error behind the checks', async () => {
    const cli = await createCli();
    await cli.signIn();
    const run = await cli.runHere(['doctor', '--bundle', '/nowhere/report.md'], { env });
    expect(run.code).toBe(3);
    expect(run.stdout).toContain('ok\tversions');
    expect(run.stderr).toMatch(/\/nowhere\/report\.md cannot be written: there is no such file or folder/);
  });
});
