import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CacheShape, cacheShapes } from './cache-shapes.ts';
import { runNode } from './process-timing.ts';
import { type Program, startProgram } from './serving.ts';
import { binary, startSignedIn } from './signed-in.ts';

const rounds = 10;
/** The round from which on the share shall be reached: the first one writes, the second one may have changed the beginning. */
const steadyFrom = 3;
const wanted = 0.9;

/**
 * The share of input tokens that comes from the prompt cache, in each of ten rounds with tools, as the caller is told it. The service is the
 * simulator, which accounts for the cache as Anthropic and OpenAI do.
 */
export async function benchCaching(): Promise<void> {
  const signedIn = await startSignedIn({
    answer: { text: 'The bug is in the second line.' },
    checkSignatures: false,
  });
  try {
    const server = await startProgram([binary, 'serve', '--port', '0'], signedIn.env);
    try {
      for (const shape of cacheShapes) print(shape.title, await askServer(server, shape));
    } finally {
      server.stop();
    }
    print('chat, claude-sonnet-4.6', await chat(signedIn.env, signedIn.home));
  } finally {
    await signedIn.close();
  }
}

function print(title: string, shares: readonly number[]): void {
  const least = Math.min(...shares.slice(steadyFrom - 1));
  const said = `at least ${wanted} wanted: ${least >= wanted ? 'met' : 'MISSED'}`;
  const each = shares.map((share) => `${Math.round(share * 100)} %`).join(' ');
  console.log(
    `${least.toFixed(2)}  input from the cache from round ${steadyFrom} on, ${title}, ${said}\n      ${each}`,
  );
}

async function askServer({ url }: Program, { path, headers, toBody }: CacheShape): Promise<number[]> {
  const shares: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(toBody(round)),
    });
    const reply = (await response.json()) as { usage?: Counts };
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(reply)}`);
    shares.push(toShare(reply.usage ?? {}));
  }
  return shares;
}

type Details = { cached_tokens?: number };
type Counts = {
  input_tokens?: number;
  prompt_tokens?: number;
  cache_read_input_tokens?: number;
  cache_creation_input_tokens?: number;
  prompt_tokens_details?: Details;
  input_tokens_details?: Details;
};

/** Anthropic counts apart what was read and written; OpenAI counts it in. */
function toShare(usage: Counts): number {
  const { input_tokens = 0, prompt_tokens = 0, prompt_tokens_details, input_tokens_details } = usage;
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written = 0 } = usage;
  if (read !== undefined) return read / (input_tokens + read + written);
  const cached = prompt_tokens_details?.cached_tokens ?? input_tokens_details?.cached_tokens ?? 0;
  return cached / (prompt_tokens + input_tokens);
}

/** A conversation about a file, with tools, one process a round. */
async function chat(env: Record<string, string>, home: string): Promise<number[]> {
  const file = join(home, 'code.txt');
  const tools = join(home, 'tools.json');
  writeFileSync(file, 'const one = 1; // the first of many lines\n'.repeat(1000));
  const parameters = { type: 'object', properties: { path: { type: 'string' } } };
  writeFileSync(tools, JSON.stringify([{ name: 'read', description: 'Reads a file', parameters }]));
  const shares: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const start = ['--session', 'bench', ...(round === 1 ? ['-f', file] : [])];
    const argv = [
      'chat',
      '-m',
      'claude-sonnet-4.6',
      '--tools',
      tools,
      '--json',
      ...start,
      `Question ${round}?`,
    ];
    const { stdout } = await runNode([binary, ...argv], env);
    const { usage } = JSON.parse(stdout.toString('utf8')) as {
      usage: { input_tokens: number; cached_input_tokens: number };
    };
    shares.push(usage.cached_input_tokens / usage.input_tokens);
  }
  return shares;
}
