// Prints how long the program takes as ratios, measured in pairs in one run: machines differ, ratios travel.
// `npm run bench -- chat` prints only what is about the chat at the terminal, and takes two minutes; `serve`, `commands` and `cache` are the other parts.
import { benchCaching } from './bench/caching.ts';
import { benchCompleting } from './bench/completing.ts';
import { benchDecoding } from './bench/decoding.ts';
import { benchFirstPrompt } from './bench/first-prompt.ts';
import { benchLongChats } from './bench/long-chats.ts';
import { benchPiping } from './bench/piping.ts';
import { type Comparison, compareProcesses, runNode } from './bench/process-timing.ts';
import { benchServing } from './bench/serving.ts';
import { binary, roomy, startSignedIn } from './bench/signed-in.ts';

const pairs = 15;
const model = 'gpt-5-mini';
const bare = 'scripts/bare-prompt.mjs';

const [only] = process.argv.slice(2);

console.log(`node ${process.version}, medians of pairs\n`);
if (only === undefined || only === 'commands') await benchCommands();
if (only === undefined || only === 'chat') await benchChat();
if (only === undefined || only === 'serve') await benchServer();
if (only === undefined || only === 'cache') await benchCaching();

async function benchChat(): Promise<void> {
  const signedIn = await startSignedIn(roomy.options);
  try {
    // The list of models is remembered from here on, as it is for a person who uses this every day.
    await runNode([binary, 'models'], signedIn.env);
    await benchFirstPrompt(signedIn, pairs);
    if (process.platform === 'linux') await benchLongChats(signedIn);
  } finally {
    await signedIn.close();
  }
}

async function benchServer(): Promise<void> {
  if (process.platform !== 'linux') return;
  const signedIn = await startSignedIn();
  try {
    await benchServing(signedIn.env);
  } finally {
    await signedIn.close();
  }
}

async function benchCommands(): Promise<void> {
  const signedIn = await startSignedIn({
    answer: { text: Array.from({ length: 200 }, (_, index) => `word${index} `) },
  });
  try {
    await runNode([binary, 'chat', '-m', model, 'warm up'], signedIn.env);
    const bearers = signedIn.simulator.requests.map(({ headers }) => headers.authorization ?? '');
    const env = {
      ...signedIn.env,
      BARE_URL: signedIn.simulator.urls.copilot,
      BARE_BEARER: bearers.find((bearer) => bearer.startsWith('Bearer tid='))?.replace('Bearer ', '') ?? '',
      BARE_MODEL: model,
    };
    await benchStart(env);
    await benchCompleting(env);
    await benchDecoding();
    await benchPiping(env);
  } finally {
    await signedIn.close();
  }
}

async function benchStart(env: Record<string, string>): Promise<void> {
  const compare = (
    title: string,
    ours: string[],
    base: string[],
    what: Comparison['what'],
    target: number | undefined,
  ) => compareProcesses({ title, ours, base, what, target, pairs }, env);
  await compare('--version over node -e 0', [binary, '--version'], ['-e', '0'], 'last', 1.3);
  await compare('--help over node -e 0', [binary, '--help'], ['-e', '0'], 'last', 1.6);
  const prompt = [binary, 'chat', '-m', model, 'hello there'];
  const least = [bare, 'hello there'];
  await compare('time to first token over a bare undici script', prompt, least, 'first', 1.3);
  await compare('time to last token over a bare undici script', prompt, least, 'last', undefined);
  // A pipe gets no word of the answer before it is known to be the last; a reader of events gets each.
  const events = [...prompt, '--jsonl'];
  const acting = [...events, '--use', 'read'];
  await compare('time to first token with --use read over none', acting, events, 'first', 1.05);
}
