import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCli } from '../helpers/cli.ts';
import { startEmulator } from '../helpers/emulator.ts';
import { sampled } from '../helpers/sampled.ts';

describe('the first lines of the chat', () => {
  it.each([40, 80, 120])(
    'say once who this is and what it can do, in three lines of %i columns',
    async (columns) => {
      const cli = await createCli();
      await cli.signIn();
      const chat = startEmulator(cli, ['chat'], { columns });
      const rows = await chat.waitForScreen(/^─ kimi-k2\.7-code (?!…)/m);
      expect(rows[0]).toMatch(/^· copilot-cli \d+\.\d+\.\d+$/);
      expect(rows.slice(1, 4)).toEqual([
        expect.stringMatching(/^ {2}Ask anything/),
        expect.stringMatching(/^ {2}@file .*!command/),
        expect.stringMatching(/^ {2}\/ .*commands, \? .*Ctrl\+D leaves\.$/),
      ]);
      // Nothing follows but the edge and the draft, which says what can be typed.
      expect(rows[4]).toBe('');
      expect(rows[5]).toMatch(
        columns < 60 ? /^─ kimi-k2\.7-code ─+ \/ commands ─$/ : /─ \/ commands · \? keys ─$/,
      );
      expect(rows[6]).toMatch(/^› Ask.*@file.*!command/);
      expect(rows.filter((row) => row !== '')).toHaveLength(6);
    },
  );

  it('wait neither for Ink nor for tables of Unicode', async () => {
    const cli = await createCli();
    await cli.signIn();
    // Ink and all that measures rare letters need one as soon as they load.
    const broken = 'Intl.Segmenter=class{constructor(){throw new Error("too early")}}';
    const chat = startEmulator(cli, ['chat'], {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(broken)}` },
    });
    // It fails as soon as it loads them, and that is after the first prompt.
    await chat.exit;
    expect(chat.output()).toMatch(/Ask anything.*›.*too early/s);
  });

  it('are one line for somebody who was here before, in a folder with something in it', async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.run(['chat', 'hello']);
    writeFileSync(join(cli.home, 'notes.txt'), 'Notes.');
    const chat = startEmulator(cli, ['chat'], { cwd: cli.home });
    const rows = await chat.waitForScreen(/^─ kimi-k2\.7-code (?!…)/m);
    expect(rows.filter((row) => row !== '')).toEqual([
      expect.stringMatching(/^· copilot-cli \d+\.\d+\.\d+/),
      expect.stringMatching(/^─ kimi-k2\.7-code ─+ \/ commands · \? keys ─$/),
      '› Ask anything',
    ]);
  });

  it.each([
    ['an empty folder', [], true],
    ['a folder with nothing but its repository', ['.git'], true],
    ['a folder with a hidden file', ['.env.example'], false],
  ])('say what it can do in %s: %j', async (_, names, isSaid) => {
    const cli = await createCli();
    await cli.signIn();
    await cli.run(['chat', 'hello']);
    const cwd = join(cli.home, 'here');
    mkdirSync(cwd);
    for (const name of names) mkdirSync(join(cwd, name));
    const chat = startEmulator(cli, ['chat'], { cwd });
    const rows = await chat.waitForScreen(/^─ kimi-k2\.7-code (?!…)/m);
    expect(rows.some((row) => row.startsWith('  @file'))).toBe(isSaid);
  });

  it('say what it can do to somebody who is signed out', async () => {
    const cli = await createCli();
    await cli.signIn();
    await cli.run(['chat', 'hello']);
    await cli.run(['logout']);
    writeFileSync(join(cli.home, 'notes.txt'), 'Notes.');
    const chat = startEmulator(cli, ['chat'], { cwd: cli.home });
    const rows = await chat.waitForScreen('Sign in now? Y/n');
    expect(rows.filter((row) => row.startsWith('  '))).toHaveLength(3);
  });

  sampled.it.each([
    ['CI', { CI: '1' }],
    ['CI, and a name for it', { CI: 'true', CI_NAME: 'x', CONTINUOUS_INTEGRATION: '1' }],
    ['INSIDE_EMACS', { INSIDE_EMACS: '29.1,comint', TERM: 'xterm' }],
  ])('come with %s set, and answers too', async (_, env) => {
    const cli = await createCli();
    await cli.signIn();
    // The helper takes CI away from programs; here it is to be there.
    const chat = startEmulator(cli, ['chat'], {
      env: {
        NODE_OPTIONS: `--import=data:text/javascript,Object.assign(process.env,${encodeURIComponent(JSON.stringify(env))})`,
      },
    });
    await chat.waitForScreen(/^─ kimi-k2\.7-code (?!…)/m);
    chat.type('hello');
    chat.press('enter');
    await chat.waitForScreen('You said: hello');
  });
});

describe('going on', () => {
  async function createTalks(): Promise<Awaited<ReturnType<typeof createCli>>> {
    const cli = await createCli();
    await cli.signIn();
    await cli.run(['chat', '--session', 'rivers', 'which river is the longest?']);
    await cli.run(['chat', '--session', 'stars', 'which star is the nearest?']);
    return cli;
  }

  it('--resume with a name shows what was said, and goes on there', async () => {
    const cli = await createTalks();
    const chat = startEmulator(cli, ['chat', '--resume', 'rivers', '--use', 'none']);
    await chat.waitForScreen(
      /› which river[\s\S]*You said: which river[\s\S]*Continuing “rivers”: 1 turn, the last one just now\./,
    );
    await chat.waitForScreen(/^─ kimi-k2\.7-code (?!…)/m);
    chat.type('and the next?');
    chat.press('enter');
    await chat.waitForScreen('You said: and the next?');
    expect(cli.simulator.requests.at(-1)?.body).toMatchObject({
      messages: [{ content: 'which river is the longest?' }, {}, { content: 'and the next?' }],
    });
  });

  it('--resume alone shows a list first, and goes on with what is picked', { tags: 'deep' }, async () => {
    const cli = await createTalks();
    const chat = startEmulator(cli, ['chat', '--resume', '-m', 'gpt-5.4']);
    await chat.waitForScreen(/Continue which conversation\?\n› stars/);
    chat.press('down');
    chat.press('enter');
    await chat.waitForScreen('Continuing “rivers”: 1 turn, the last one just now.');
    // The model that was asked for answers, not the one of the last answer.
    await chat.waitForScreen(/^─ gpt-5\.4\b/m);
  });

  it('--resume alone ends where nothing is picked, and begins anew where there is nothing', {
    tags: 'deep',
  }, async () => {
    const cli = await createTalks();
    const chat = startEmulator(cli, ['chat', '--resume']);
    await chat.waitForScreen('Continue which conversation?');
    chat.press('escape');
    await chat.exit;
    expect(chat.screen().join('\n')).not.toContain('Ask anything');
    await cli.run(['sessions', 'delete', 'rivers', 'stars', '--yes']);
    const empty = startEmulator(cli, ['chat', '--resume']);
    await empty.waitForScreen('Ask anything');
  });
});

describe('the first start', () => {
  it('offers the sign-in, and is ready after it', async () => {
    const cli = await createCli({ device: { approveAfterMs: 400, interval: 0.1 } });
    const chat = startEmulator(cli, ['chat']);
    await chat.waitForScreen(/You are not signed in\. Sign in now\? Y\/n$/m);
    chat.press('enter');
    await chat.waitForScreen(/Your one-time code: [A-Z0-9]{4}-[A-Z0-9]{4}[\s\S]*time left/);
    await chat.waitForScreen('Signed in as octocat at github.com.');
    await chat.waitForScreen(/^─ kimi-k2\.7-code (?!…)/m);
    chat.type('hello');
    chat.press('enter');
    await chat.waitForScreen('You said: hello');
    expect(chat.screen().join('\n')).not.toContain('time left');
  });

  it('takes no for an answer, and stays usable', { tags: 'deep' }, async () => {
    const cli = await createCli();
    const chat = startEmulator(cli, ['chat']);
    await chat.waitForScreen('Sign in now? Y/n');
    chat.type('n');
    chat.press('enter');
    await chat.waitForScreen('Sign in later with /login.');
    chat.type('/login');
    chat.press('enter');
    await chat.waitForScreen('Signed in as octocat at github.com.');
  });

  it('says what to do where there is no network, and stays open', { tags: 'deep' }, async () => {
    const cli = await createCli();
    await cli.signIn();
    const chat = startEmulator(cli, ['chat'], {
      env: {
        GITHUB_API_URL: 'http://127.0.0.1:9',
        XDG_CACHE_HOME: `${cli.home}/other-cache`,
        GITHUB_COPILOT_TOKEN: 'gho_CANARYother',
      },
    });
    await chat.waitForScreen(
      /127\.0\.0\.1:9 refused the connection\.\n {2}Check the connection of this machine/,
    );
    chat.type('/help');
    chat.press('enter');
    await chat.waitForScreen('/theme');
    chat.press('ctrl+d');
    expect(await chat.exitCode).toBe(0);
  });
});
