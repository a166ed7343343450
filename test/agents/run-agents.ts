import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Agent } from './agent.ts';
import { agents } from './agents.ts';
import { type CellResult, playCell } from './cell.ts';
import { describeBundle, findCacheFolder, install, isMissing, newNode, readInstalled } from './install.ts';
import { models, type Scenario, scenarios } from './scenarios.ts';
import { startWorld } from './world.ts';

export type Outcome = CellResult & {
  agent: Agent;
  scenario: Scenario;
  model: string;
  known: string | undefined;
};

type Plan = {
  agents: Agent[];
  models: string[];
  scenarios: Scenario[];
  latest: boolean;
  every: boolean;
};

const atOnce = 2;
/** The first ones of a cell say it; the others follow from them. */
const mostFaults = 4;

/** Installs the agents, plays every scenario with them, and prints what failed. Returns the exit code. */
export async function runAgents(argv: string[]): Promise<number> {
  const plan = parsePlan(argv);
  await installAll(plan);
  const queue = [...plan.agents];
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let agent = queue.shift(); agent !== undefined; agent = queue.shift()) {
      outcomes.push(...(await judge(agent, plan)));
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, work));
  const failed = outcomes.filter(({ faults, known }) => faults.length > 0 && known === undefined);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  print(`${outcomes.length} cells, ${failed.length} failed, ${seconds} s`);
  return failed.length === 0 ? 0 : 1;
}

/** Throws Error for a name that nothing has. */
function parsePlan(argv: string[]): Plan {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      model: { type: 'string', multiple: true, default: [] },
      scenario: { type: 'string', multiple: true, default: [] },
      latest: { type: 'boolean', default: false },
      every: { type: 'boolean', default: false },
    },
  });
  return {
    agents: pick(agents, positionals, ({ name }) => name),
    models: pick(models, values.model, ({ id }) => id).map(({ id }) => id),
    scenarios: pick(scenarios, values.scenario, ({ name }) => name),
    latest: values.latest,
    every: values.every || values.model.length > 0,
  };
}

function pick<T>(all: readonly T[], names: readonly string[], toName: (item: T) => string): T[] {
  const unknown = names.find((name) => !all.some((item) => toName(item) === name));
  if (unknown !== undefined)
    throw new Error(`there is no ${unknown}; there are: ${all.map(toName).join(', ')}`);
  return names.length === 0 ? [...all] : all.filter((item) => names.includes(toName(item)));
}

async function installAll({ agents: chosen, latest }: Plan): Promise<void> {
  const needed = [...chosen, ...(chosen.some(({ needsNewNode }) => needsNewNode) ? [newNode] : [])];
  const missing = needed.filter((bundle) => isMissing(bundle, latest));
  if (missing.length === 0) return;
  print(`Downloads into ${findCacheFolder()} (COPILOT_CLI_AGENTS_CACHE moves it):`);
  for (const bundle of missing) print(`  ${describeBundle(bundle, latest)}`);
  for (const bundle of missing) await install(bundle, latest);
}

async function judge(agent: Agent, plan: Plan): Promise<Outcome[]> {
  const { folder } = readInstalled(agent);
  const world = await startWorld();
  const outcomes: Outcome[] = [];
  try {
    for (const scenario of plan.scenarios) {
      for (const model of plan.models) {
        if (!plan.every && scenario.models !== 'all' && !scenario.models.includes(model)) continue;
        const result = await playCell(agent, model, world, folder, scenario.play);
        const known = agent.known[`${scenario.name} ${model}`] ?? agent.known[scenario.name];
        const outcome = { ...result, agent, scenario, model, known };
        outcomes.push(outcome);
        printOutcome(outcome);
        if (result.faults.length > 0) keepTraffic(outcome);
      }
    }
  } finally {
    await world.close();
  }
  return outcomes;
}

function printOutcome({ agent, scenario, model, faults, milliseconds, known }: Outcome): void {
  const verdict = faults.length === 0 ? 'ok' : known === undefined ? 'FAILED' : 'known';
  print(
    `${verdict.padEnd(6)} ${agent.name}  ${scenario.name}  ${model}  ${(milliseconds / 1000).toFixed(1)} s`,
  );
  for (const fault of faults.slice(0, mostFaults))
    print(`         ${fault.slice(-600).replaceAll('\n', '\n         ')}`);
}

/** Leaves what a failed cell sent and said beside the agents, for whoever looks into it. */
function keepTraffic({ agent, scenario, model, faults, turns }: Outcome): void {
  const folder = join(findCacheFolder(), 'failures');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${agent.name}-${scenario.name}-${model}.json`);
  writeFileSync(file, JSON.stringify({ faults, turns }, null, 1));
  print(`         see ${file}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
