import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { describe, expect, it, vi } from 'vitest';
import { findProgram } from '../../src/find-program.ts';
import type { Emulator, EmulatorOptions } from '../emulator/emulator.ts';
import { binary, type Cli, createCli } from '../helpers/cli.ts';
import { startEmulator, startNodeEmulator } from '../helpers/emulator.ts';
import { sampled } from '../helpers/sampled.ts';
import { writeScript } from '../helpers/write-script.ts';

const shellModes = {
  bracketedPaste: false,
  cursorVisible: true,
  alternateScreen: false,
  mouse: 'none',
  synchronizedUpdate: false,
  keyEncoding: 'legacy',
};

/** An ellipsis follows the model until it is looked up, and then the row changes. */
const ready = /^─ kimi-k2\.7-code(?! …)/m;

async function startChat(
  options: Parameters<typeof createCli>[0] = {},
  emulatorOptions: Parameters<typeof startEmulator>[2] = {},
): Promise<{ cli: Cli; chat: Emulator }> {
  const cli = await createCli(options);
  await cli.signIn();
  const chat = startEmulator(cli, ['chat'], emulatorOptions);
  await chat.waitForScreen(ready);
  return { cli, chat };
}

async function say(chat: Emulator, prompt: string): Promise<void> {
  chat.type(prompt);
  chat.press('enter');
}

function readJournal(cli: Cli): string {
  const folder = join(cli.home, 'data', 'copilot-cli', 'conversations');
  const [name = ''] = readdirSync(folder);
  return readFileSync(join(folder, name), 'utf8');
}

/** Goes on for a minute. */
const slowAnswer = { text: `first words ${'and more '.repeat(600)}`, deltaLength: 12, tokensPerSecond: 20 };

describe('leaving the chat', () => {
  sampled.it.each<[string, (chat: Emulator) => unknown]>([
    ['/exit', (chat) => say(chat, '/exit')],
    ['Ctrl+D', (chat) => chat.press('ctrl+d')],
    [
      'Ctrl+C twice',
      async (chat) => {
        chat.press('ctrl+c');
        await chat.waitForScreen('Ctrl+C again leaves');
        chat.press('ctrl+c');
      },
    ],
  ])('by %s says once how to come back, and gives the terminal back as it was', async (_, leave) => {
    const { chat } = await startChat({}, { keyboard: 'kitty' });
    expect(chat.modes()).toMatchObject({
      bracketedPaste: true,
      keyEncoding: 'kitty',
      alternateScreen: false,
    });
    await say(chat, 'hello there');
    await chat.waitForScreen('You said: hello there');
    await leave(chat);
    expect(await chat.exit).toEqual({ code: 0, signal: undefined });
    expect(chat.modes()).toMatchObject(shellModes);
    const text = chat.text().join('\n');
    expect(text.match(/copilot-cli chat --resume \d{8}-\d{4}-\w{5}$/gm)).toHaveLength(1);
    expect(chat.cursor()).toMatchObject({ column: 0, visible: true });
  });

  it('says nothing where nothing was said', async () => {
    const { chat } = await startChat();
    chat.press('ctrl+d');
    expect(await chat.exitCode).toBe(0);
    expect(chat.text().join('\n')).not.toContain('--resume');
  });

  sampled.it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('by %s ends with %i, and keeps what came of the answer', async (signal, code) => {
    const { cli, chat } = await startChat({ answer: slowAnswer });
    await say(chat, 'tell me');
    await chat.waitForScreen('first words');
    chat.signal(signal);
    expect(await chat.exit).toEqual({ code, signal: undefined });
    expect(chat.modes()).toMatchObject(shellModes);
    expect(readJournal(cli)).toContain('first words');
    expect(chat.text().join('\n')).toMatch(/--resume/);
  });

  it('by a mistake of ours tells it, and gives the terminal back', { tags: 'deep' }, async () => {
    const cli = await createCli();
    await cli.signIn();
    const mistake = join(cli.home, 'mistake.mjs');
    writeFileSync(mistake, `process.on('SIGUSR2', () => { throw new Error('nobody caught this'); });`);
    const chat = startEmulator(cli, ['chat'], {
      env: { NODE_OPTIONS: `--import=${pathToFileURL(mistake)}` },
    });
    await chat.waitForScreen(ready);
    chat.signal('SIGUSR2');
    expect(await chat.exit).toEqual({ code: 1, signal: undefined });
    expect(chat.modes()).toMatchObject(shellModes);
    expect(chat.text().join('\n')).toContain('this is a bug in copilot-cli: nobody caught this');
  });

  it.skipIf(process.platform === 'win32')('by SIGUSR1 it does not, and no debugger opens', async () => {
    const { chat } = await startChat();
    chat.signal('SIGUSR1');
    await say(chat, 'hello');
    await chat.waitForScreen('You said: hello');
    expect(chat.text().join('\n')).not.toMatch(/debugger/i);
  });

  it('by an editor that dies it does not: the prompt is still there', { tags: 'deep' }, async () => {
    const cli = await createCli();
    await cli.signIn();
    const chat = startEmulator(cli, ['chat'], { env: { EDITOR: `sh -c 'kill -9 $$'` } });
    await chat.waitForScreen(ready);
    chat.type('a long thought');
    await chat.waitForScreen('› a long thought');
    chat.press('ctrl+g');
    await chat.waitForScreen(/editor/i);
    await chat.waitForScreen('› a long thought');
    expect(chat.modes()).toMatchObject({ bracketedPaste: true, cursorVisible: true });
    await say(chat, ' ends');
    await chat.waitForScreen('You said: a long thought ends');
  });

  it('by a terminal that is closed, and keeps what came of the answer', async () => {
    const cli = await createCli({ answer: slowAnswer });
    await cli.signIn();
    const pty = spawn(process.execPath, ['--', binary, 'chat'], {
      env: { ...cli.env, TERM: 'xterm-256color' },
    });
    const ended = new Promise((resolve) => pty.onExit(resolve));
    let output = '';
    let hasPrompted = false;
    pty.onData((text) => {
      output += text;
      if (!hasPrompted && output.includes('Ask anything')) {
        hasPrompted = true;
        pty.write('tell me\r');
      }
      // Its types do not know it: this closes our end of the terminal.
      if (output.includes('first words')) (pty as unknown as { destroy(): void }).destroy();
    });
    await ended;
    expect(readJournal(cli)).toContain('"failure"');
    expect(readJournal(cli)).toContain('first words');
  });
});

type InShell = { terminal: Emulator; readPid: () => number };

/** A shell in which `command` is typed. `chat` there starts the program, which has its process id written down in `pid`. */
async function startShell(
  command: string,
  [shell, ...flags]: string[] = ['sh'],
  options: EmulatorOptions = {},
): Promise<InShell> {
  const cli = await createCli();
  await cli.signIn();
  const script = `process.chdir(process.env.HOME);
      require('node:child_process').spawnSync('${shell}', ${JSON.stringify([...flags, '-i'])}, { stdio: 'inherit' });`;
  const program = writeScript(
    cli.home,
    'program',
    `echo $$ > "$HOME/pid"; exec "${process.execPath}" "${binary}" "$@"`,
  );
  const terminal = startNodeEmulator(['-e', script], {
    ...options,
    env: { ...cli.env, PS1: 'shell> ', ENV: '', PROMPT_EOL_MARK: '' },
  });
  await terminal.waitForScreen('shell>');
  terminal.type(`${command.replaceAll('PROGRAM', `"${program}"`)}\r`);
  return { terminal, readPid: () => Number(readFileSync(join(cli.home, 'pid'), 'utf8')) };
}

async function startInShell(shell?: string[]): Promise<InShell> {
  const started = await startShell('PROGRAM chat', shell);
  await started.terminal.waitForScreen(ready);
  started.terminal.type('half a');
  await started.terminal.waitForScreen('› half a');
  return started;
}

/** `fg` was typed, and what was being typed in the chat goes on. */
async function finishThought(terminal: Emulator): Promise<void> {
  await terminal.waitForScreen((rows) => rows.findLast((row) => row !== '') === '› half a');
  expect(terminal.modes()).toMatchObject({ bracketedPaste: true });
  terminal.type(' thought\r');
  await terminal.waitForScreen('You said: half a thought');
  terminal.press('ctrl+d');
  await terminal.waitForScreen(/--resume/);
  terminal.type('exit\r');
  expect(await terminal.exitCode).toBe(0);
}

describe.skipIf(process.platform === 'win32')('leaving at once', () => {
  it.each([0, 100, 300])(
    'leaves no answer of the terminal to the shell: after %d ms',
    async (answerDelayMs) => {
      const { terminal } = await startShell('PROGRAM chat', ['sh'], { answerDelayMs });
      await terminal.waitForScreen(() => terminal.modes().bracketedPaste);
      terminal.press('ctrl+d');
      await terminal.waitForScreen(() => !terminal.modes().bracketedPaste);
      await sleep(answerDelayMs + 100);
      terminal.type('echo typed\r');
      await terminal.waitForScreen(/^(?:shell> )?typed$/m);
      expect(terminal.screen().join('\n')).toMatch(/^shell> echo typed$/m);
      terminal.type('exit\r');
      expect(await terminal.exitCode).toBe(0);
    },
  );
});

// A terminal that answers late, or never, is waited for.
it.each([
  ['hello\r', 30],
  ['!touch ran\r', 30],
  ['!touch ran\r', 0],
  ['/export ran\r', 30],
])('what is typed after leaving is no prompt and no command: %j after %d ms', async (typed, delayMs) => {
  const { cli, chat } = await startChat({}, { answerDelayMs: 20_000 });
  const before = cli.simulator.requests.length;
  if (delayMs > 0) {
    chat.press('ctrl+d');
    await sleep(delayMs);
    chat.type(typed);
  } else chat.type(`\u0004${typed}`);
  expect(await chat.exitCode).toBe(0);
  const asked = cli.simulator.requests.slice(before).map(({ path }) => path);
  expect(asked.filter((path) => /responses|completions|messages/.test(path))).toEqual([]);
  const hasRun = existsSync('ran') || existsSync(join(cli.home, 'ran'));
  rmSync('ran', { force: true });
  expect(hasRun).toBe(false);
});

describe('Ctrl+Z', () => {
  it('goes to the shell, and fg comes back to what was being typed', async () => {
    const { terminal } = await startInShell();
    terminal.press('ctrl+z');
    await terminal.waitForScreen(/shell> $|shell>$/m);
    await terminal.waitForScreen(/Stopped/);
    expect(terminal.modes()).toMatchObject(shellModes);
    terminal.type('echo in the shell\r');
    await terminal.waitForScreen(/^in the shell$/m);
    terminal.type('fg\r');
    await finishThought(terminal);
  });

  it('where no shell waits changes nothing', { tags: 'deep' }, async () => {
    const { chat } = await startChat();
    chat.press('ctrl+z');
    // It has given the terminal away, and taken it back.
    await chat.waitForScreen(() => chat.output().split('\u001b[?2004h').length === 3);
    chat.type('hello');
    await chat.waitForScreen('› hello');
    chat.press('enter');
    await chat.waitForScreen('You said: hello');
  });
});

describe.skipIf(process.platform === 'win32')('a signal of somebody else', () => {
  it('that asks the chat to stop does what Ctrl+Z does', { tags: 'deep' }, async () => {
    const { terminal, readPid } = await startInShell();
    process.kill(readPid(), 'SIGTSTP');
    await terminal.waitForScreen(/Stopped/);
    expect(terminal.modes()).toMatchObject(shellModes);
    terminal.type('fg\r');
    await finishThought(terminal);
  });

  it('that stops it at once leaves the terminal to the shell, and fg takes it again', async () => {
    const { terminal, readPid } = await startInShell();
    process.kill(readPid(), 'SIGSTOP');
    await terminal.waitForScreen(/Stopped/);
    // Some shells do so themselves.
    terminal.type("stty sane; printf '\\033[?2004lsane\\n'\n");
    await terminal.waitForScreen(/^(?:shell> )?sane$/m);
    terminal.type('fg\r');
    await finishThought(terminal);
  });

  // No signal tells a stopped job that its terminal has another size.
  it.each([
    ['smaller', 60],
    ['larger', 120],
  ])('that stops it leaves it a terminal that is %s when it goes on', async (_, columns) => {
    const { terminal, readPid } = await startInShell();
    process.kill(readPid(), 'SIGTSTP');
    await terminal.waitForScreen(/Stopped/);
    terminal.resize(columns, 30);
    terminal.type('fg\r');
    await terminal.waitForScreen((rows) => rows.findLast((row) => row !== '') === '› half a');
    await terminal.waitForScreen((rows) => rows.at(rows.lastIndexOf('› half a') - 1)?.length === columns - 1);
    await finishThought(terminal);
  });

  it('that lets it go on draws it once', { tags: 'deep' }, async () => {
    const { chat } = await startChat();
    chat.type('hello');
    await chat.waitForScreen(/^─ kimi-k2\.7-code(?! …).*\n› hello$/m);
    const before = chat.screen();
    const { length } = chat.output();
    chat.signal('SIGCONT');
    await chat.waitForScreen(() => chat.output().slice(length).includes('hello'));
    expect(chat.screen()).toEqual(before);
  });
});

/** A shell reports a job at its first prompt after it has heard of it, which may not be the next one. */
async function waitForReport(terminal: Emulator, words: RegExp): Promise<void> {
  await vi.waitFor(
    () => {
      const text = terminal.screen().join('\n');
      if (!words.test(text)) terminal.type('\r');
      expect(text).toMatch(words);
    },
    { timeout: 10_000, interval: 100 },
  );
}

/** `T` if the process is stopped, `Z` if only its exit code is left. Undefined if it is gone. */
function readState(pid: number): string | undefined {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) ? /\) (\S)/.exec(readFileSync(stat, 'utf8'))?.[1] : undefined;
}

/** As `kill` of a shell ends a stopped job. */
function endStopped(pid: number, signal: NodeJS.Signals): void {
  process.kill(pid, signal);
  process.kill(pid, 'SIGCONT');
}

type EndCase = { shell: string[]; signal: NodeJS.Signals; words: RegExp };

const hereOnly = (cases: EndCase[]): EndCase[] =>
  cases.filter(({ shell: [name = ''] }) => findProgram(name, { env: process.env }) !== undefined);

const bash = ['bash', '--norc', '--noprofile'];
const zsh = ['zsh', '-f'];

describe.skipIf(process.platform !== 'linux')('a job that does not have the terminal is ended', () => {
  async function expectGone({ terminal, readPid }: InShell, words: RegExp): Promise<void> {
    await vi.waitFor(() => expect(readState(readPid())).toBeUndefined(), { timeout: 5_000 });
    await waitForReport(terminal, words);
    terminal.type('echo in the shell\r');
    await terminal.waitForScreen(/^in the shell$/m);
  }

  it.each(
    hereOnly([
      { shell: bash, signal: 'SIGTERM', words: /Terminated/ },
      { shell: bash, signal: 'SIGHUP', words: /Hangup/ },
      { shell: bash, signal: 'SIGINT', words: /Interrupt/ },
      { shell: zsh, signal: 'SIGTERM', words: /terminated/ },
      { shell: zsh, signal: 'SIGHUP', words: /hangup/ },
    ]),
  )('by $signal after Ctrl+Z in $shell.0', async ({ shell, signal, words }) => {
    const job = await startInShell(shell);
    job.terminal.press('ctrl+z');
    await job.terminal.waitForScreen(/stopped|suspended/i);
    endStopped(job.readPid(), signal);
    await expectGone(job, words);
    expect(job.terminal.text().join('\n')).toContain('Your draft was not sent; Up brings it back next time.');
    expect(job.terminal.modes()).toMatchObject({ cursorVisible: true });
  });

  it('after it was stopped from outside', async () => {
    const job = await startInShell(bash);
    process.kill(job.readPid(), 'SIGSTOP');
    await job.terminal.waitForScreen(/Stopped/);
    endStopped(job.readPid(), 'SIGTERM');
    await expectGone(job, /Terminated/);
  });

  it('after bg, which stops it again, and fg still gets it back', async () => {
    const job = await startInShell(bash);
    const { terminal } = job;
    terminal.press('ctrl+z');
    await terminal.waitForScreen(/Stopped/);
    terminal.type('clear; bg\r');
    await terminal.waitForScreen(/^\[1\]\+ .* &$/m);
    await vi.waitFor(() => expect(readState(job.readPid())).toBe('T'), { timeout: 5_000 });
    await waitForReport(terminal, /Stopped/);
    terminal.type('fg\r');
    await terminal.waitForScreen((rows) => rows.findLast((row) => row !== '') === '› half a');
    terminal.press('ctrl+z');
    // What the first round showed is still there: the shell's prompt must be the last row.
    await terminal.waitForScreen((rows) => rows.findLast((row) => row !== '') === 'shell>');
    terminal.type('clear; bg\r');
    await terminal.waitForScreen((rows) => /^\[1\]\+ .* &$/.test(rows[0] ?? ''));
    await vi.waitFor(() => expect(readState(job.readPid())).toBe('T'), { timeout: 5_000 });
    endStopped(job.readPid(), 'SIGTERM');
    await expectGone(job, /Terminated/);
  });

  it.each(['PROGRAM chat &', 'PROGRAM login --with-token &'])('that was started as %s', async (command) => {
    const job = await startShell(command, bash);
    await vi.waitFor(() => expect(readState(job.readPid())).toBe('T'), { timeout: 5_000 });
    await waitForReport(job.terminal, /Stopped/);
    endStopped(job.readPid(), 'SIGTERM');
    await expectGone(job, /Terminated/);
  });

  it('while a question of the sign-in waits', async () => {
    const job = await startShell('PROGRAM login --with-token', bash);
    await job.terminal.waitForScreen('Paste a GitHub token');
    job.terminal.press('ctrl+z');
    await job.terminal.waitForScreen(/Stopped/);
    endStopped(job.readPid(), 'SIGTERM');
    await expectGone(job, /Terminated/);
  });
});
