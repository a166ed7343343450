import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli } from '../helpers/cli.ts';

const page = readFileSync('docs/scripts.md', 'utf8');

/** The columns that docs/scripts.md gives a command, in their order. */
function listDocumented(command: string): string[] {
  const [, rows = ''] = page.split(`### \`copilot-cli ${command}\`\n`)[1]?.split('| --- | --- |\n') ?? [];
  const table = rows.split('\n\n')[0] ?? '';
  return [...table.matchAll(/^\| ([^|]+) \|/gm)].map(([, name = '']) => name);
}

type Case = {
  command: string;
  /** What there is to list. */
  prepare?: (cli: Cli) => Promise<unknown>;
  /** What the first row with this beginning has in each column. */
  cells: Record<string, RegExp>;
  code?: number;
};

const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const id = /^\d{8}-\d{4}-\w{5}$/;
const addEndpoint = (cli: Cli): Promise<unknown> =>
  cli.runHere(['endpoints', 'add', 'shut', '--url', 'http://127.0.0.1:9/v1', '--no-key', '--model', 'a']);
const addServer = (cli: Cli): Promise<unknown> =>
  cli.runHere(['mcp', 'add', 'gone', '--', '/nowhere/server', '--flag']);
const ask = (cli: Cli): Promise<unknown> =>
  cli.runHere(['chat', '--session', 'notes', 'remember the number 7']);

const cases: Case[] = [
  {
    command: 'models',
    cells: {
      id: /^gpt-5-mini$/,
      vendor: /OpenAI/,
      context: /^264k$/,
      price: /^[\d.~]+\/[\d.]+$/,
      abilities: /^(?=.*tools)(?=.*vision)[a-z-]+(?:,[a-z-]+)+$/,
      efforts: /low|^-$/,
      endpoints: /^\/[\w/]+(?:,|$)/,
      policy: /^(?:enabled|disabled|unconfigured|-)$/,
      name: /^GPT-5 mini$/,
    },
  },
  {
    command: 'models alias',
    prepare: (cli) => cli.runHere(['models', 'alias', 'fast', 'gpt-5-mini']),
    cells: { name: /^fast$/, model: /^gpt-5-mini$/ },
  },
  {
    command: 'sessions',
    prepare: ask,
    cells: {
      id,
      title: /^notes$/,
      turns: /^2$/,
      model: /^kimi-k2\.7-code$/,
      updated: time,
      kind: /^chat$/,
    },
  },
  {
    command: 'sessions search',
    prepare: ask,
    cells: { id, role: /^(?:user|assistant)$/, time, text: /number/ },
  },
  {
    command: 'accounts',
    cells: {
      'in use': /^\*$/,
      account: /^octocat$|^\(not named/,
      host: /^[\d.:a-z]+$/,
      plan: /^(?:[a-z-]+|-)$/,
      model: /^-$/,
      'kept in': /credentials\.json$/,
      folders: /^-$/,
    },
  },
  {
    command: 'endpoints',
    prepare: addEndpoint,
    cells: { name: /^shut$/, url: /^http:/, dialect: /^chat-completions$/, key: /./, models: /^a$/ },
  },
  {
    command: 'mcp',
    prepare: addServer,
    cells: {
      name: /^gone$/,
      type: /^stdio$/,
      state: /^enabled$/,
      from: /^user$/,
      target: /^\/nowhere\/server --flag$/,
    },
  },
  {
    command: 'mcp test',
    prepare: addServer,
    cells: { check: /^[a-z]+$/, status: /^(?:ok|warn|fail)$/, detail: /./ },
    code: 1,
  },
  {
    command: 'endpoints test',
    prepare: addEndpoint,
    cells: { check: /^[a-z ]+$/, status: /^(?:ok|warn|fail)$/, detail: /./ },
    code: 13,
  },
  {
    command: 'templates',
    prepare: async ({ home }) => {
      const folder = join(home, 'config', 'copilot-cli', 'templates');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'greet.md'), '---\ndescription: says hello\n---\nGreet {{name}}.\n');
    },
    cells: {
      name: /^greet$/,
      description: /^says hello$/,
      model: /^-$/,
      variables: /^name$/,
      path: /greet\.md$/,
    },
  },
  {
    command: 'config',
    cells: {
      name: /^model$/,
      value: /^kimi-k2\.7-code$/,
      from: /GITHUB_COPILOT_MODEL/,
      description: /^the model/,
    },
  },
  {
    command: 'usage',
    prepare: ask,
    cells: {
      model: /^kimi-k2\.7-code$/,
      answers: /^1$/,
      'tokens in': /^\d+$/,
      cached: /^\d+$/,
      'tokens out': /^\d+$/,
      credits: /^~?[\d.]+$/,
    },
  },
];

const words: Record<string, string[]> = {
  'sessions search': ['number'],
  'endpoints test': ['shut'],
  'mcp test': ['gone'],
  models: ['--filter', 'id=gpt-5-mini'],
};

describe('the columns of docs/scripts.md', () => {
  it('are those of these commands', () => {
    const documented = [...page.matchAll(/^### `copilot-cli (.*)`$/gm)].map(([, command]) => command);
    expect(documented).toEqual(cases.map(({ command }) => command));
  });

  it.each(cases)('are what `$command` prints into a pipe, in this order', async (row) => {
    const { command, prepare, cells, code = 0 } = row;
    expect(listDocumented(command)).toEqual(Object.keys(cells));
    const cli = await createCli();
    await cli.signIn();
    await prepare?.(cli);
    const run = await cli.runHere([...command.split(' '), ...(words[command] ?? [])]);
    expect(run).toMatchObject({ code });
    const line = run.stdout.split('\n').find((candidate) => candidate.includes('\t'));
    const found = line?.split('\t') ?? [];
    expect(found).toHaveLength(Object.keys(cells).length);
    for (const [index, [name, pattern]] of Object.entries(cells).entries())
      expect(found[index], name).toMatch(pattern);
  });
});
