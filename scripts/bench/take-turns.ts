import type { Emulator, Expectation } from '../../test/emulator/emulator.ts';
import { type ProcessUsage, readUsage } from './process-usage.ts';

export type Turns = {
  count: number;
  /** What is on the screen when the program can be asked. */
  ready: Expectation;
  /** What is typed before Enter. */
  ask(turn: number): string;
  /** What is on the screen once it has answered, and was not there before. */
  answered(turn: number): Expectation;
  /** How long one turn may take. */
  timeoutMs?: number;
};

export type TurnsReport = {
  /** Before the first turn. */
  before: ProcessUsage;
  after: ProcessUsage;
  /** After each turn. */
  usages: ProcessUsage[];
  /** From Enter to the answer on the screen. */
  milliseconds: number[];
};

/** Has a conversation with a program, and reads from the system what that took. */
export async function takeTurns(emulator: Emulator, turns: Turns): Promise<TurnsReport> {
  const waiting = { timeoutMs: turns.timeoutMs ?? 60_000 };
  await emulator.waitForScreen(turns.ready, waiting);
  const before = readUsage(emulator.pid);
  const milliseconds: number[] = [];
  const usages: ProcessUsage[] = [];
  for (let turn = 1; turn <= turns.count; turn += 1) {
    emulator.type(turns.ask(turn));
    const askedAt = performance.now();
    emulator.press('enter');
    await emulator.waitForScreen(turns.answered(turn), waiting);
    milliseconds.push(performance.now() - askedAt);
    await emulator.waitForScreen(turns.ready, waiting);
    usages.push(readUsage(emulator.pid));
  }
  return { before, after: readUsage(emulator.pid), usages, milliseconds };
}
