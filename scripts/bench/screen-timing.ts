import { type Expectation, openEmulator } from '../../test/emulator/emulator.ts';
import { type Pair, printRatio } from './ratio.ts';

/** A program of Node in a terminal of 120 columns and 40 rows, and what tells that it is ready. */
export type ScreenStart = { argv: string[]; env: Record<string, string>; marker: Expectation };

/** Milliseconds from the start of the process to the read that put the marker on the screen. The program is killed then. */
export async function timeToScreen({ argv, env, marker }: ScreenStart): Promise<number> {
  const emulator = openEmulator(argv, { env, columns: 120, rows: 40 });
  try {
    await emulator.waitForScreen(marker);
    return (emulator.writes.at(-1)?.at ?? Number.NaN) - emulator.startedAt;
  } finally {
    await emulator.close();
  }
}

/** Starts the chat, and leaves it as a person does: what its code was compiled to is kept then. */
export async function leaveChat({ argv, env, marker }: ScreenStart): Promise<void> {
  const emulator = openEmulator(argv, { env, columns: 120, rows: 40 });
  try {
    await emulator.waitForScreen(marker);
    emulator.press('ctrl+d');
    await emulator.exitCode;
  } finally {
    await emulator.close();
  }
}

export type ScreenComparison = {
  title: string;
  ours: ScreenStart;
  base: ScreenStart;
  pairs: number;
  /** The ratio that is wanted at most. */
  target: number | undefined;
};

/** Starts two programs in turns, and prints how much longer ours takes to be ready. */
export async function compareScreens(comparison: ScreenComparison): Promise<void> {
  const pairs: Pair[] = [];
  for (let round = -1; round < comparison.pairs; round += 1) {
    const pair = { ours: await timeToScreen(comparison.ours), base: await timeToScreen(comparison.base) };
    // The first pair warms the file cache.
    if (round >= 0) pairs.push(pair);
  }
  printRatio(comparison.title, pairs, comparison.target);
}
