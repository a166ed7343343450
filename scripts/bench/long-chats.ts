import { type Emulator, openEmulator } from '../../test/emulator/emulator.ts';
import { createLongAnswer } from '../../test/helpers/long-answer.ts';
import type { ProcessUsage } from './process-usage.ts';
import { printBound } from './ratio.ts';
import { binary, roomy, type SignedIn } from './signed-in.ts';
import { type TurnsReport, takeTurns } from './take-turns.ts';

const megabyte = 2 ** 20;
const turns = 500;

/** Prints whether a chat costs as much at its end as at its beginning, and a long answer as much as two of half its length. Linux only. */
export async function benchLongChats(signedIn: SignedIn): Promise<void> {
  const { usages } = await chat(signedIn, { count: turns, bytes: 300 });
  const [early, late] = [cpuOf(usages, 100, 200), cpuOf(usages, turns - 100, turns)];
  printBound(
    `CPU of turns 401 to 500 over that of 101 to 200 (${late} ms over ${early} ms)`,
    late / early,
    1.3,
  );
  const peak = Math.max(...usages.map(({ rss }) => rss)) / megabyte;
  printBound(`MB at most in ${turns} turns`, peak, 250);
  printBound('KB that memory grows by in a turn, over the last 400', slopeOf(usages.slice(100)) / 1024, 50);

  const [one, two] = [await measureAnswer(signedIn, 1_000_000), await measureAnswer(signedIn, 2_000_000)];
  printBound(`CPU of an answer of 2 MB over one of 1 MB (${two} ms over ${one} ms)`, two / one, 1.7);
}

async function measureAnswer(signedIn: SignedIn, bytes: number): Promise<number> {
  const { before, after } = await chat(signedIn, { count: 1, bytes });
  return after.cpuMs - before.cpuMs;
}

async function chat(
  { simulator, env, home }: SignedIn,
  { count, bytes }: { count: number; bytes: number },
): Promise<TurnsReport> {
  let answered = 0;
  const usual = simulator.state.answer;
  simulator.state.answer = () => {
    answered += 1;
    return { text: `${createLongAnswer(bytes, answered)}\nThat was answer ${answered}.\n`, deltaLength: 16 };
  };
  const emulator: Emulator = openEmulator(['--', binary, 'chat'], {
    env: { ...env, ...roomy.env },
    cwd: home,
    columns: 120,
    rows: 40,
    scrollbackRows: 1_000,
  });
  try {
    return await takeTurns(emulator, {
      count,
      ready: /^›(?: Ask\b.*)?$/m,
      ask: (turn) => `question ${turn}`,
      answered: (turn) => new RegExp(`That was answer ${turn}\\.\\n\\n─ roomy\\b`),
      timeoutMs: 600_000,
    });
  } finally {
    await emulator.close();
    simulator.state.answer = usual;
  }
}

/** Milliseconds from the end of one turn to that of another. */
function cpuOf(usages: readonly ProcessUsage[], from: number, to: number): number {
  return (usages[to - 1]?.cpuMs ?? Number.NaN) - (usages[from - 1]?.cpuMs ?? Number.NaN);
}

/** Bytes a turn, by least squares: one collection of garbage more or less does not matter. */
function slopeOf(usages: readonly ProcessUsage[]): number {
  const middle = (usages.length - 1) / 2;
  const mean = usages.reduce((sum, { rss }) => sum + rss, 0) / usages.length;
  const covariance = usages.reduce((sum, { rss }, turn) => sum + (turn - middle) * (rss - mean), 0);
  return covariance / usages.reduce((sum, _, turn) => sum + (turn - middle) ** 2, 0);
}
