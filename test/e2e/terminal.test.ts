import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { canary, createCli, githubToken } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { startInTerminal } from '../helpers/terminal.ts';

const pollPath = '/login/oauth/access_token';

describe('login in a terminal', () => {
  it('shows the code first, then counts down by the clock, and ends on a clean line', async () => {
    const cli = await createCli({ device: { approveAfterMs: 2_200, interval: 0.2, expiresIn: 899 } });
    const terminal = startInTerminal(cli, ['login']);
    await terminal.waitFor(/time left 14:58/);
    expect(terminal.output).toMatch(/^Your one-time code: /);
    expect(terminal.output.indexOf('Type it at:')).toBeLessThan(terminal.output.indexOf('time left'));
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toMatch(/\r\u001b\[2K\u001b\[32mSigned in\u001b\[39m to github\.com as octocat/);
  });

  it('breaks what it says between words, also for an account that was signed in before', async () => {
    const cli = await createCli();
    await cli.run(['login']);
    const terminal = startInTerminal(cli, ['login']);
    expect(await terminal.exitCode).toBe(0);
    const rows = stripVTControlCharacters(terminal.output).split('\r\n');
    expect(
      rows.slice(rows.findIndex((row) => row.startsWith('Plan:'))).filter((row) => row.length > 100),
    ).toEqual([]);
    expect(rows.join('\n')).toMatch(/The token is kept in[\s\S]*which\s+only\s+you\s+can\s+read\./);
    expect(rows).toContain('note: To add another account, open the page in a private window.');
  });

  it('offers the code to the clipboard of the terminal over SSH, and opens no browser there', {
    tags: 'deep',
  }, async () => {
    const cli = await createCli({ device: { approveAfterMs: 300, interval: 0.1 } });
    const terminal = startInTerminal(cli, ['login'], {
      env: { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22', DISPLAY: ':0' },
    });
    expect(await terminal.exitCode).toBe(0);
    const code = /code: (?:\u001b\[1m)?([A-Z0-9]{4}-[A-Z0-9]{4})/.exec(terminal.output)?.[1] ?? '';
    expect(terminal.output).toContain(`\u001b]52;c;${Buffer.from(code).toString('base64')}\u0007`);
    expect(terminal.output).not.toContain('browser');
  });

  /** A PATH whose only opener notes the address and exits with `code`. */
  function createOpener(home: string, code: number): { path: string; log: string } {
    const folder = join(home, 'openers');
    const log = join(home, 'opened');
    mkdirSync(folder);
    writeFileSync(join(folder, 'browser'), `#!/bin/sh\necho "$1" > ${log}\nexit ${code}\n`);
    chmodSync(join(folder, 'browser'), 0o755);
    return { path: join(folder, 'browser'), log };
  }

  it('opens the page in the browser where one can open', { tags: 'deep' }, async () => {
    const cli = await createCli({ device: { approveAfterMs: 1_500, interval: 0.2 } });
    const opener = createOpener(cli.home, 0);
    const terminal = startInTerminal(cli, ['login'], { env: { BROWSER: opener.path } });
    await terminal.waitFor(/The page is open in your browser/);
    expect(await terminal.exitCode).toBe(0);
    expect(readFileSync(opener.log, 'utf8').trim()).toBe(`${cli.simulator.urls.server}/login/device`);
  });

  it('says that no browser could be opened, and goes on', async () => {
    const cli = await createCli({ device: { approveAfterMs: 2_500, interval: 0.2 } });
    const opener = createOpener(cli.home, 3);
    const terminal = startInTerminal(cli, ['login'], { env: { BROWSER: opener.path } });
    await terminal.waitFor(/No browser could be opened/);
    expect(await terminal.exitCode).toBe(0);
  });

  it('opens none with --no-browser', { tags: 'deep' }, async () => {
    const cli = await createCli({ device: { approveAfterMs: 1_500, interval: 0.2 } });
    const opener = createOpener(cli.home, 0);
    const terminal = startInTerminal(cli, ['login', '--no-browser'], { env: { BROWSER: opener.path } });
    expect(await terminal.exitCode).toBe(0);
    expect(existsSync(opener.log)).toBe(false);
  });

  it('leaves cleanly on Ctrl+C', { tags: 'deep' }, async () => {
    const cli = await createCli({ device: { approveAfterMs: undefined, interval: 5 } });
    const terminal = startInTerminal(cli, ['login']);
    await terminal.waitFor(/time left/);
    await cli.simulator.waitForRequest(pollPath);
    terminal.type('\u0003');
    expect(await terminal.exitCode).toBe(130);
    expect(terminal.output).toMatch(/\u001b\[2Kcopilot-cli: stopped by SIGINT\.\r\n$/);
  });

  it('reads a token without showing it', async () => {
    const token = `gho_${canary}typed`;
    const cli = await createCli({ account: { githubTokens: { [token]: {} } } });
    const terminal = startInTerminal(cli, ['login', '--with-token']);
    await terminal.waitFor(/Paste a GitHub token:/);
    terminal.type(token);
    terminal.type('\r');
    expect(await terminal.exitCode).toBe(0);
    expect(cli.readCredentials()).toMatchObject({ login: { refresh: token } });
  });
});

describe('chat in a terminal', () => {
  it('offers the sign-in to somebody who is not signed in, and then answers', async () => {
    const cli = await createCli();
    const terminal = startInTerminal(cli, ['chat', 'hello there']);
    await terminal.waitFor(/You are not signed in\. Sign in now\?/);
    terminal.type('y\r');
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toContain('You said: hello there');
    expect(cli.readCredentials()).toMatchObject({ login: { refresh: githubToken } });
  });

  it('takes no for an answer, with code 4', { tags: 'deep' }, async () => {
    const cli = await createCli();
    const terminal = startInTerminal(cli, ['chat', 'hello there']);
    await terminal.waitFor(/Sign in now\?/);
    terminal.type('n\r');
    expect(await terminal.exitCode).toBe(4);
    expect(cli.simulator.requests).toEqual([]);
  });

  it('shows text of the model without its control characters', { tags: 'deep' }, async () => {
    const cli = await createCli({
      answer: { text: ['a\u001b]0;title\u0007b\u001b[2J', 'c\u009b31md\r\n', 'tab\tend'] },
    });
    await cli.signIn();
    const terminal = startInTerminal(cli, ['chat', '--raw', 'hello there']);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toBe('a]0;titleb[2Jc31md\r\ntab\tend\r\n');
  });

  it('wants a prompt for an answer in JSON', async () => {
    const cli = await createCli();
    const terminal = startInTerminal(cli, ['chat', '--json', '--no-stdin']);
    expect(await terminal.exitCode).toBe(2);
    expect(terminal.output).toMatch(/there is no prompt\. Give one: copilot-cli chat/);
  });
});

describe('other commands in a terminal', () => {
  it('begin a conversation for whoever types the bare name', async () => {
    const cli = await createCli();
    await cli.signIn();
    const terminal = startInTerminal(cli, []);
    await terminal.waitFor(/›/);
    terminal.type('\u0004');
    expect(await terminal.exitCode).toBe(0);
  });

  it('show a table of models with a heading, no wider than the terminal, and what it leaves out', {
    tags: 'deep',
  }, async () => {
    const cli = await createCli();
    await cli.signIn();
    const terminal = startInTerminal(cli, ['models'], { columns: 80 });
    expect(await terminal.exitCode).toBe(0);
    const lines = terminal.output.replaceAll(/\u001b\[\d+m/g, '').split('\r\n');
    expect(lines[0]).toMatch(/^ID +CONTEXT +CREDITS IN\/OUT +ABILITIES/);
    const table = lines.slice(
      0,
      lines.findIndex((line) => line.startsWith('note:')),
    );
    for (const line of table) expect(line.length).toBeLessThanOrEqual(80);
    expect(terminal.output).toContain('* is the default');
    expect(terminal.output).toMatch(/\d+ more are hidden; show them with --all/);
    expect(terminal.output).toMatch(/could not be read/);
  });

  sampled.it.each([
    ['NO_COLOR', { NO_COLOR: '1' }, []],
    ['--color never over FORCE_COLOR', { FORCE_COLOR: '1' }, ['--color', 'never']],
    ['--no-color', {}, ['--no-color']],
    ['TERM=dumb', { TERM: 'dumb' }, []],
  ])('have no colour with %s', async (_, env, flags) => {
    const cli = await createCli();
    await cli.signIn();
    const terminal = startInTerminal(cli, ['status', ...flags], { env });
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).not.toContain('\u001b[');
  });

  it.each([
    ['models'],
    ['models alias'],
    ['models show gpt-5-mini'],
    ['sessions'],
    ['sessions search hello'],
    ['accounts'],
    ['config'],
    ['endpoints'],
    ['endpoints test shut'],
    ['doctor'],
    ['usage'],
    ['help exit-codes'],
  ])('have colour on a pipe with --color always, and only the looks differ: %s', async (words) => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['chat', 'hello']);
    await cli.runHere(['models', 'alias', 'fast', 'gpt-5-mini']);
    await cli.runHere([
      'endpoints',
      'add',
      'shut',
      '--url',
      'http://127.0.0.1:9',
      '--no-key',
      '--model',
      'a',
    ]);
    const painted = (await cli.runHere([...words.split(' '), '--color', 'always'])).stdout;
    expect(painted).toContain('\u001b[');
    if (/help|usage/.test(words)) return;
    const plain = (await cli.runHere(words.split(' '))).stdout;
    const ages = /\d+(?:\.\d+)? m?s\b/g;
    expect(stripVTControlCharacters(painted).replaceAll(ages, '')).toBe(plain.replaceAll(ages, ''));
  });

  it('are plain lists for scripts where FORCE_COLOR of a CI service is set', async () => {
    const cli = await createCli();
    await cli.signIn();
    for (const words of [['models'], ['config'], ['accounts'], ['doctor']])
      expect((await cli.runHere(words, { env: { FORCE_COLOR: '1' } })).stdout).not.toContain('\u001b[');
  });

  it('have colour on a pipe only where it is asked for', { tags: 'deep' }, async () => {
    const cli = await createCli();
    await cli.signIn();
    expect((await cli.run(['status'])).stdout).not.toContain('\u001b[');
    expect((await cli.run(['status', '--color', 'always'], { env: { NO_COLOR: '1' } })).stdout).toContain(
      '\u001b[1m',
    );
    expect((await cli.run(['status'], { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[1m');
    expect((await cli.run(['models', '--json', '--color=always'])).stdout).not.toContain('\u001b[');
  });
});
