import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Emulator, EmulatorOptions } from '../emulator/emulator.ts';
import { binary, type Cli, chatModel, createCli, githubToken } from '../helpers/cli.ts';
import { startEmulator, startNodeEmulator } from '../helpers/emulator.ts';
import { describeOverlapping } from '../helpers/overlapping.ts';
import { sampled } from '../helpers/sampled.ts';

const chatPath = '/chat/completions';
const exchangePath = '/copilot_internal/v2/token';
const spinner = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;

type Silence = { cli: Cli; speak: () => void };

/** Somebody who is signed in, and a model that says nothing until the test lets it. */
async function createSilence(): Promise<Silence> {
  let speak = (): void => {};
  const spoken = new Promise<void>((resolve) => {
    speak = resolve;
  });
  const cli = await createCli({
    answer: async () => {
      await spoken;
      return { text: 'It is blue.' };
    },
  });
  await cli.signIn();
  return { cli, speak };
}

/** A command line of a real shell in a terminal; `$cli` is the program. */
function startShell(cli: Cli, line: string, options: EmulatorOptions = {}): Emulator {
  const script = `import { spawnSync } from 'node:child_process';
    process.exitCode = spawnSync('bash', ['-c', process.argv[1]], { stdio: 'inherit' }).status;`;
  const quoted = line.replaceAll('$cli', `'${process.execPath}' '${binary}'`);
  const env = { ...cli.env, ...options.env };
  return startNodeEmulator(['--input-type=module', '-e', script, '--', quoted], { ...options, env });
}

/** The Copilot token is too old, and the list of models is gone. */
function forgetWhatIsKept(cli: Cli): void {
  const record = cli.readCredentials() as { access: Record<string, { staleAt: number }> };
  for (const access of Object.values(record.access)) access.staleAt = 0;
  writeFileSync(cli.credentialsFile, JSON.stringify(record));
  rmSync(join(cli.home, 'cache'), { recursive: true, force: true });
}

const listRows = (terminal: Emulator): string[] => terminal.text().filter((row) => row !== '');

describeOverlapping('while the service is silent, a terminal shows', () => {
  sampled.it.each<[name: string, argv: string[], rows: string[]]>([
    ['an answer that is laid out', ['chat', 'why?'], ['It is blue.']],
    ['an answer as it comes', ['chat', '--raw', 'why?'], ['It is blue.']],
    ['events', ['chat', '--jsonl', 'why?'], []],
    ['an answer in JSON', ['chat', '--json', 'why?'], []],
    ['a schema', ['chat', '--raw', '-x', 'why?'], []],
  ])('what is waited for, and nothing of it stays behind: %s', async (_, argv, rows) => {
    const { cli, speak } = await createSilence();
    const terminal = startEmulator(cli, argv);
    await terminal.waitForScreen(new RegExp(`^${spinner.source} Waiting for ${chatModel}`));
    speak();
    await terminal.exit;
    const left = listRows(terminal);
    expect(left.join('\n')).not.toMatch(/Waiting|⠋/);
    if (rows.length > 0) expect(left).toEqual(rows);
    expect(terminal.cursor()).toMatchObject({ visible: true, column: 0 });
  });

  it('the model that is asked, and how long it has been', async () => {
    const { cli, speak } = await createSilence();
    const terminal = startEmulator(cli, ['chat', 'why?']);
    await terminal.waitForScreen(new RegExp(`Waiting for ${chatModel} 3 s$`, 'm'));
    speak();
    expect(await terminal.exitCode).toBe(0);
  });

  it('that the model is thinking', { tags: 'deep' }, async () => {
    const cli = await createCli({
      answer: { reasoning: 'Hm.', text: ['It ', 'is.'], deltaDelayMs: 900 },
    });
    await cli.signIn();
    const terminal = startEmulator(cli, ['chat', 'why?']);
    await terminal.waitForScreen(/The model is thinking/);
    expect(await terminal.exitCode).toBe(0);
    expect(listRows(terminal)).toEqual(['It is.']);
  });

  it('how long the rate limit lasts, and then the model again', { tags: 'deep' }, async () => {
    const { cli, speak } = await createSilence();
    cli.simulator.faults.add({ path: chatPath, status: 429, headers: { 'retry-after': '3' } });
    const terminal = startEmulator(cli, ['chat', 'why?']);
    await terminal.waitForScreen(
      /Asking again in 3 s \(Ctrl\+C stops\): Copilot asks to wait for its rate limit/,
    );
    await terminal.waitForScreen(/Asking again in 1 s/);
    await terminal.waitForScreen(/Waiting for/);
    speak();
    expect(await terminal.exitCode).toBe(0);
    expect(listRows(terminal)).toEqual(['It is blue.']);
  });

  it('that a request is repeated, and why', async () => {
    const { cli, speak } = await createSilence();
    cli.simulator.faults.add({ path: chatPath, status: 502, body: { error: { message: 'Bad gateway.' } } });
    const terminal = startEmulator(cli, ['chat', 'why?']);
    await terminal.waitForScreen(/Asking again in 1 s .*Bad gateway/);
    speak();
    expect(await terminal.exitCode).toBe(0);
  });

  it('what a batch waits for before it begins', { tags: 'deep' }, async () => {
    const { cli, speak } = await createSilence();
    speak();
    const fifo = join(cli.home, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const terminal = startShell(cli, `echo one | $cli chat --each-line -f ${fifo} -- T: > /dev/null`);
    await terminal.waitForScreen(/Reading .*fifo/);
    writeFileSync(fifo, 'words\n');
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.text().join('\n')).not.toMatch(/Reading /);
  });

  sampled.it.each<[argv: string[], path: string, label: RegExp]>([
    [['chat', 'why?'], exchangePath, /Renewing the Copilot token/],
    [['chat', 'why?'], '/models', /Fetching the list of models/],
    [['models'], '/models', /Fetching the list of models/],
    [['status'], '/copilot_internal/user', /Asking GitHub about the account/],
    [['login', '--no-browser'], '/login/device/code', /Asking GitHub for a one-time code/],
  ])('%j: what %s is asked for', async (argv, path, label) => {
    const { cli, speak } = await createSilence();
    speak();
    forgetWhatIsKept(cli);
    cli.simulator.faults.add({ path, delayMs: 1500 });
    const terminal = startEmulator(cli, argv);
    await terminal.waitForScreen(label);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.text().join('\n')).not.toMatch(label);
  });
});

describeOverlapping(
  'while stdin is silent, a terminal shows',
  () => {
    sampled.it.each<[name: string, line: string, input?: string]>([
      ['a prompt', 'cat fifo | $cli chat --raw "words"'],
      ['stdin in the place of a mark', 'cat fifo | $cli chat --raw "words" -'],
      ['stdin alone', 'cat fifo | $cli chat --raw'],
      ['stdin as a file', 'cat fifo | $cli chat --raw -f - -- "words"'],
      ['a batch of lines', 'cat fifo | $cli chat --each-line "words"'],
      ['a token', 'cat fifo | $cli login --with-token', githubToken],
    ])('that it is waited for: %s', async (_, line, input = 'data\n') => {
      const { cli, speak } = await createSilence();
      speak();
      execFileSync('mkfifo', [join(cli.home, 'fifo')]);
      const terminal = startShell(cli, `cd "$HOME"; ${line}`);
      await terminal.waitForScreen(new RegExp(`^${spinner.source} Waiting for stdin`));
      writeFileSync(join(cli.home, 'fifo'), input);
      expect(await terminal.exitCode).toBe(0);
      expect(terminal.text().join('\n')).not.toMatch(/Waiting for stdin/);
    });

    sampled.it.each<[name: string, line: string]>([
      ['a program of the pipeline takes what is typed', 'cat | $cli chat --raw words'],
      [
        'a program of the pipeline asks on the terminal',
        '(exec 3</dev/tty; cat <&3) | $cli chat --raw words',
      ],
    ])('no moving line if %s', async (_, line) => {
      const { cli, speak } = await createSilence();
      speak();
      const terminal = startShell(cli, line);
      await terminal.waitForScreen(/stdin is a pipe that has been silent for 5 s/);
      terminal.type('typed\r');
      await terminal.waitForScreen(/^typed$/m);
      terminal.type('\u0004');
      expect(await terminal.exitCode).toBe(0);
      expect(terminal.output()).not.toMatch(/Waiting for stdin/);
      expect(listRows(terminal)).toContain('typed');
    });
  },
  { tags: 'deep' },
);

describeOverlapping(
  'the line of a wait goes',
  () => {
    sampled.it.each<[name: string, end: (terminal: Emulator) => void, code: number, rows: RegExp]>([
      ['at Ctrl+C', (terminal) => terminal.press('ctrl+c'), 130, /^copilot-cli: stopped by SIGINT\.$/],
      ['at SIGTERM', (terminal) => terminal.signal('SIGTERM'), 143, /^copilot-cli: stopped by SIGTERM\.$/],
    ])('%s', async (_, end, code, rows) => {
      const { cli } = await createSilence();
      const terminal = startEmulator(cli, ['chat', 'why?']);
      await terminal.waitForScreen(/Waiting for/);
      end(terminal);
      expect(await terminal.exitCode).toBe(code);
      expect(listRows(terminal).join('\n')).toMatch(rows);
      expect(terminal.cursor().visible).toBe(true);
    });

    it('at Ctrl+C where the line fills the window, and the terminal writes ^C behind it', async () => {
      const { cli } = await createSilence();
      const terminal = startEmulator(cli, ['chat', 'why?'], { columns: 25 });
      await terminal.waitForScreen(/Waiting for/);
      terminal.press('ctrl+c');
      expect(await terminal.exitCode).toBe(130);
      expect(listRows(terminal)).toEqual(['copilot-cli: stopped by S', 'IGINT.']);
    });

    it('at a time limit', async () => {
      const { cli } = await createSilence();
      const terminal = startEmulator(cli, ['chat', '--timeout', '1.5', 'why?']);
      await terminal.waitForScreen(/Waiting for/);
      expect(await terminal.exitCode).toBe(124);
      expect(listRows(terminal).join('\n')).toMatch(/^copilot-cli: /);
    });

    it('at a failure, also in a window that has become narrow', async () => {
      const { cli } = await createSilence();
      cli.simulator.faults.add({
        path: chatPath,
        status: 400,
        body: { error: { message: 'No.' } },
        delayMs: 2000,
      });
      const terminal = startEmulator(cli, ['chat', 'why?'], { startText: 'above\r\n' });
      await terminal.waitForScreen(/Waiting for/);
      terminal.resize(15, 24);
      expect(await terminal.exitCode).toBe(1);
      expect(terminal.text({ joinWrapped: true }).join('\n')).toMatch(/^above\ncopilot-cli: /);
    });
  },
  { tags: 'deep' },
);

describe('nothing moves', { tags: 'deep' }, () => {
  it('where motion is reduced', async () => {
    const { cli, speak } = await createSilence();
    await cli.run(['config', 'set', 'motion', 'reduced']);
    const terminal = startEmulator(cli, ['chat', '--raw', 'why?']);
    await terminal.waitForScreen(/^• Waiting for/);
    speak();
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output().match(/Waiting for/g)).toHaveLength(1);
    expect(listRows(terminal)).toEqual(['It is blue.']);
  });

  sampled.it.each<[name: string, env: Record<string, string>, setting: string[]]>([
    ['on a terminal without a cursor', { TERM: 'dumb' }, []],
    ['with a screen reader', {}, ['config', 'set', 'screen-reader', 'on']],
  ])('%s, which gets a plain line after three seconds', async (_, env, setting) => {
    const { cli, speak } = await createSilence();
    if (setting.length > 0) await cli.run(setting);
    const terminal = startEmulator(cli, ['chat', '--color', 'never', 'why?'], { env });
    await terminal.waitForScreen(/Waiting for/);
    speak();
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output()).toBe(`Waiting for ${chatModel}…\r\nIt is blue.\r\n`);
  });
});

describe('a wait is told', () => {
  sampled.it.each<[name: string, options: string[], env: Record<string, string>]>([
    ['NO_COLOR', [], { NO_COLOR: '1' }],
    ['--color never', ['--color', 'never'], {}],
  ])('without colour for %s', async (_, options, env) => {
    const { cli, speak } = await createSilence();
    const terminal = startEmulator(cli, ['chat', '--raw', ...options, 'why?'], { env });
    await terminal.waitForScreen(/Waiting for/);
    speak();
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output()).not.toMatch(/\u001b\[[\d;]*m/);
  });

  it('on stderr, where stdout goes elsewhere', async () => {
    const { cli, speak } = await createSilence();
    const file = join(cli.home, 'answer');
    const terminal = startShell(cli, `$cli chat why? > '${file}'`);
    await terminal.waitForScreen(/Waiting for/);
    speak();
    expect(await terminal.exitCode).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('It is blue.\n');
    expect(listRows(terminal)).toEqual([]);
  });

  sampled.it.each([
    ['where stderr is no terminal', '$cli chat --raw why? 2> "$HOME/errors"; cat "$HOME/errors"'],
    ['by a job in the background', 'set -m; $cli chat --raw why? & wait; echo ended'],
  ])('to nobody %s', async (_, line) => {
    const cli = await createCli({ answer: { text: 'It is blue.', firstDelayMs: 1500 } });
    await cli.signIn();
    const terminal = startShell(cli, line);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output()).toMatch(/^It is blue\.\r\n/);
    expect(terminal.output()).not.toMatch(/Waiting|\u001b/);
  });
});
