// What a long chat costs, in CPU time, memory and bytes to the terminal:
//   node scripts/run-typescript.mjs scripts/bench/measure-repl.ts [--ready TEXT] [--turns 500] [--bytes 300] -- ARGUMENT...
// Asks so many times, and each answer has about so many bytes: 500 turns of 300 bytes, or one of 2000000.
// `--ready` is a part of what is on the screen when the program can be asked (`roomy`, the name of the model); `--pace` is in tokens per second, and without
// it answers come as fast as they are read. Linux only.
import { parseArgs } from 'node:util';
import { openEmulator } from '../../test/emulator/emulator.ts';
import { createLongAnswer } from '../../test/helpers/long-answer.ts';
import { measureWrites, type WritesReport } from '../../test/helpers/screen-writes.ts';
import { binary, roomy, startSignedIn } from './signed-in.ts';
import { type TurnsReport, takeTurns } from './take-turns.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ready: { type: 'string', default: 'roomy' },
    turns: { type: 'string', default: '1' },
    bytes: { type: 'string', default: '300' },
    pace: { type: 'string' },
    delta: { type: 'string', default: '16' },
  },
});
const count = Number(values.turns);
const bytes = Number(values.bytes);
const toEnd = (turn: number): string => `That was answer ${turn}.`;

let answered = 0;
const signedIn = await startSignedIn({
  ...roomy.options,
  answer() {
    answered += 1;
    return {
      text: `${createLongAnswer(bytes, answered)}\n${toEnd(answered)}\n`,
      deltaLength: Number(values.delta),
      ...(values.pace !== undefined && { tokensPerSecond: Number(values.pace) }),
    };
  },
});
try {
  const emulator = openEmulator(['--', binary, ...positionals], {
    env: { ...signedIn.env, ...roomy.env },
    cwd: signedIn.home,
    columns: 120,
    rows: 40,
    scrollbackRows: 1_000,
  });
  try {
    const report = await takeTurns(emulator, {
      count,
      ready: values.ready,
      ask: (turn) => `question ${turn}`,
      answered: toEnd,
      timeoutMs: 600_000,
    });
    console.log(`node ${process.version}, ${count} turns of about ${bytes} bytes each`);
    printTurns(report);
    printWrites(measureWrites(emulator.writes));
  } finally {
    await emulator.close();
  }
} finally {
  await signedIn.close();
}

function printTurns({ before, after, milliseconds }: TurnsReport): void {
  const cpuMs = after.cpuMs - before.cpuMs;
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(
    `CPU     ${cpuMs.toFixed(0)} ms, ${(cpuMs / count).toFixed(1)} a turn, ${before.cpuMs} to start`,
  );
  console.log(
    `memory  ${toMegabytes(before.rss)} before, ${toMegabytes(after.rss)} after, ${toMegabytes(after.peakRss)} at most`,
  );
  console.log(
    `turn    ${median.toFixed(0)} ms by the median, ${(sorted.at(-1) ?? 0).toFixed(0)} at most, the last ${(milliseconds.at(-1) ?? 0).toFixed(0)}`,
  );
}

function printWrites({
  frames,
  bytes: written,
  framesPerSecond,
  bytesPerFrame,
  forbidden,
}: WritesReport): void {
  const { peak, overall } = framesPerSecond;
  console.log(
    `writes  ${written} bytes in ${frames.length} frames; ${peak} frames in the busiest second, ${overall.toFixed(1)} by the mean`,
  );
  console.log(
    `frame   ${bytesPerFrame.median} bytes by the median, ${bytesPerFrame.p95} at the 95th percentile`,
  );
  console.log(`forbidden sequences: ${JSON.stringify(forbidden)}`);
}

function toMegabytes(size: number): string {
  return `${(size / 2 ** 20).toFixed(0)} MB`;
}
