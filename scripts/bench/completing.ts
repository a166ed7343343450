import { spawn } from 'node:child_process';
import { findProgram } from '../../src/find-program.ts';
import { type Pair, printRatio } from './ratio.ts';
import { binary } from './signed-in.ts';

const pairs = 30;

/** The line up to the cursor, and how much more than Node itself it may take. */
const lines: [what: string, line: string, target: number][] = [
  ['a command', 'copilot-cli mod', 1.25],
  ['a flag', 'copilot-cli chat --dry', 1.25],
  ['a model', 'copilot-cli chat -m ', 1.5],
  ['a conversation', 'copilot-cli sessions show ', 1.5],
  ['an account', 'copilot-cli logout --account ', 1.5],
];

/** CPU time of what a shell runs at every Tab, over that of `node -e 0`, in pairs. */
export async function benchCompleting(env: Record<string, string>): Promise<void> {
  if (findProgram('bash', { env }) === undefined) return;
  for (const [what, line, target] of lines) {
    const measured: Pair[] = [];
    for (let round = -1; round < pairs; round += 1) {
      const ours = await measureCpu([binary, '__complete', 'bash', '--', line], env);
      const pair = { ours, base: await measureCpu(['-e', '0'], env) };
      // The first pair warms the file cache.
      if (round >= 0) measured.push(pair);
    }
    printRatio(`completing ${what} over node -e 0, CPU`, measured, target);
  }
}

/** User and system time of a process of Node, in milliseconds, as bash counts it. */
function measureCpu(argv: string[], env: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const timed = 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>&1';
    const child = spawn('bash', ['-c', timed, 'bash', process.execPath, ...argv], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    child.stderr.on('data', (data) => {
      told += data;
    });
    child.on('close', (code) => {
      const [user = Number.NaN, system = Number.NaN] = told.trim().split(' ').map(Number);
      if (code === 0) resolve((user + system) * 1000);
      else reject(new Error(`${argv.join(' ')} ended with ${code}: ${told}`));
    });
  });
}
