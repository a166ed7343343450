import { expect, vi } from 'vitest';
import { type Conversation, type Turn, toPlainText } from '../../src/conversation/conversation.ts';
import { listBranch } from '../../src/conversation/current-branch.ts';
import type { Emulator, EmulatorOptions } from '../emulator/emulator.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';
import { type Cli, canary, chatModel, createCli } from './cli.ts';
import { startEmulator } from './emulator.ts';
import { lendKeptCode } from './kept-code.ts';
import { openStore } from './seed-conversations.ts';

/** Sizes that people have: the usual one, a large window, a narrow pane. */
export const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 40, rows: 15 },
];

export type Repl = {
  cli: Cli;
  chat: Emulator;
  /** Types a text and presses Enter. */
  say(text: string): void;
  /** Resolves when the screen shows this and nothing goes on any more: the journal has all that was said. */
  waitForAnswer(expected: string | RegExp): Promise<void>;
};

/** Opaque, as a GitHub token is to us. */
const token = `gho_${canary}0123456789abcdefghijklmnop`;

/** Somebody whose token is in the environment: no sign-in has to be waited for. */
export async function createReplCli(options: SimulatorOptions = {}): Promise<Cli> {
  const cli = await createCli(options);
  cli.simulator.state.account.githubTokens[token] = {};
  cli.env.GITHUB_COPILOT_TOKEN = token;
  lendKeptCode(cli.home, cli.env);
  return cli;
}

export type ReplOptions = EmulatorOptions & {
  simulator?: SimulatorOptions;
  /** The home of somebody who was here before; else that of somebody new. */
  cli?: Cli;
  /** The model that is asked for. */
  model?: string;
  /** What follows `chat`. */
  argv?: string[];
  /** What is on the screen when a person can type; the status line with the model where it is left out. */
  ready?: string | RegExp;
};

/** The chat of somebody who is signed in, in an emulated terminal, when it can be typed into. It is begun in their home. */
export async function startRepl({
  simulator = {},
  cli: given,
  argv = [],
  model,
  // The edge above the draft begins with the model. An ellipsis follows until it is looked up.
  ready = new RegExp(`^─ ${(model ?? chatModel).replaceAll('.', '\\.')}(?! …)`, 'm'),
  ...emulator
}: ReplOptions = {}): Promise<Repl> {
  const cli = given ?? (await createReplCli(simulator));
  const asked = model === undefined ? [] : ['-m', model];
  const chat = startEmulator(cli, ['chat', ...asked, ...argv], { cwd: cli.home, ...emulator });
  await chat.waitForScreen(ready);
  return {
    cli,
    chat,
    say(text) {
      chat.type(text);
      chat.press('enter');
    },
    async waitForAnswer(expected) {
      await chat.waitForScreen(expected);
      await waitUntilKept(cli);
    },
  };
}

/** A chat in which `one` and `two` were said, and answered by `answer 1` and `answer 2`; those that follow count on. */
export async function startWithTwoTurns(): Promise<Repl> {
  let answered = 0;
  const repl = await startRepl({
    keyboard: 'kitty',
    simulator: {
      answer() {
        answered += 1;
        return { text: `answer ${answered}` };
      },
    },
  });
  repl.say('one');
  await repl.waitForAnswer('answer 1');
  repl.say('two');
  await repl.waitForAnswer('answer 2');
  return repl;
}

/** The answer is over when the journal tells how it ended. */
async function waitUntilKept(cli: Cli): Promise<void> {
  await vi.waitFor(
    () => {
      expect(findLastTurn(cli)).toMatchObject({ role: 'assistant', finish: expect.any(String) });
    },
    { timeout: 10_000 },
  );
}

/** The conversation that was used last, or the one of this name. */
export function readConversation(cli: Cli, name?: string): Conversation {
  const store = openStore(cli);
  const id = name === undefined ? store.findLast() : store.find(name);
  if (id === undefined) throw new Error(`there is no conversation ${name ?? ''}`);
  return store.open(id).conversation;
}

/** All branches from the first turn to each end, as `one > answer to one`; the one in use ends with ` *`. */
export function listBranches(conversation: Conversation): string[] {
  const turns = [...conversation.turns.values()];
  const ends = turns.filter(
    ({ id }) => id === conversation.head || !turns.some(({ parent }) => parent === id),
  );
  return ends.map(
    ({ id }) =>
      listBranch(conversation, id).map(toPlainText).join(' > ') + (id === conversation.head ? ' *' : ''),
  );
}

/** What was said on the way to the end of the branch in use, oldest first. */
export function listSaid(cli: Cli, name?: string): string[] {
  return listBranch(readConversation(cli, name)).map(toPlainText);
}

export function findLastTurn(cli: Cli): Turn | undefined {
  return listBranch(readConversation(cli)).at(-1);
}

/** What an empty composer shows. */
export const placeholder = /^› Ask(?: anything| a follow-up|, @file).*$/;

/** The rows that are not empty, from the composer's first one on. An empty composer is its mark alone. */
export function readComposer(emulator: Emulator): string[] {
  const rows = emulator.screen();
  const start = rows.findLastIndex((row) => row.startsWith('›'));
  return rows
    .slice(start)
    .filter((row, index) => index === 0 || row !== '')
    .map((row) => row.replace(placeholder, '›'));
}
