import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Agent } from './agent.ts';
import { agents } from './agents.ts';
import { type CellResult, playCell } from './cell.ts';
import {
  type Bundle,
  describeBundle,
  findCacheFolder,
  install,
  isMissing,
  newNode,
  readInstalled,
} from './install.ts';
import { toShapes, writeShapes } from './record.ts';
import { type Mark, type Section, writeReport } from './report.ts';
import { models, type Scenario, scenarios } from './scenarios.ts';
import { judgeSdks, sdks } from './sdks.ts';
import { startWorld } from './world.ts';

export type Outcome = CellResult & {
  agent: Agent;
  scenario: Scenario;
  model: string;
  known: string | undefined;
};

type Plan = {
  agents: Agent[];
  /** Whether the SDKs are judged, too. */
  sdks: boolean;
  /** Whether every scenario is played with every kind of model, so that the table is complete. */
  isWhole: boolean;
  /** Whether the requests of the agents are written down. */
  record: boolean;
  models: string[];
  scenarios: Scenario[];
  latest: boolean;
  every: boolean;
  /** How many worlds each agent is played in at the same time, with the models shared out among them. */
  worlds: number;
};

const atOnce = 2;
const reportFile = join('docs', 'agents.md');
/** The first ones of a cell say it; the others follow from them. */
const mostFaults = 4;

/** Installs the agents, plays every scenario with them, prints what failed and writes the table. Returns the exit code. */
export async function runAgents(argv: string[]): Promise<number> {
  const plan = parsePlan(argv);
  await installAll(plan);
  const queue = [...plan.agents];
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let agent = queue.shift(); agent !== undefined; agent = queue.shift()) {
      const own = await judge(agent, plan);
      outcomes.push(...own);
      if (plan.isWhole) writeReport(reportFile, [toSection(agent, own)]);
      if (plan.record) recordRequests(agent, own);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, work));
  const failed = outcomes.filter(isFailed).map(describeOutcome);
  if (plan.sdks) failed.push(...(await judgeNewSdks(plan)));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  print(`${outcomes.length} cells, ${failed.length} failed, ${seconds} s`);
  summarize(plan, failed);
  return failed.length === 0 ? 0 : 1;
}

async function judgeNewSdks({ isWhole }: Plan): Promise<string[]> {
  const { section, failed } = await judgeSdks();
  for (const name of failed) print(`FAILED sdks  ${name}`);
  if (failed.length === 0) print('ok     sdks');
  if (isWhole) writeReport(reportFile, [section]);
  return failed.map((name) => `SDKs: ${name}`);
}

/** For the page of a scheduled run: which version broke. */
function summarize({ agents: chosen }: Plan, failed: readonly string[]): void {
  const { GITHUB_STEP_SUMMARY: file } = process.env;
  if (!file) return;
  const versions = chosen.map(
    (agent) =>
      `- ${agent.title}: ${formatVersions(readInstalled(agent).versions)} (written for ${formatVersions(agent.packages)})`,
  );
  appendFileSync(
    file,
    ['## Versions', ...versions, '## Failed', ...failed.map((text) => `- ${text}`), ''].join('\n'),
  );
}

function formatVersions(versions: Record<string, string>): string {
  return Object.values(versions).join(', ');
}

function isFailed({ faults, known }: Outcome): boolean {
  return faults.length > 0 && known === undefined;
}

function describeOutcome({ agent, scenario, model, faults }: Outcome): string {
  const { versions } = readInstalled(agent);
  return `${agent.title} ${formatVersions(versions)}, ${scenario.title}, ${model}: ${(faults[0] ?? '').slice(0, 300).replaceAll('\n', ' ')}`;
}

function toSection(agent: Agent, outcomes: readonly Outcome[]): Section {
  const columns = models.map(({ id }) => id);
  const find = (scenario: Scenario, model: string) =>
    outcomes.find((outcome) => outcome.scenario === scenario && outcome.model === model);
  const rows = scenarios.map((scenario) => ({
    title: scenario.title,
    marks: columns.map((model): Mark | undefined => {
      const outcome = find(scenario, model);
      if (outcome === undefined) return undefined;
      return isFailed(outcome) ? 'failed' : outcome.faults.length > 0 ? 'known' : 'passed';
    }),
  }));
  const reasons = outcomes.flatMap(({ faults, known, scenario, model }) => {
    if (faults.length === 0 || known === undefined) return [];
    if (agent.known[`${scenario.name} ${model}`] !== undefined)
      return [`${scenario.title}, ${model}: ${known}`];
    return [`${agent.known[model] === undefined ? scenario.title : model}: ${known}`];
  });
  const { versions } = readInstalled(agent);
  return {
    title: agent.title,
    versions,
    columns,
    rows,
    notes: [...(agent.remarks ?? []), ...new Set(reasons)],
  };
}

function recordRequests(agent: Agent, outcomes: readonly Outcome[]): void {
  const { versions } = readInstalled(agent);
  const name = `${agent.title} ${Object.values(versions)[0]}`;
  const shapes = outcomes.flatMap(({ scenario, model, turns }) =>
    turns.flatMap(({ exchanges }, index) =>
      toShapes(name, `${scenario.title} of ${model}, turn ${index + 1}`, exchanges),
    ),
  );
  print(`       see ${writeShapes(join(findCacheFolder(), 'recorded'), agent.name, shapes)}`);
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
      record: { type: 'boolean', default: false },
      worlds: { type: 'string', default: '1' },
    },
  });
  const wantsSdks = positionals.length === 0 || positionals.includes(sdks.name);
  const names = positionals.filter((name) => name !== sdks.name);
  return {
    agents: positionals.length > 0 && names.length === 0 ? [] : pick(agents, names, ({ name }) => name),
    sdks: wantsSdks,
    isWhole: values.model.length === 0 && values.scenario.length === 0,
    record: values.record,
    models: pick(models, values.model, ({ id }) => id).map(({ id }) => id),
    scenarios: pick(scenarios, values.scenario, ({ name }) => name),
    latest: values.latest,
    every: values.every || values.model.length > 0,
    worlds: Math.max(1, Math.trunc(Number(values.worlds)) || 1),
  };
}

function pick<T>(all: readonly T[], names: readonly string[], toName: (item: T) => string): T[] {
  const unknown = names.find((name) => !all.some((item) => toName(item) === name));
  if (unknown !== undefined)
    throw new Error(`there is no ${unknown}; there are: ${all.map(toName).join(', ')}`);
  return names.length === 0 ? [...all] : all.filter((item) => names.includes(toName(item)));
}

async function installAll({ agents: chosen, sdks: wantsSdks, latest }: Plan): Promise<void> {
  const needsNode = wantsSdks || chosen.some(({ needsNewNode }) => needsNewNode);
  const needed: Bundle[] = [...chosen, ...(wantsSdks ? [sdks] : []), ...(needsNode ? [newNode] : [])];
  const missing = needed.filter((bundle) => isMissing(bundle, latest));
  if (missing.length === 0) return;
  print(`Downloads into ${findCacheFolder()} (COPILOT_CLI_AGENTS_CACHE moves it):`);
  for (const bundle of missing) print(`  ${describeBundle(bundle, latest)}`);
  for (const bundle of missing) await install(bundle, latest);
}

async function judge(agent: Agent, plan: Plan): Promise<Outcome[]> {
  // Neighbours share a world, because some scenarios are played with every third model alone.
  const size = Math.ceil(plan.models.length / plan.worlds);
  const lanes = Array.from({ length: plan.worlds }, (_, lane) =>
    plan.models.slice(lane * size, (lane + 1) * size),
  );
  return (await Promise.all(lanes.map((models) => judgeModels(agent, { ...plan, models })))).flat();
}

async function judgeModels(agent: Agent, plan: Plan): Promise<Outcome[]> {
  const { folder } = readInstalled(agent);
  const world = await startWorld();
  const outcomes: Outcome[] = [];
  try {
    for (const scenario of plan.scenarios) {
      for (const model of plan.models) {
        if (!plan.every && scenario.models !== 'all' && !scenario.models.includes(model)) continue;
        const result = await playCell(agent, model, world, folder, scenario.play);
        const known = findKnown(agent, scenario, model, result.faults);
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

/** Why the cell cannot pass. Undefined if it has faults that the reason does not tell of. */
export function findKnown(
  { known }: Pick<Agent, 'known'>,
  { name }: Pick<Scenario, 'name'>,
  model: string,
  faults: readonly string[],
): string | undefined {
  const entry = known[`${name} ${model}`] ?? known[name] ?? known[model];
  if (entry === undefined || typeof entry === 'string') return entry;
  return faults.every((fault) => entry.faults.test(fault)) ? entry.why : undefined;
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
