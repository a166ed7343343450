import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../emulator/emulator.ts';
import { createReplCli, readComposer, startRepl } from '../../helpers/repl-emulator.ts';
import { toArray, toRecord } from '../../simulator/json.ts';

/** A chat in a folder with these files, and what it sent last. */
async function startAmong(files: Record<string, string>) {
  const cli = await createReplCli();
  const cwd = join(cli.home, 'work');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  const repl = await startRepl({ cli, cwd });
  const countSent = (): number => cli.simulator.requestsTo('/chat/completions').length;
  return {
    ...repl,
    countSent,
    async readSent(): Promise<string> {
      await cli.simulator.waitForRequest('/chat/completions');
      await repl.waitForAnswer('You said:');
      const request = cli.simulator.requestsTo('/chat/completions').at(-1);
      return JSON.stringify(toArray(toRecord(request?.body).messages).at(-1));
    },
  };
}

/** Types the beginning of a name and lets Tab complete it, until the composer shows this. */
async function complete(chat: Emulator, text: string, { listed, shown }: { listed: string; shown: string }) {
  chat.type(text);
  await chat.waitForScreen(`  ${listed}`);
  chat.press('tab');
  await chat.waitForScreen((rows) => rows.includes(`› ${shown}`));
}

describe('a name that Tab inserted is one mention', () => {
  it.each<[name: string, files: Record<string, string>, text: string, listed: string, shown: string]>([
    [
      'of a file whose name mentions a hidden one',
      { 'notes @.env': 'MEANT', '.env': 'SECRET', 'other-notes.txt': 'OTHER' },
      'look @no',
      'notes @.env',
      'look @"notes @.env',
    ],
    [
      'of a folder whose name mentions a hidden file',
      { 'zap @.config/k.txt': 'MEANT', '.config': 'SECRET' },
      'look @za',
      'zap @.config/',
      'look @"zap @.config/',
    ],
    [
      'of a folder with a space in its name',
      { 'my dir/in.txt': 'MEANT' },
      'sum @my',
      'my dir/',
      'sum @"my dir/',
    ],
    [
      'of a folder in a folder, both with spaces',
      { 'a b/c (@.env)/in.txt': 'MEANT', '.env': 'SECRET' },
      'sum @"a b/c',
      'a b/c (@.env)/',
      'sum @"a b/c (@.env)/',
    ],
  ])('%s', async (_, files, text, listed, shown) => {
    const { chat, readSent } = await startAmong(files);
    await complete(chat, text, { listed, shown });
    chat.press('enter');
    const sent = await readSent();
    expect(sent).toContain('MEANT');
    expect(sent).not.toContain('SECRET');
  });

  it('and no part of it becomes a mention of its own if what stands before it is deleted', async () => {
    const { chat, readSent } = await startAmong({ 'zap @.config/k.txt': 'MEANT', '.config': 'SECRET' });
    await complete(chat, 'look @za', { listed: 'zap @.config/', shown: 'look @"zap @.config/' });
    chat.press('ctrl+a');
    for (const _ of 'look @"') chat.press('delete');
    await chat.waitForScreen((rows) => rows.includes('› zap @.config/'));
    chat.press('enter');
    const sent = await readSent();
    expect(sent).not.toMatch(/SECRET|MEANT/);
  });

  it('and it is completed further, through folders whose names have an @', async () => {
    const { chat, readSent } = await startAmong({ 'zap @x/deep er/in.txt': 'MEANT' });
    await complete(chat, 'look @za', { listed: 'zap @x/', shown: 'look @"zap @x/' });
    await chat.waitForScreen('  zap @x/deep er/');
    chat.press('tab');
    await chat.waitForScreen('› look @"zap @x/deep er/');
    chat.press('enter');
    expect(await readSent()).toContain('MEANT');
  });
});

describe('a mention in open quotes that names nothing keeps the prompt back', () => {
  it.each([
    ['words behind open quotes', 'sum @"my dir/ and more', 'my dir/ and more'],
    ['a name with a typing mistake', 'sum @"my dri', 'my dri'],
    ['behind a mention that counts', 'see @"my dir/in.txt" and @"gone notes.txt', 'gone notes.txt'],
  ])('%s', async (_, text, name) => {
    const { chat, countSent, say } = await startAmong({ 'my dir/in.txt': 'MEANT', 'notes.txt': 'NOTES' });
    say(text);
    await chat.waitForScreen(`There is no file "${name}"`);
    await chat.waitForScreen(() => readComposer(chat)[0] === `› ${text}`);
    expect(countSent()).toBe(0);
  });
});
