import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedRequest } from '../simulator/recorded-request.ts';
import type { Agent, Place } from './agent.ts';
import { type Allowance, dropLearning, findFaults, findGrowthFaults, findMarkFaults } from './checks.ts';
import { toNewNodePath } from './install.ts';
import { isModelCall } from './model-request.ts';
import { type Aside, isConversation, type ScriptStep, scriptModel } from './model-script.ts';
import type { Exchange } from './recorder.ts';
import { type ProgramRun, runProgram } from './run-program.ts';
import { createHomeEnv, type World } from './world.ts';

export type SayOptions = {
  model?: string;
  image?: string;
  /** Whether it ends with an error. 'either' leaves it to the agent. */
  fails?: boolean | 'either';
  /** Words that the agent must show. */
  shows?: string;
  allowance?: Allowance;
  /** Ends the agent as Ctrl+C does, once this resolves. */
  interrupt?: Promise<unknown>;
  /** Whether it may go on for some time after that. */
  endsLate?: true;
  /** What the model says to calls that are not of the conversation. */
  aside?: Aside;
};

export type Said = {
  run: ProgramRun;
  words: string;
  /** Every call of a model in this turn, and those that are of the conversation. */
  calls: RecordedRequest[];
  asked: RecordedRequest[];
  /** What passed between the agent and the server. */
  exchanges: Exchange[];
};

/** One agent with one model in one scenario. */
export type Cell = {
  agent: Agent;
  world: World;
  place: Place;
  model: string;
  /** Notes what is wrong. */
  fault(text: string): void;
  /** A person says something, the model answers with the steps, and what came of it is checked. */
  say(prompt: string, steps: readonly ScriptStep[], options?: SayOptions): Promise<Said>;
};

export type CellResult = { faults: string[]; turns: Said[]; milliseconds: number };

const turnLimitMs = 90_000;

/** Sets the agent up in a home of its own, and plays the scenario. Never throws: what went wrong is a fault. */
export async function playCell(
  agent: Agent,
  model: string,
  world: World,
  installed: string,
  play: (cell: Cell) => Promise<void>,
): Promise<CellResult> {
  const faults: string[] = [];
  const turns: Said[] = [];
  const startedAt = performance.now();
  const { simulator } = world;
  try {
    const place = await prepare(agent, model, world, installed);
    const cell: Cell = {
      agent,
      world,
      place,
      model,
      fault: (text) => faults.push(text),
      async say(prompt, steps, options = {}) {
        const said = await sayOnce(cell, prompt, steps, options, turns.length);
        turns.push(said);
        return said;
      },
    };
    await play(cell);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  simulator.faults.clear();
  return { faults, turns, milliseconds: performance.now() - startedAt };
}

async function prepare(agent: Agent, model: string, world: World, installed: string): Promise<Place> {
  const home = join(world.folder, `home-${++homes}`);
  const work = join(home, 'work');
  mkdirSync(work, { recursive: true });
  const { urls } = world.simulator;
  const direct = {
    server: urls.server,
    api: urls.api,
    copilot: urls.copilot,
    githubToken: world.githubToken,
  };
  const place = { home, work, url: world.url, direct, installed, model };
  if (agent.client !== undefined) cpSync(await setUp(agent.client, model, world), home, { recursive: true });
  await agent.prepare?.(place);
  return place;
}

/** The home that `serve --for` leaves, made once for each model. */
async function setUp(client: string, model: string, world: World): Promise<string> {
  const home = join(world.folder, `set-up-${client}-${model}`);
  if (existsSync(home)) return home;
  mkdirSync(home);
  const { port } = new URL(world.url);
  const { code, stderr } = await world.runOurs(
    ['serve', '--for', client, '--write', '--port', port, '--model', model],
    home,
  );
  if (code === 0) return home;
  rmSync(home, { recursive: true });
  throw new Error(`serve --for ${client} ended with ${code}: ${stderr}`);
}

let homes = 0;
let marks = 0;

async function sayOnce(
  cell: Cell,
  prompt: string,
  steps: readonly ScriptStep[],
  options: SayOptions,
  turnsBefore: number,
): Promise<Said> {
  const { agent, world, place } = cell;
  const { model = cell.model, image, fails = false, shows, allowance = {}, interrupt } = options;
  const { aside = () => 'A short title' } = options;
  const { simulator } = world;
  const mark = `[${++marks}]`;
  simulator.state.answer = scriptModel(mark, steps, aside);
  const first = simulator.requests.length;
  const firstExchange = world.exchanges.length;
  const turn = {
    prompt: `${prompt} ${mark}`,
    model,
    continues: turnsBefore > 0,
    ...(image === undefined ? {} : { image }),
  };
  const { argv, env = {}, stdin } = agent.invoke(turn, place);
  const run = await runProgram(argv, {
    cwd: place.work,
    env: {
      ...createHomeEnv(place.home),
      ...(agent.needsNewNode === undefined ? {} : { PATH: toNewNodePath() }),
      ...env,
    },
    limitMs: turnLimitMs,
    ...(stdin === undefined ? {} : { stdin }),
    ...(interrupt === undefined ? {} : { interrupt }),
  });
  const calls = dropLearning(
    simulator.requests.slice(first).filter(isModelCall),
    world.learned,
    agent.teaches,
  );
  const asked = calls.filter((request) => isConversation(request, mark));
  const exchanges = world.exchanges.slice(firstExchange);
  const said = { run, words: agent.readWords(run), calls, asked, exchanges };
  judge(cell, said, steps.length, {
    fails,
    shows,
    allowance,
    isInterrupted: interrupt !== undefined,
    endsLate: options.endsLate === true,
  });
  return said;
}

type Expected = {
  fails: boolean | 'either';
  shows: string | undefined;
  allowance: Allowance;
  isInterrupted: boolean;
  endsLate: boolean;
};

function judge(
  cell: Cell,
  said: Said,
  steps: number,
  { fails, shows, allowance, isInterrupted, endsLate }: Expected,
): void {
  const { agent } = cell;
  const { run, words, calls, asked } = said;
  const output = `${run.stdout.slice(-500)} ${run.stderr.slice(-500)}`.trim();
  if (run.timedOut && !endsLate) cell.fault(`did not end: ${output}`);
  else if (!isInterrupted && fails !== 'either' && (run.code !== 0) !== fails) {
    cell.fault(`ended with ${run.code}: ${output}`);
  }
  if (shows !== undefined && !words.includes(shows))
    cell.fault(`does not show "${shows}" but: ${words.slice(-300)}`);
  for (const fault of findFaults(calls, asked, steps, { isDirect: agent.isDirect === true, ...allowance }))
    cell.fault(fault);
  const answered = asked.filter(({ status }) => status === 200);
  if (asked.some(({ body }) => /claude/.test(String((body as { model?: unknown }).model)))) {
    for (const fault of new Set(findMarkFaults(answered))) cell.fault(fault);
  }
  if (allowance.mayShrink !== true) for (const fault of findGrowthFaults(answered)) cell.fault(fault);
}
