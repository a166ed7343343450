import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator, EmulatorOptions } from '../emulator/emulator.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';
import { type Cli, chatModel, createCli } from './cli.ts';
import { startEmulator } from './emulator.ts';

const token = 'gho_repl0123456789abcdefghijklmnopqrstuv';

/** Somebody who is signed in, with a home of their own. */
export async function createReplCli(options: SimulatorOptions = {}): Promise<Cli> {
  const cli = await createCli(options);
  cli.simulator.state.account.githubTokens[token] = {};
  cli.env.GITHUB_COPILOT_TOKEN = token;
  return cli;
}

/** The chat, when it is ready for keys and knows its model. The folder that it is begun in is the home. */
export async function startRepl(
  cli: Cli,
  { model = chatModel, ...options }: EmulatorOptions & { model?: string } = {},
): Promise<Emulator> {
  const emulator = startEmulator(cli, ['chat', '-m', model], { cwd: cli.home, ...options });
  await emulator.waitForScreen((rows) => rows.some((row) => row.startsWith(model)));
  return emulator;
}

/** The rows that are not empty, from the composer's first one on. */
export function readComposer(emulator: Emulator): string[] {
  const rows = emulator.screen();
  const start = rows.findLastIndex((row) => row.startsWith('›'));
  return rows.slice(start).filter((row, index) => index === 0 || row !== '');
}

/** An executable of a shell script, in a folder for PATH. */
export function writeScript(folder: string, name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}
