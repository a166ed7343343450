// Prints how long a search in ten thousand conversations takes, as ratios to grep on their journals:
// node scripts/run-typescript.mjs scripts/bench/measure-search.ts [FOLDER]
// A folder that is given is kept, and used again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rareWord, writeConversations } from './conversations.ts';
import { type Pair, printRatio } from './ratio.ts';

const conversationCount = 10_000;
const warmPairs = 15;
const coldPairs = 5;
const dropCaches = '/proc/sys/vm/drop_caches';

const given = process.argv[2];
const home = given ?? mkdtempSync(join(tmpdir(), 'copilot-cli-search-'));
const folder = join(home, 'copilot-cli');
const search = ['bin/copilot-cli.js', 'sessions', 'search', rareWord];

try {
  if (!existsSync(folder)) await writeConversations(folder, conversationCount);
  compare('warm', warmPairs, () => {});
  if (canDropCaches()) compare('cold', coldPairs, () => writeFileSync(dropCaches, '3'));
} finally {
  if (given === undefined) rmSync(home, { recursive: true, force: true });
}

function canDropCaches(): boolean {
  try {
    writeFileSync(dropCaches, '3');
    return true;
  } catch {
    return false;
  }
}

function compare(kind: string, count: number, prepare: () => void): void {
  const pairs: Pair[] = [];
  for (let round = -1; round < count; round += 1) {
    const pair = {
      ours: measure(process.execPath, search, prepare),
      base: measure('grep', ['-rl', rareWord, join(folder, 'conversations')], prepare),
    };
    // The first pair warms the file cache.
    if (round >= 0) pairs.push(pair);
  }
  printRatio(`${kind} search in ${conversationCount} conversations over grep -rl`, pairs, undefined);
}

/** Milliseconds of a whole process. */
function measure(command: string, argv: string[], prepare: () => void): number {
  prepare();
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(command, argv, {
    env: { ...process.env, XDG_DATA_HOME: home },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return performance.now() - startedAt;
}
