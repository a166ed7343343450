import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createTokenCounter, type TokenCounter } from '../../src/tokens/token-counter.ts';
import { githubCli } from '../../test/agents/agents/github-cli.ts';
import { readInstalled } from '../../test/agents/install.ts';
import { isModelCall, listTools } from '../../test/agents/model-request.ts';
import { type ProgramRun, runProgram } from '../../test/agents/run-program.ts';
import { createHomeEnv, startWorld, type World } from '../../test/agents/world.ts';
import { toRecord, toRecords } from '../../test/simulator/json.ts';
import { files, type Task, tasks } from './tasks.ts';

type Figures = {
  /** Requests with tools, and all that were sent. */
  rounds: number;
  requests: number;
  /** Of the bodies of all requests, and of the tools and the system's words in the first. */
  tokens: number;
  toolTokens: number;
  systemTokens: number;
  seconds: number;
};

const model = 'claude-sonnet-4.6';
const limitMs = 120_000;

const programs = ['github', 'ours'] as const;
type Program = (typeof programs)[number];

/** A table in Markdown. Throws Error if GitHub's CLI is not installed, or a program fails. */
export async function compareTools(): Promise<string> {
  const { versions } = readInstalled(githubCli);
  const version = versions['@github/copilot'];
  if (version === undefined)
    throw new Error('GitHub’s CLI is missing: `npm run test:agents -- github-cli` installs it');
  const counter = await createTokenCounter('o200k_base');
  const world = await startWorld();
  const rows = [
    `| task | @github/copilot ${version}: rounds, requests, tokens, seconds | ours |`,
    '| --- | --- | --- |',
  ];
  const firsts = new Map<Program, Figures>();
  try {
    for (const [index, task] of tasks.entries()) {
      const cells: string[] = [];
      for (const program of programs) {
        const figures = await play(program, task, index, world, counter);
        if (!firsts.has(program)) firsts.set(program, figures);
        const { rounds, requests, tokens, seconds } = figures;
        cells.push(`${rounds}, ${requests}, ${tokens}, ${seconds.toFixed(1)}`);
      }
      rows.push(`| ${task.prompt} | ${cells.join(' | ')} |`);
    }
  } finally {
    await world.close();
  }
  const parts = [...firsts].map(
    ([program, { toolTokens, systemTokens }]) =>
      `${program}: ${toolTokens} tokens of tools and ${systemTokens} of the system's words in a request`,
  );
  return [...rows, '', ...parts].join('\n');
}

async function play(
  program: Program,
  task: Task,
  index: number,
  world: World,
  counter: TokenCounter,
): Promise<Figures> {
  const home = join(world.folder, `${program}-${index}`);
  const work = join(home, 'work');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(work, name)), { recursive: true });
    writeFileSync(join(work, name), text);
  }
  execFileSync('git', ['init', '--quiet', work]);
  execFileSync('git', ['-C', work, 'add', '.']);
  const steps = JSON.parse(JSON.stringify(task.steps).replaceAll('{folder}', work));
  let step = 0;
  // What is asked besides the conversation has no tools.
  world.simulator.state.answer = ({ body }) =>
    listTools(toRecord(body)).length === 0 ? { text: 'A title' } : steps[Math.min(step++, steps.length - 1)];
  world.simulator.requests.length = 0;
  const run = await start(program, task.prompt, { home, work, world });
  if (run.code !== 0) throw new Error(`${program} ended with ${run.code}: ${task.prompt}\n${run.stderr}`);
  const bodies = world.simulator.requests.filter(isModelCall).map(({ body }) => toRecord(body));
  const conversation = bodies.filter((body) => listTools(body).length > 0);
  const [first = {}] = conversation;
  const last = JSON.stringify(conversation.at(-1));
  for (const words of ['permission', 'There is no tool', 'not found'])
    if (last.includes(words)) throw new Error(`${program} did not do it: ${task.prompt}\n${last}`);
  const count = (value: unknown): number => (value === undefined ? 0 : counter.count(JSON.stringify(value)));
  const system = first.system ?? first.instructions;
  return {
    rounds: conversation.length,
    requests: bodies.length,
    tokens: bodies.reduce((sum, body) => sum + count(body), 0),
    toolTokens: count(first.tools),
    systemTokens: count(system ?? toRecords(first.messages).filter(({ role }) => role === 'system')),
    seconds: run.milliseconds / 1000,
  };
}

function start(
  program: Program,
  prompt: string,
  { home, work, world }: { home: string; work: string; world: World },
): Promise<ProgramRun> {
  const { server, api, copilot } = world.simulator.urls;
  const direct = { server, api, copilot, githubToken: world.githubToken };
  if (program === 'ours') {
    const binary = join(process.cwd(), 'bin', 'copilot-cli.js');
    const flags = ['chat', '-m', model, '--use', 'read,write,shell', '--allow-all-tools'];
    const own = { ...world.simulator.env(), GITHUB_COPILOT_TOKEN: world.githubToken };
    const env = { ...createHomeEnv(home), ...own };
    return runProgram([process.execPath, binary, ...flags, prompt], { cwd: work, env, limitMs });
  }
  const installed = readInstalled(githubCli).folder;
  const place = { home, work, url: world.url, direct, installed, model };
  const { argv, env } = githubCli.invoke({ prompt, model, continues: false }, place);
  return runProgram(argv, { cwd: work, env: { ...createHomeEnv(home), ...env }, limitMs });
}
