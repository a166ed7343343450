import { expect, it } from 'vitest';
import { takeTurns } from '../../../scripts/bench/take-turns.ts';
import { createLongAnswer } from '../../helpers/long-answer.ts';
import { startRepl } from '../../helpers/repl-emulator.ts';

const megabyte = 2 ** 20;

// `npm run bench` measures 500 turns, and answers of megabytes.
it.runIf(process.platform === 'linux')(
  'a chat of 120 turns costs no more at its end than at its beginning',
  { tags: 'deep', timeout: 120_000 },
  async () => {
    let answered = 0;
    const { chat } = await startRepl({
      columns: 120,
      rows: 40,
      scrollbackRows: 1_000,
      simulator: {
        answer() {
          answered += 1;
          return {
            text: `${createLongAnswer(300, answered)}\nThat was answer ${answered}.\n`,
            deltaLength: 16,
          };
        },
      },
    });
    const { usages } = await takeTurns(chat, {
      count: 120,
      ready: /^›(?: Ask\b.*)?$/m,
      ask: (turn) => `question ${turn}`,
      answered: (turn) => new RegExp(`That was answer ${turn}\\.\\n\\n─ kimi-k2\\.7-code ·`),
    });
    const cpuOf = (from: number, to: number): number =>
      (usages[to - 1]?.cpuMs ?? 0) - (usages[from - 1]?.cpuMs ?? 0);
    expect(usages.at(-1)?.peakRss).toBeLessThan(250 * megabyte);
    // The first turns are slower: what they run is not compiled yet.
    expect(cpuOf(80, 120)).toBeLessThan(1.5 * cpuOf(40, 80));
  },
);
