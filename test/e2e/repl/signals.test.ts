import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Emulator, openEmulator } from '../../emulator/emulator.ts';
import { binary, type Cli, chatModel, createCli } from '../../helpers/cli.ts';
import { createReplCli, type Repl, startRepl } from '../../helpers/repl-emulator.ts';
import { sampled } from '../../helpers/sampled.ts';
import { converse, openStore } from '../../helpers/seed-conversations.ts';
import { writeScript } from '../../helpers/write-script.ts';

const codes = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130 } as const;
type Signal = keyof typeof codes;

const composes = (draft: string): RegExp => new RegExp(`^› ${draft}\\s*$(?![\\s\\S]*^› )`, 'm');

/** The terminal is as it was before the chat. */
function expectRestored(chat: Emulator): void {
  expect(chat.modes()).toMatchObject({ bracketedPaste: false, cursorVisible: true });
}

async function expectEnd(chat: Emulator, signal: Signal): Promise<void> {
  chat.signal(signal);
  expect(await chat.exitCode).toBe(codes[signal]);
  expectRestored(chat);
}

/** What Up shows in the next chat, from the newest prompt on. */
async function expectHistory(cli: Cli, prompts: readonly string[]): Promise<void> {
  const { chat } = await startRepl({ cli, keyboard: 'kitty' });
  for (const prompt of prompts) {
    chat.press('up');
    await chat.waitForScreen(composes(prompt));
  }
}

async function startTalk(argv: string[] = [], ready?: RegExp): Promise<Repl> {
  const cli = await createReplCli();
  await converse(openStore(cli), { question: 'one', reply: 'answer one', name: 'talk' });
  const folder = join(cli.home, 'config', 'copilot-cli', 'templates');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'ask.md'),
    '---\ninputs:\n  a: { description: Which colour }\n  b: {}\n---\n{{a}} {{b}}\n',
  );
  return startRepl({ cli, keyboard: 'kitty', argv, model: chatModel, ...(ready && { ready }) });
}

/** What has ended may stand there until its new parent has seen it. */
function isRunning(pid: string): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'));
}

const list = /^find ›/m;
const endless = { text: 'word '.repeat(20_000), deltaLength: 5, tokensPerSecond: 20 };

describe.skipIf(process.platform === 'win32')('a signal ends the chat', () => {
  sampled.it.each<{ name: string; signal: Signal; argv?: string[]; keys: string; shows: RegExp }>([
    { name: 'the list of chat --resume', signal: 'SIGTERM', argv: ['--resume'], keys: '', shows: list },
    { name: '/model', signal: 'SIGTERM', keys: '/model\r', shows: list },
    { name: '/edit', signal: 'SIGHUP', keys: '/edit\r', shows: list },
    { name: '/resume', signal: 'SIGINT', keys: '/resume\r', shows: list },
    {
      name: 'the choice after /compare',
      signal: 'SIGHUP',
      keys: '/compare claude-haiku-4.5 gpt-5-mini hello\r',
      shows: /Continue with which answer/,
    },
    { name: '/theme', signal: 'SIGTERM', keys: '/theme\r', shows: list },
    { name: '/status-line', signal: 'SIGTERM', keys: '/status-line\r', shows: list },
    { name: '/search', signal: 'SIGHUP', keys: '/search one\r', shows: list },
    { name: 'a question of a prompt template', signal: 'SIGINT', keys: '/ask\r', shows: /Which colour:/ },
    { name: 'Ctrl+R', signal: 'SIGTERM', keys: '\u0012on', shows: /^search › on/m },
    { name: 'the list of commands', signal: 'SIGHUP', keys: '/mo', shows: /\/models/ },
  ])('while $name is open: $signal', async ({ signal, argv = ['--session', 'talk'], keys, shows }) => {
    const { chat } = await startTalk(argv, argv[0] === '--resume' ? list : undefined);
    const [typed = '', enter] = keys.split(/(?=\r)/);
    chat.type(typed);
    if (enter) chat.press('enter');
    await chat.waitForScreen(shows);
    await expectEnd(chat, signal);
  });

  it('while a yes-or-no question is open, such as that of the sign-in', { tags: 'deep' }, async () => {
    const cli = await createCli();
    const { chat } = await startRepl({ cli, ready: /Sign in now\?/ });
    await expectEnd(chat, 'SIGTERM');
  });

  it('while a question waits behind a draft, which is kept', { tags: 'deep' }, async () => {
    const { cli, chat } = await startTalk(['--session', 'talk']);
    cli.simulator.state.answer = { text: 'word '.repeat(60), deltaLength: 5, tokensPerSecond: 60 };
    chat.type('go on');
    chat.press('enter');
    await chat.waitForScreen('word word');
    chat.type('/sessions');
    chat.press('enter');
    await chat.waitForScreen('› /sessions · queued');
    chat.type('my draft');
    await chat.waitForScreen(/Tab answers, Esc closes it/);
    await expectEnd(chat, 'SIGHUP');
    await expectHistory(cli, ['my draft']);
  });

  it('and no question is asked behind the one that it ended', { tags: 'deep' }, async () => {
    const { chat, say } = await startTalk(['--session', 'talk']);
    say('/ask');
    await chat.waitForScreen(/Which colour:/);
    await expectEnd(chat, 'SIGTERM');
    expect(chat.output()).not.toMatch(/\bb:/);
  });

  it('also of `timeout`, whose child the chat is', { tags: 'deep' }, async () => {
    const cli = await createReplCli();
    await converse(openStore(cli), { question: 'one', reply: 'answer one' });
    const script = `const r = require('node:child_process').spawnSync('timeout', ['--foreground', '4', process.execPath, ...process.argv.slice(1)], {stdio: 'inherit'}); process.exit(r.status)`;
    const chat = openEmulator(['-e', script, '--', binary, 'chat', '--resume'], { env: cli.env });
    onTestFinished(() => chat.close());
    expect(await chat.exitCode).toBe(124);
    expectRestored(chat);
  });
});

describe.skipIf(process.platform === 'win32')('a signal within a paste', () => {
  it.each<Signal>(['SIGTERM', 'SIGHUP'])('keeps what came of it: %s', async (signal) => {
    const { cli, chat } = await startRepl({ keyboard: 'kitty' });
    chat.type('draft \u001b[200~pasted words');
    await chat.waitForScreen(composes('draft'));
    await expectEnd(chat, signal);
    expect(chat.output()).toContain('Your draft was not sent; Up brings it back next time.');
    await expectHistory(cli, ['draft pasted words']);
  });
});

describe.skipIf(process.platform === 'win32')('a signal after a list gave words back', () => {
  sampled.it.each<Signal>(['SIGTERM', 'SIGHUP'])('keeps them beside a held queue: %s', async (signal) => {
    const cli = await createReplCli({ answer: endless });
    const { chat, say } = await startRepl({ cli, keyboard: 'kitty' });
    say('first');
    await chat.waitForScreen('word word');
    say('QUEUED');
    await chat.waitForScreen('› QUEUED · queued');
    chat.press('escape');
    await chat.waitForScreen('Enter sends the queue');
    say('/sessions');
    await chat.waitForScreen(list);
    chat.type('words of a prompt');
    await chat.waitForScreen('Nothing matches');
    chat.press('escape');
    await chat.waitForScreen(composes('words of a prompt'));
    await expectEnd(chat, signal);
    expect(chat.output()).toContain('Your draft was not sent; Up brings it back next time.');
    expect(chat.output()).toContain('1 queued prompt was not sent; Up brings it back next time.');
    await expectHistory(cli, ['QUEUED', 'words of a prompt']);
  });
});

describe.skipIf(process.platform === 'win32')(
  'a signal while words stand in a list that has nothing for them',
  () => {
    sampled.it.each<{ keys: string; signal: Signal; shows: RegExp }>([
      {
        keys: '/compare claude-haiku-4.5 gpt-5-mini hello\r',
        signal: 'SIGHUP',
        shows: /Continue with which answer/,
      },
      { keys: '/model\r', signal: 'SIGTERM', shows: list },
      { keys: '\u0012', signal: 'SIGHUP', shows: /^search ›/m },
    ])('keeps them: $keys, $signal', async ({ keys, signal, shows }) => {
      const { cli, chat } = await startTalk(['--session', 'talk']);
      chat.type(keys);
      await chat.waitForScreen(shows);
      chat.type('words of a prompt');
      await chat.waitForScreen('words of a prompt');
      await expectEnd(chat, signal);
      expect(chat.output()).toContain('Your draft was not sent; Up brings it back next time.');
      await expectHistory(cli, ['words of a prompt']);
    });
  },
);

describe.skipIf(process.platform === 'win32')('a signal while an editor has the terminal', () => {
  sampled.it.each<{ name: string; signal: Signal; script: string; kept: string }>([
    {
      name: 'that saved',
      signal: 'SIGTERM',
      script: 'printf saved >"$1"; echo up; exec sleep 60',
      kept: 'saved',
    },
    { name: 'that did not save', signal: 'SIGHUP', script: 'echo up; exec sleep 60', kept: 'my draft' },
    {
      name: 'that ignores signals',
      signal: 'SIGTERM',
      script: `printf more >"$1"; trap '' TERM HUP; echo up; while :; do sleep 1; done`,
      kept: 'more',
    },
    {
      name: 'that saves when it is ended',
      signal: 'SIGHUP',
      script: `trap 'printf last >"$1"; exit' TERM; echo up; while :; do sleep 0.1; done`,
      kept: 'last',
    },
  ])('ends the editor $name, and keeps the draft: $signal', async ({ signal, script, kept }) => {
    const cli = await createReplCli();
    const editor = writeScript(cli.home, 'editor.sh', script);
    const { chat } = await startRepl({ cli, keyboard: 'kitty', env: { EDITOR: editor } });
    chat.type('my draft');
    await chat.waitForScreen(composes('my draft'));
    chat.press('ctrl+g');
    await chat.waitForScreen(/^up$/m);
    await expectEnd(chat, signal);
    expect(chat.output()).toContain('Your draft was not sent; Up brings it back next time.');
    await expectHistory(cli, [kept]);
  });
});

describe.skipIf(process.platform === 'win32')('a signal while a !command has the keyboard', () => {
  sampled.it.each<{ signal: Signal; command: string }>([
    { signal: 'SIGTERM', command: 'echo up; sleep 60' },
    { signal: 'SIGHUP', command: 'echo up; sleep 60' },
    { signal: 'SIGTERM', command: 'echo up; sleep 60 | cat' },
    { signal: 'SIGHUP', command: 'echo up; (sleep 60; sleep 60)' },
  ])('keeps the command and what was typed meanwhile: $signal, $command', async ({ signal, command }) => {
    const { cli, chat, say } = await startRepl({ keyboard: 'kitty' });
    say(`!${command}`);
    await chat.waitForScreen(/^up$/m);
    chat.type('typed meanwhile');
    await chat.waitForScreen('typed meanwhile');
    await expectEnd(chat, signal);
    expect(chat.output()).toContain('Your draft was not sent; Up brings it back next time.');
    expect(chat.output()).not.toContain('Prompts are not kept');
    await expectHistory(cli, ['typed meanwhile', `!${command.replaceAll(/[|()]/g, '\\$&')}`]);
  });

  it.skipIf(process.platform !== 'linux')(
    'ends a command that ignores signals',
    { tags: 'deep' },
    async () => {
      const { cli, chat, say } = await startRepl({ keyboard: 'kitty' });
      say(`!echo $$ >pid; trap '' TERM HUP INT; echo up; while :; do sleep 1; done`);
      await chat.waitForScreen(/^up$/m);
      await expectEnd(chat, 'SIGTERM');
      const pid = readFileSync(join(cli.home, 'pid'), 'utf8').trim();
      await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 5_000 });
    },
  );

  it('writes the prompt that was just sent, though another process holds the history', {
    tags: 'deep',
  }, async () => {
    const { cli, chat, say } = await startRepl({ keyboard: 'kitty' });
    const lock = join(cli.home, 'data', 'copilot-cli', 'prompt-history.jsonl.lock');
    mkdirSync(lock, { recursive: true });
    say('!echo up; sleep 60');
    await chat.waitForScreen(/^up$/m);
    await expectEnd(chat, 'SIGTERM');
    expect(chat.output()).not.toContain('Prompts are not kept');
  });
});
