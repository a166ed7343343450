import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '../../test/simulator/simulator.ts';
import type { Row } from './checks.ts';
import { type Ended, findShim, start, startNpm, withNode } from './machine.ts';

/** How each manager installs a tarball into the folder that it runs in. Pinned, so that a release can be repeated. */
const managers: Record<string, (tarball: string) => string[]> = {
  npm: (tarball) => ['install', '--no-audit', '--no-fund', tarball],
  pnpm: (tarball) => ['exec', '--yes', '--package=pnpm@10.34.8', '--', 'pnpm', 'add', tarball],
  yarn: (tarball) => [
    ...['exec', '--yes', '--package=yarn@1.22.22', '--', 'yarn', 'add', `file:${tarball}`],
    // Its usual cache has tarballs by name and version: it would install the one of an earlier check.
    ...['--cache-folder', '../yarn-cache'],
  ],
};

export const managerNames: readonly string[] = Object.keys(managers);

type Place = { tarball: string; version: string; manager: string; wanted: string; node: string };

/** Installs the tarball into a clean folder from the registry, and does there what the package is for. */
export async function checkMainJob({ tarball, version, manager, wanted, node }: Place): Promise<Row> {
  const name = `${manager}, Node ${wanted}`;
  const toWords = managers[manager];
  if (!toWords) return { name, status: 'fail', detail: `there is no manager ${manager}` };
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-release-'));
  const simulator = await startSimulator({
    device: { interval: 0.05, slowDownStep: 0.05 },
    answer: () => ({ text: 'It works.' }),
  });
  try {
    const work = join(folder, 'work');
    mkdirSync(work);
    writeFileSync(join(work, 'package.json'), '{ "name": "clean", "version": "1.0.0", "private": true }\n');
    const installed = await startNpm(toWords(tarball), { node, cwd: work, env: keepOut(process.env) });
    if (installed.code !== 0) return { name, status: 'fail', detail: `install: ${lastLine(installed)}` };
    const env = {
      ...withNode(node, keepOut(process.env)),
      ...simulator.env(),
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      XDG_DATA_HOME: join(folder, 'data'),
      COPILOT_CLI_CREDENTIAL_STORE: 'file',
    };
    const run: RunStep = (words, stdin) =>
      start(findShim(work), words, {
        cwd: work,
        env,
        timeoutMs: 60_000,
        ...(stdin !== undefined && { stdin }),
      });
    const problem = await findProblem(listSteps(version, node, writeCaller(folder)), run);
    return problem === undefined
      ? { name, status: 'pass', detail: 'installs, signs in, answers, completes, serves' }
      : { name, status: 'fail', detail: problem };
  } finally {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export type Step = { words: string[]; stdin?: string; expected: RegExp };

type RunStep = (words: string[], stdin?: string) => Promise<Ended>;

function listSteps(version: string, node: string, caller: string): Step[] {
  return [
    { words: ['--version'], expected: new RegExp(`^${version.replaceAll('.', '\\.')}\\s*$`) },
    { words: ['login', '--no-browser'], expected: /^/ },
    { words: ['chat', 'Does it work?'], expected: /^It works\.\n$/ },
    { words: ['chat'], stdin: 'Does it work?', expected: /^It works\.\n$/ },
    { words: ['completion', 'bash'], expected: /complete .*copilot-cli/ },
    { words: ['serve', 'run', '--', node, caller], expected: /^It works\.\s*$/ },
  ];
}

/** The first step that does not give what it should. */
export async function findProblem(steps: readonly Step[], run: RunStep): Promise<string | undefined> {
  for (const { words, stdin, expected } of steps) {
    const ended = await run(words, stdin);
    const command = `copilot-cli ${words.join(' ')}`;
    if (ended.code !== 0) return `${command}: exit code ${ended.code}: ${lastLine(ended)}`;
    if (!expected.test(ended.stdout))
      return `${command}: printed ${JSON.stringify(ended.stdout.slice(0, 80))}`;
  }
  return undefined;
}

/** A caller of the server that knows what every SDK knows. */
function writeCaller(folder: string): string {
  const path = join(folder, 'caller.mjs');
  const lines = [
    'const { OPENAI_BASE_URL, OPENAI_API_KEY } = process.env;',
    "const messages = [{ role: 'user', content: 'Does it work?' }];",
    "const response = await fetch(OPENAI_BASE_URL + '/chat/completions', {",
    "  method: 'POST',",
    "  headers: { authorization: 'Bearer ' + OPENAI_API_KEY, 'content-type': 'application/json' },",
    "  body: JSON.stringify({ model: 'gpt-5-mini', messages }),",
    '});',
    'const { choices, error } = await response.json();',
    'console.log(choices?.[0].message.content ?? error);',
  ];
  writeFileSync(path, lines.join('\n'));
  return path;
}

/** Tokens and settings of the person stay out, and so does what `npm run` tells the programs below it. */
function keepOut(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const foreign = /^(?:GITHUB_|COPILOT_|GH_|npm_(?!config_))/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

function lastLine({ stderr, stdout }: Ended): string {
  return (stderr.trim() || stdout.trim()).split('\n').at(-1)?.slice(0, 200) ?? '';
}
