import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../emulator/emulator.ts';
import { binary, type Cli, createCli } from '../helpers/cli.ts';
import { startEmulator, startNodeEmulator } from '../helpers/emulator.ts';
import { sampled } from '../helpers/sampled.ts';

const shellModes = {
  bracketedPaste: false,
  cursorVisible: true,
  alternateScreen: false,
  mouse: 'none',
  synchronizedUpdate: false,
  keyEncoding: 'legacy',
};

async function startChat(
  options: Parameters<typeof createCli>[0] = {},
  emulatorOptions: Parameters<typeof startEmulator>[2] = {},
): Promise<{ cli: Cli; chat: Emulator }> {
  const cli = await createCli(options);
  await cli.signIn();
  const chat = startEmulator(cli, ['chat'], emulatorOptions);
  await chat.waitForScreen(/kimi-k2\.7-code$/m);
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
    await chat.waitForScreen(/kimi-k2\.7-code$/m);
    chat.signal('SIGUSR2');
    expect(await chat.exit).toEqual({ code: 1, signal: undefined });
    expect(chat.modes()).toMatchObject(shellModes);
    expect(chat.text().join('\n')).toContain('this is a bug in copilot-cli: nobody caught this');
  });

  it('by an editor that dies it does not: the prompt is still there', { tags: 'deep' }, async () => {
    const cli = await createCli();
    await cli.signIn();
    const chat = startEmulator(cli, ['chat'], { env: { EDITOR: `sh -c 'kill -9 $$'` } });
    await chat.waitForScreen(/kimi-k2\.7-code$/m);
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
      if (!hasPrompted && output.includes('Type a question')) {
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

/** A shell that starts the chat, which has its process id written down. */
async function startInShell(): Promise<{ terminal: Emulator; readPid: () => number }> {
  const cli = await createCli();
  await cli.signIn();
  const shell = `process.chdir(process.env.HOME);
      require('node:child_process').spawnSync('sh', ['-i'], { stdio: 'inherit' });`;
  const terminal = startNodeEmulator(['-e', shell], { env: { ...cli.env, PS1: 'shell> ', ENV: '' } });
  await terminal.waitForScreen('shell>');
  terminal.type(`sh -c 'echo $$ > pid; exec "${process.execPath}" "${binary}" chat'\r`);
  await terminal.waitForScreen(/kimi-k2\.7-code$/m);
  terminal.type('half a');
  await terminal.waitForScreen('› half a');
  return { terminal, readPid: () => Number(readFileSync(join(cli.home, 'pid'), 'utf8')) };
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

  it('that lets it go on draws it once', { tags: 'deep' }, async () => {
    const { chat } = await startChat();
    chat.type('hello');
    await chat.waitForScreen(/^kimi-k2\.7-code\n› hello$/m);
    const before = chat.screen();
    const { length } = chat.output();
    chat.signal('SIGCONT');
    await chat.waitForScreen(() => chat.output().slice(length).includes('hello'));
    expect(chat.screen()).toEqual(before);
  });
});
