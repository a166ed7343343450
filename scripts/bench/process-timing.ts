import { spawn } from 'node:child_process';
import { type Pair, printRatio } from './ratio.ts';

/** Milliseconds from the start of a process to its first byte on stdout, and to its end. */
export type Timing = { first: number; last: number };

export type Run = Timing & { stdout: Buffer };

export type Comparison = {
  title: string;
  ours: string[];
  base: string[];
  what: keyof Timing;
  pairs: number;
  target: number | undefined;
};

/** Runs two command lines of Node in turns, and prints how much longer ours takes. */
export async function compareProcesses(comparison: Comparison, env: Record<string, string>): Promise<void> {
  const { ours, base, what } = comparison;
  const pairs: Pair[] = [];
  for (let round = -1; round < comparison.pairs; round += 1) {
    const pair = { ours: (await runNode(ours, env))[what], base: (await runNode(base, env))[what] };
    // The first pair warms the file cache.
    if (round >= 0) pairs.push(pair);
  }
  printRatio(comparison.title, pairs, comparison.target);
}

export function runNode(argv: string[], env: Record<string, string>): Promise<Run> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let first: number | undefined;
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      first ??= performance.now() - startedAt;
      chunks.push(chunk);
    });
    let errors = '';
    child.stderr.on('data', (data) => {
      errors += data;
    });
    child.on('close', (code) => {
      const last = performance.now() - startedAt;
      if (code === 0) resolve({ first: first ?? last, last, stdout: Buffer.concat(chunks) });
      else reject(new Error(`${argv.join(' ')} ended with ${code}: ${errors}`));
    });
  });
}
