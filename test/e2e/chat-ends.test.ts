import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../emulator/emulator.ts';
import { type Cli, createCli } from '../helpers/cli.ts';
import { startEmulator } from '../helpers/emulator.ts';

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
  it.each<[string, (chat: Emulator) => unknown]>([
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

  it.each([
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

  it('by a mistake of ours tells it, and gives the terminal back', async () => {
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
});
