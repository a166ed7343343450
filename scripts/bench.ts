// Prints how long the program takes as ratios, measured in pairs in one run: machines differ, ratios travel.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchDecoding } from './bench/decoding.ts';
import { benchPiping } from './bench/piping.ts';
import { type Comparison, compareProcesses, runNode } from './bench/process-timing.ts';
import { binary, startSignedIn } from './bench/signed-in.ts';

const pairs = 15;
const model = 'gpt-5-mini';
const bare = 'scripts/bare-prompt.mjs';

const { simulator, home, env, close } = await startSignedIn({
  answer: { text: Array.from({ length: 200 }, (_, index) => `word${index} `) },
});

try {
  await runNode([binary, 'chat', '-m', model, 'warm up'], env);
  Object.assign(env, { BARE_URL: simulator.urls.copilot, BARE_BEARER: readBearer(), BARE_MODEL: model });

  console.log(`node ${process.version}, medians of pairs\n`);
  await benchStart();
  await benchDecoding();
  await benchPiping(env);
} finally {
  await close();
}

async function benchStart(): Promise<void> {
  const compare = (
    title: string,
    ours: string[],
    base: string[],
    what: Comparison['what'],
    target: number | undefined,
  ) => compareProcesses({ title, ours, base, what, target, pairs }, env);
  await compare('--version over node -e 0', [binary, '--version'], ['-e', '0'], 'last', 1.3);
  await compare('--help over node -e 0', [binary, '--help'], ['-e', '0'], 'last', 1.9);
  const prompt = [binary, 'chat', '-m', model, 'hello there'];
  const least = [bare, 'hello there'];
  await compare('time to first token over a bare undici script', prompt, least, 'first', 1.3);
  await compare('time to last token over a bare undici script', prompt, least, 'last', undefined);
}

function readBearer(): string {
  const record = JSON.parse(readFileSync(join(home, 'config', 'copilot-cli', 'credentials.json'), 'utf8'));
  const [access] = Object.values<{ access: string }>(record.access);
  return access?.access ?? '';
}
