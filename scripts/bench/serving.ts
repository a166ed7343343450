import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { createCatalogue } from './piping.ts';
import { readUsage } from './process-usage.ts';
import { median, type Pair, printBound, printRatio } from './ratio.ts';
import { type RecordedDialect, recordChunks } from './recorded-stream.ts';
import { endpoints, startRecordingServer } from './recording-server.ts';
import { binary } from './signed-in.ts';

const chunksPerStream = 500;
const rounds = 3;
const model = 'recorded';
const megabyte = 2 ** 20;
const latencyRounds = 200;
const latencyTarget = 2;

type Case = { title: string; caller: RecordedDialect; upstream: RecordedDialect };

const cases: Case[] = [
  { title: 'pass-through of messages', caller: 'messages', upstream: 'messages' },
  { title: 'pass-through of chat-completions', caller: 'chat-completions', upstream: 'chat-completions' },
  { title: 'pass-through of responses', caller: 'responses', upstream: 'responses' },
  { title: 'messages from chat-completions', caller: 'messages', upstream: 'chat-completions' },
  { title: 'chat-completions from responses', caller: 'chat-completions', upstream: 'responses' },
];

const translatedTarget = 1.3;

/** How many streams at once, how many of them make a measurement that is long enough to be one, and what a pass-through may cost. */
const loads = [
  { parallel: 1, streams: 60, target: 1.15 },
  { parallel: 50, streams: 150, target: 1 },
  { parallel: 200, streams: 200, target: 1 },
];

/** The local API beside a bare pipe of node:http in the same run, whole processes, before the same service. Linux only. */
export async function benchServing(signedIn: Record<string, string>): Promise<void> {
  for (const [index, one] of cases.entries()) await benchCase(one, signedIn, index === 0);
}

async function benchCase(one: Case, signedIn: Record<string, string>, withLatency: boolean): Promise<void> {
  const catalogue = createCatalogue(endpoints[one.upstream]);
  const upstream = await startRecordingServer(catalogue, recordChunks(one.upstream, chunksPerStream));
  const env = {
    ...signedIn,
    XDG_CACHE_HOME: `${signedIn.XDG_CACHE_HOME}-serve-${one.upstream}`,
    GITHUB_COPILOT_BASE_URL: upstream.url,
    BARE_URL: upstream.url + endpoints[one.upstream],
  };
  const ours = await startProgram([binary, 'serve', '--port', '0', '--max-concurrent', '999'], env);
  const base = await startProgram(['scripts/bare-http-pipe.mjs'], env);
  const body = toBody(one.caller);
  try {
    const run = (program: Program, load: (typeof loads)[number]): Promise<number> =>
      measureCpu(program, () => streamAll(`${program.url}${toCallerPath(one.caller)}`, body, load));
    const warmUp = { parallel: 1, streams: 5, target: 0 };
    await run(ours, warmUp);
    await run(base, warmUp);
    if (withLatency) await benchLatency(ours, base, env.BARE_URL, toCallerPath(one.caller), body);
    for (const load of loads) {
      const pairs: Pair[] = [];
      for (let round = 0; round < rounds; round += 1)
        pairs.push({ ours: await run(ours, load), base: await run(base, load) });
      const target = one.caller === one.upstream ? load.target : translatedTarget;
      printRatio(`CPU of ${one.title}, ${load.parallel} at once, over a bare pipe`, pairs, target);
    }
    printBound(`MB at most, ${one.title}`, readUsage(ours.pid).peakRss / megabyte, 200);
  } finally {
    ours.stop();
    base.stop();
    upstream.close();
  }
}

/** How much later the first byte comes than straight from the service, over how much later the bare pipe makes it. */
async function benchLatency(
  ours: Program,
  base: Program,
  direct: string,
  path: string,
  body: string,
): Promise<void> {
  const agent = createAgent();
  const pairs: Pair[] = [];
  for (let round = 0; round < latencyRounds; round += 1) {
    const straight = await streamOne(direct, body, agent);
    pairs.push({
      ours: (await streamOne(ours.url + path, body, agent)) - straight,
      base: (await streamOne(base.url + path, body, agent)) - straight,
    });
  }
  agent.destroy();
  const added = {
    ours: median(pairs.map((pair) => pair.ours)),
    base: median(pairs.map((pair) => pair.base)),
  };
  printRatio('delay of the first byte over that of a bare pipe', [added], latencyTarget);
}

export type Program = { url: string; pid: number; stop(): void };

/** Starts a program that prints its URL on stderr. What else it says is read to the end: a log that nobody reads costs it an error a line. */
export function startProgram(argv: string[], env: Record<string, string>): Promise<Program> {
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      if (told.length < 10_000) told += chunk;
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(told)?.[0];
      if (url !== undefined) resolve({ url, pid: child.pid ?? 0, stop: () => child.kill('SIGKILL') });
    });
    child.once('close', () => reject(new Error(`${argv.join(' ')} did not start: ${told}`)));
  });
}

async function measureCpu(program: Program, work: () => Promise<void>): Promise<number> {
  const before = readUsage(program.pid).cpuMs;
  await work();
  return readUsage(program.pid).cpuMs - before;
}

/** One for each measurement: a connection that is idle during the next one could be closed just when it is used again. */
function createAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1_000 });
}

async function streamAll(
  url: string,
  body: string,
  { parallel, streams }: (typeof loads)[number],
): Promise<void> {
  const agent = createAgent();
  let left = streams;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await streamOne(url, body, agent);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  agent.destroy();
}

/** Reads a stream to its end; resolves with the milliseconds to its first byte. */
function streamOne(url: string, body: string, agent: Agent): Promise<number> {
  const startedAt = performance.now();
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, headers }, (reply) => {
      let first = Number.NaN;
      reply.once('data', () => {
        first = performance.now() - startedAt;
      });
      reply.resume();
      reply.on('error', reject);
      reply.on('end', () =>
        reply.statusCode === 200 ? resolve(first) : reject(new Error(`status ${reply.statusCode}`)),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function toBody(caller: RecordedDialect): string {
  const words = 'hello there';
  return caller === 'responses'
    ? JSON.stringify({ model, input: [{ role: 'user', content: words }], stream: true, store: false })
    : JSON.stringify({ model, max_tokens: 1000, messages: [{ role: 'user', content: words }], stream: true });
}

function toCallerPath(caller: RecordedDialect): string {
  return endpoints[caller].startsWith('/v1') ? endpoints[caller] : `/v1${endpoints[caller]}`;
}
