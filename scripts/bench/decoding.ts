import { runNode } from './process-timing.ts';
import { type Pair, printRatio } from './ratio.ts';
import type { RecordedDialect } from './recorded-stream.ts';

const dialects: RecordedDialect[] = ['chat-completions', 'responses', 'messages'];
const measure = ['--expose-gc', 'scripts/run-typescript.mjs', 'scripts/bench/measure-decoding.ts'];

/** A recorded reply of 50 MB to events, in CPU time. Each dialect has a process to itself: see there. */
export async function benchDecoding(): Promise<void> {
  for (const dialect of dialects) {
    const { stdout } = await runNode([...measure, dialect], { PATH: process.env.PATH ?? '' });
    const pairs: Pair[] = JSON.parse(stdout.toString());
    printRatio(`decoding 50 MB of ${dialect} over JSON.parse of its data`, pairs, 1.6);
  }
}
