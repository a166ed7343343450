// Prints how long the program takes as ratios, measured in pairs in one run: machines differ, ratios travel.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '../test/simulator/simulator.ts';

const pairs = 15;
const model = 'gpt-5-mini';
const binary = 'bin/copilot-cli.js';
const bare = 'scripts/bare-prompt.mjs';

/** Milliseconds from the start of a process to its first byte on stdout, and to its end. */
type Timing = { first: number; last: number };

const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-bench-'));
const simulator = await startSimulator({
  answer: { text: Array.from({ length: 200 }, (_, index) => `word${index} `) },
});
const env: Record<string, string> = {
  PATH: process.env.PATH ?? '',
  HOME: folder,
  XDG_CONFIG_HOME: join(folder, 'config'),
  XDG_CACHE_HOME: join(folder, 'cache'),
  ...simulator.env(),
};

try {
  await run([binary, 'login']);
  await run([binary, 'chat', '-m', model, 'warm up']);
  Object.assign(env, { BARE_URL: simulator.urls.copilot, BARE_BEARER: readBearer(), BARE_MODEL: model });

  console.log(`node ${process.version}, ${pairs} pairs each, medians\n`);
  await compare('--version over node -e 0', [binary, '--version'], ['-e', '0'], 'last', 1.3);
  await compare('--help over node -e 0', [binary, '--help'], ['-e', '0'], 'last', 1.9);
  const prompt = [binary, 'chat', '-m', model, 'hello there'];
  await compare('time to first token over a bare undici script', prompt, [bare, 'hello there'], 'first', 1.3);
  await compare(
    'time to last token over a bare undici script',
    prompt,
    [bare, 'hello there'],
    'last',
    undefined,
  );
} finally {
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
}

async function compare(
  title: string,
  ours: string[],
  base: string[],
  what: keyof Timing,
  target: number | undefined,
): Promise<void> {
  const rows: { ours: number; base: number }[] = [];
  for (let round = -1; round < pairs; round += 1) {
    const row = { ours: (await run(ours))[what], base: (await run(base))[what] };
    // The first pair warms the file cache.
    if (round >= 0) rows.push(row);
  }
  const ratio = median(rows.map((row) => row.ours / row.base));
  const [oursMs, baseMs] = [median(rows.map((row) => row.ours)), median(rows.map((row) => row.base))];
  const bound =
    target === undefined ? '' : `, at most ${target} wanted: ${ratio <= target ? 'met' : 'MISSED'}`;
  console.log(`${ratio.toFixed(2)}  ${title} (${oursMs.toFixed(1)} ms over ${baseMs.toFixed(1)} ms)${bound}`);
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function run(argv: string[]): Promise<Timing> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let first: number | undefined;
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', () => {
      first ??= performance.now() - startedAt;
    });
    let errors = '';
    child.stderr.on('data', (data) => {
      errors += data;
    });
    child.on('close', (code) => {
      const last = performance.now() - startedAt;
      if (code === 0) resolve({ first: first ?? last, last });
      else reject(new Error(`${argv.join(' ')} ended with ${code}: ${errors}`));
    });
  });
}

function readBearer(): string {
  const record = JSON.parse(readFileSync(join(folder, 'config', 'copilot-cli', 'credentials.json'), 'utf8'));
  const [access] = Object.values<{ access: string }>(record.access);
  return access?.access ?? '';
}
