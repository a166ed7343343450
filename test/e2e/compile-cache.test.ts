import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Cli } from '../helpers/cli.ts';
import { createReplCli, startRepl } from '../helpers/repl-emulator.ts';

/** Somebody whose cache folder is there, and holds no compiled code yet. */
async function createKeepingCli(): Promise<Cli> {
  const cli = await createReplCli({ answer: { text: ['Hello ', 'there'] } });
  rmSync(join(cli.home, 'cache', 'copilot-cli', 'compiled'));
  return cli;
}

type Kept = { path: string; at: number };

function listKept({ home }: Cli): Kept[] {
  const folder = join(home, 'cache', 'copilot-cli', 'compiled');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, at: statSync(path).mtimeMs }));
}

it.each([
  ['a prompt', ['chat', 'hi']],
  ['a setting, for which a package is loaded', ['config', 'set', 'theme', 'light']],
  ['a list', ['models']],
  ['a mistake', ['chat', '--nothing']],
  ['a failure', ['chat', '-m', 'no-such-model', 'hi']],
])('%s is the same when compiled code is kept, and when it is used', async (_, argv) => {
  const cli = await createKeepingCli();
  const read = ({ stdout, stderr, code }: Awaited<ReturnType<Cli['run']>>) => ({ stdout, stderr, code });
  const plain = read(await cli.run(argv, { env: { NODE_DISABLE_COMPILE_CACHE: '1' } }));
  expect(listKept(cli)).toEqual([]);
  expect(read(await cli.run(argv))).toEqual(plain);
  const kept = listKept(cli);
  expect(kept.map(({ path }) => path).filter((path) => path.endsWith('/main.js'))).toHaveLength(1);
  expect(read(await cli.run(argv))).toEqual(plain);
  expect(listKept(cli)).toEqual(kept);
});

it('a chat is the same when compiled code is kept, and when it is used', async () => {
  const cli = await createKeepingCli();
  const screens: string[][] = [];
  let kept: Kept[] = [];
  // A first chat greets with more words.
  for (const isDisabled of ['1', '', '']) {
    kept = listKept(cli);
    cli.env.NODE_DISABLE_COMPILE_CACHE = isDisabled;
    const { chat, say, waitForAnswer } = await startRepl({ cli });
    say('hi **you**');
    await waitForAnswer('Hello there');
    // The history of prompts is written with a package that is loaded then.
    screens.push(chat.screen());
    say('/exit');
    expect(await chat.exitCode).toBe(0);
  }
  expect(screens[2]).toEqual(screens[1]);
  expect(kept.map(({ path }) => path)).toContainEqual(expect.stringMatching(/\/start-repl-\w+\.js$/));
  expect(listKept(cli)).toEqual(kept);
});
