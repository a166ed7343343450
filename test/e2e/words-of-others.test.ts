import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli } from '../helpers/cli.ts';
import { createReplCli, startRepl } from '../helpers/repl-emulator.ts';
import { sampled } from '../helpers/sampled.ts';
import { startInTerminal } from '../helpers/terminal.ts';
import { createModel } from '../simulator/copilot/create-model.ts';

/** Sets a window title, clears the screen, turns the direction, hides a blank, begins a line. */
const drive = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e\u200b\u2066\n';
/** What of it may be shown: the plain characters of cut sequences. */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/;

/** An account whose every word drives the terminal. */
async function createHostileCli(): Promise<Cli> {
  const cli = await createCli();
  const { account, catalogue } = cli.simulator.state;
  account.login = `octo${drive}cat`;
  catalogue.push(
    createModel({ id: `evil-1`, name: `Evil${drive}One`, vendor: `Ven${drive}dor` }),
    createModel({ id: `evil${drive}-2`, name: 'Two' }),
  );
  return cli;
}

describe('what GitHub and Copilot answer', () => {
  it('cannot drive the terminal at login, status and logout', async () => {
    const cli = await createHostileCli();
    cli.simulator.state.device.extra = {
      user_code: `AB${drive}CD-1234`,
      verification_uri: `${cli.simulator.urls.server}/login/device${drive}`,
    };
    for (const command of [['login'], ['status'], ['logout']]) {
      const run = await cli.run(command);
      expect(run.code, run.stderr).toBe(0);
      expect(run.stdout + run.stderr).toContain('octo');
      expect(run.stdout + run.stderr).not.toMatch(unsafe);
    }
  });

  it('cannot drive the terminal by the name in a record that an older version stored', {
    tags: 'deep',
  }, async () => {
    const cli = await createCli();
    await cli.signIn();
    const stored = cli.readCredentials() as { login: Record<string, unknown> };
    const login = { ...stored.login, account: `octo${drive}cat` };
    writeFileSync(cli.credentialsFile, JSON.stringify({ ...stored, login }));
    const run = await cli.runHere(['logout']);
    expect(run.stderr).toContain('octo');
    expect(run.stderr).not.toMatch(unsafe);
  });

  it('cannot drive the terminal by the error of a sign-in or an exchange', { tags: 'deep' }, async () => {
    const cli = await createCli();
    const flow = { error: 'odd', error_description: `no${drive}way` };
    cli.simulator.faults.add({ path: '/login/oauth/access_token', body: flow });
    const login = await cli.runHere(['login']);
    expect(login.code).toBe(4);
    expect(login.stderr).toContain('GitHub ended the sign-in: no');
    expect(login.stderr).not.toMatch(unsafe);

    await cli.signIn();
    cli.simulator.expireCopilotTokens();
    const refusal = { message: `not${drive}here`, error_details: { notification_id: `x${drive}` } };
    cli.simulator.faults.add({ path: '/copilot_internal/v2/token', status: 403, body: refusal });
    const chat = await cli.runHere(['chat', 'hi', '--json']);
    expect(chat.code).toBe(5);
    expect(chat.stderr + JSON.parse(chat.stdout).error.message).not.toMatch(unsafe);
  });

  it('cannot drive the terminal by an error, with --debug neither', async () => {
    const cli = await createCli();
    await cli.signIn();
    cli.simulator.faults.add({
      path: '/responses',
      status: 400,
      body: { error: { message: `no${drive}way` } },
    });
    const run = await cli.runHere(['chat', '-m', 'gpt-5-mini', '--debug', 'hi']);
    expect(run.stderr).toContain('    at ');
    expect(run.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066]/);
  });

  sampled.it.each([[['models']], [['models', '--all']], [['models', '--json']]])(
    'cannot drive the terminal in the list of %j',
    async (argv) => {
      const cli = await createHostileCli();
      await cli.signIn();
      const run = await cli.runHere(argv);
      expect(run.stdout).toContain('Evil');
      expect(run.stdout + run.stderr).not.toMatch(unsafe);
    },
  );

  it('cannot drive the terminal in the list of /model', async () => {
    const { chat, say } = await startRepl({ cli: await hostileRepl() });
    say('/model');
    await chat.waitForScreen('Which model?');
    chat.type('evil');
    await chat.waitForScreen('1 of 2');
    // A terminal swallows the title that it takes.
    expect(chat.screen().join('\n')).toContain('evil]0;owned');
    expect(chat.screen().join('\n')).not.toMatch(unsafe);
  });

  it('does not reach the log of serve', { tags: 'deep' }, async () => {
    const cli = await createCli();
    await cli.signIn();
    const error = { message: `fail${drive}ed`, code: `odd${drive}` };
    cli.simulator.faults.add({ path: '/chat/completions', status: 400, body: { error } });
    const { child, done } = cli.start(['serve', '--port', '0']);
    const url = await new Promise<string>((resolve) => {
      child.stderr?.on('data', (chunk) => {
        const found = /http:\/\/[\d.]+:\d+/.exec(String(chunk));
        if (found) resolve(found[0]);
      });
    });
    const body = { model: `gpt-4.1`, messages: [{ role: 'user', content: 'hi' }], user: `me${drive}` };
    const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body) });
    expect(answer.status).toBe(400);
    child.kill('SIGTERM');
    const { stderr } = await done;
    expect(stderr).toContain('"status":400');
    expect(stderr).not.toMatch(unsafe);
  });
});

describe('the page of a sign-in', () => {
  sampled.it.each(['http://github.example.com/login/device', 'file:///etc/passwd', 'javascript:alert(1)'])(
    'is not opened at %s, and the person is told',
    async (address) => {
      const cli = await createCli({ device: { approveAfterMs: 1_500, interval: 0.2 } });
      cli.simulator.state.device.extra = { verification_uri: address };
      const opened = join(cli.home, 'opened');
      const browser = join(cli.home, 'browser');
      writeFileSync(browser, `#!/bin/sh\necho "$1" > ${opened}\n`, { mode: 0o700 });
      const terminal = startInTerminal(cli, ['login'], { env: { BROWSER: browser } });
      await terminal.waitFor(/The page was not opened, because its URL does not begin with https:/);
      expect(await terminal.exitCode).toBe(0);
      expect(terminal.output).not.toContain('open in your browser');
    },
  );

  it('shows a host in letters of another script as it is asked', async () => {
    const cli = await createCli();
    // The second letter is Cyrillic.
    cli.simulator.state.device.extra = { verification_uri: 'https://g\u0456thub.com/login/device' };
    expect((await cli.runHere(['login', '--no-browser'])).stderr).toContain('https://xn--');
  });
});

describe('names of files', () => {
  it('cannot drive the terminal in an error, a warning or a list of templates', async () => {
    const cli = await createCli();
    await cli.signIn();
    const name = 'a\u001b]0;owned\u0007\u202eb\u200b';
    writeFileSync(join(cli.home, `${name}.bin`), Buffer.from([0, 1, 2, 255, 0]));
    const attached = await cli.runHere(['chat', 'look', '-f', `${name}.bin`], { cwd: cli.home });
    expect(attached.code).not.toBe(0);
    expect(attached.stderr).not.toMatch(unsafe);

    const templates = join(cli.home, 'config', 'copilot-cli', 'templates');
    mkdirSync(templates, { recursive: true });
    const description = 'one\\e]0;owned\\a\\u202etwo\\u200b';
    writeFileSync(join(templates, 'odd.md'), `---\ndescription: "${description}"\n---\nhi\n`);
    const listed = await cli.runHere(['templates', 'list']);
    expect(listed.stdout).toContain('one]0;ownedtwo');
    expect(listed.stdout + listed.stderr).not.toMatch(unsafe);
  });

  it('of an answer cannot drive the terminal where they are written', { tags: 'deep' }, async () => {
    const cli = await createCli();
    await cli.signIn();
    const prompt = '```js title="a\u202eb\u200b.js"\n1\n```';
    const run = await cli.runHere(['chat', prompt, '--extract-to', join(cli.home, 'out')]);
    expect(run.stderr).not.toMatch(unsafe);
  });

  it('and titles of conversations show no hidden characters in a list', { tags: 'deep' }, async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.runHere(['chat', 'a\u202eb\u200bc\u2066d']);
    const run = await cli.runHere(['sessions', 'list']);
    expect(run.stdout).toContain('abcd');
  });
});

async function hostileRepl(): Promise<Cli> {
  const cli = await createReplCli();
  cli.simulator.state.catalogue.push(
    createModel({ id: 'evil-1', name: `Evil${drive}One`, vendor: `Ven${drive}dor` }),
    createModel({ id: `evil${drive}-2`, name: 'Two' }),
  );
  return cli;
}
