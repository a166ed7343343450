import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { say } from './conversation/stores.ts';
import { type Cli, createCli, type Run } from './helpers/cli.ts';
import { startFakeOllama } from './helpers/fake-ollama.ts';
import { findRealServer } from './helpers/mcp.ts';
import { sampled } from './helpers/sampled.ts';
import { converse, converseAboutEverything, openStore } from './helpers/seed-conversations.ts';

const folder = 'docs/schemas';
const extension = '.schema.json';
const schemas = new Map<string, object>(
  readdirSync(folder).map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8'))]),
);

/** Definitions that the others refer to. */
const shared = `common${extension}`;

/** Readers must put up with fields that are new; here, one that no schema describes is a mistake. */
function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, close(value)]);
  return { ...('required' in schema && { additionalProperties: false }), ...Object.fromEntries(entries) };
}

// Types in lists are how these schemas say that something may be null.
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
for (const [file, schema] of schemas) ajv.addSchema(close(schema) as object, file);

function findValidator(name: string): ValidateFunction {
  const validate = ajv.getSchema(`${name}${extension}`);
  if (!validate) throw new Error(`there is no schema ${name}`);
  return validate;
}

type Case = {
  /** The file in docs/schemas, without its extension. */
  schema: string;
  title: string;
  argv: string[];
  stdin?: string;
  env?: Record<string, string>;
  code?: number;
  signedIn?: boolean;
  prepare?: (cli: Cli) => unknown;
  /** Whether the output is an object a line. */
  lines?: boolean;
  /** What the output must have for the case to be worth anything. */
  contains?: RegExp;
};

const richAnswer = (cli: Cli): void => {
  cli.simulator.state.answer = {
    text: ['Hel', 'lo'],
    reasoning: 'Hm',
    toolCalls: [{ name: 'read', arguments: '{"path":"a"}' }],
  };
};

const seed = async (cli: Cli): Promise<void> => {
  const store = openStore(cli);
  await converse(store, { question: 'Do whales sing?', reply: 'They do.' });
  await converseAboutEverything(store);
  say(store.create(), 'A question without an answer');
};

const writeClaudeSettings = (cli: Cli): void => {
  mkdirSync(join(cli.home, '.claude'));
  writeFileSync(join(cli.home, '.claude', 'settings.json'), '{ "theme": "dark" }');
};

const writeTemplates = (cli: Cli): void => {
  const folder = join(cli.home, 'config', 'copilot-cli', 'templates');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'broken.md'), '---\nmodle: x\n---\nSay it.\n');
  writeFileSync(
    join(folder, 'review.md'),
    '---\nmodel: gpt-5-mini\nschema: {type: object}\ninputs:\n  focus:\n  language: English\n---\nReview {{focus}}.\n{{stdin}}\n',
  );
};

const addEndpoint = (cli: Cli): Promise<Run> =>
  cli.runHere([
    ...['endpoints', 'add', 'local', '--url', 'http://127.0.0.1:9/v1'],
    ...['--model', 'a', '--key-env', 'LOCAL_KEY', '--header', 'x-team: blue'],
  ]);

const cases: Case[] = [
  { schema: 'status', title: 'of somebody who is signed in', argv: ['status', '--json'], signedIn: true },
  { schema: 'status', title: 'of somebody who is not', argv: ['status', '--json'], code: 4 },
  {
    schema: 'status',
    title: 'of an account without a quota',
    argv: ['status', '--json'],
    signedIn: true,
    prepare: ({ simulator }) => {
      simulator.state.account.plan = 'no-quota';
    },
    contains: /"quota": null/,
  },
  {
    schema: 'doctor',
    title: 'where all is well',
    argv: ['doctor', '--json'],
    signedIn: true,
    contains: /"ok": true/,
  },
  { schema: 'doctor', title: 'of nobody who is signed in', argv: ['doctor', '--json'], code: 4 },
  {
    schema: 'models',
    title: 'billed by tokens',
    argv: ['models', '--json'],
    signedIn: true,
    contains: /"cache_read": \d/,
  },
  {
    schema: 'models',
    title: 'billed by requests',
    argv: ['models', '--json'],
    signedIn: true,
    prepare: async ({ simulator, run }) => {
      simulator.state.account.plan = 'paid-requests';
      await run(['status']);
    },
    contains: /"multiplier": \d/,
  },
  { schema: 'models', title: 'built in', argv: ['models', '--json'], contains: /"builtin"/ },
  {
    schema: 'models',
    title: 'of an endpoint alone',
    argv: ['models', '--json'],
    prepare: addEndpoint,
    contains: /"endpoints".*"local\/a"/s,
  },
  {
    schema: 'endpoints-list',
    title: 'of one that works and one that is broken',
    argv: ['endpoints', '--json'],
    prepare: async (cli) => {
      await addEndpoint(cli);
      const file = join(cli.home, 'config', 'copilot-cli', 'endpoints.json');
      const { endpoints } = JSON.parse(readFileSync(file, 'utf8'));
      writeFileSync(file, JSON.stringify({ endpoints: { ...endpoints, broken: {} } }));
    },
    contains: /"env".*"problem": "the endpoint broken/s,
  },
  {
    schema: 'endpoints-test',
    title: 'of one that answers',
    argv: ['endpoints', 'test', 'local', '--json'],
    prepare: async (cli) => {
      const ollama = await startFakeOllama();
      await cli.runHere(['endpoints', 'add', 'local', '--url', `${ollama.url}/v1`]);
    },
    contains: /"answer"/,
  },
  {
    schema: 'endpoints-test-dry-run',
    title: 'of a made-up request',
    argv: ['endpoints', 'test', 'local', '--dry-run'],
    prepare: addEndpoint,
    contains: /"before"/,
  },
  {
    schema: 'mcp-list',
    title: 'of a program, a URL and one that is broken',
    argv: ['mcp', '--json'],
    prepare: async (cli) => {
      await cli.runHere(['mcp', 'add', 'one', '--env', 'A=b', '--', 'one-server', '-v']);
      await cli.runHere(['mcp', 'add', 'two', 'https://two.example/mcp', '--header', 'X-Key: k']);
      const file = join(cli.home, 'config', 'copilot-cli', 'mcp.json');
      const { mcpServers } = JSON.parse(readFileSync(file, 'utf8'));
      writeFileSync(file, JSON.stringify({ mcpServers: { ...mcpServers, broken: {} } }));
    },
    contains: /"one".*"two".*MCP server broken/s,
  },
  {
    schema: 'mcp-get',
    title: 'of a server that is added',
    argv: [
      'mcp',
      'add',
      'one',
      '--json',
      '--env',
      'A=b',
      '--tools',
      'echo',
      '--timeout',
      '5000',
      '--',
      'one-server',
    ],
    contains: /"A": "\*\*\*".*"timeout_ms": 5000/s,
  },
  {
    schema: 'mcp-test',
    title: 'of a server by others',
    argv: ['mcp', 'test', 'every', '--json'],
    prepare: (cli) =>
      cli.runHere(['mcp', 'add', 'every', '--', process.execPath, findRealServer('server-everything')]),
    contains: /"echo"/,
  },
  {
    schema: 'usage',
    title: 'with answers',
    argv: ['usage', '--json'],
    signedIn: true,
    prepare: (cli) => cli.runHere(['chat', 'hi']),
    contains: /"answers": *1/,
  },
  {
    schema: 'models-alias',
    title: 'a new one',
    argv: ['models', 'alias', 'fast', 'gpt-5-mini', '--json'],
    signedIn: true,
    contains: /fast/,
  },
  {
    schema: 'models-show',
    title: 'one model',
    argv: ['models', 'show', 'gpt-5-mini', '--json'],
    signedIn: true,
  },
  { schema: 'models-default', title: 'the id', argv: ['models', 'default', '--json'], signedIn: true },
  {
    schema: 'models-resolve',
    title: 'the id',
    argv: ['models', 'resolve', 'gpt-5-mini', '--json'],
    signedIn: true,
  },
  {
    schema: 'config-list',
    title: 'all settings',
    argv: ['config', 'list', '--json'],
    contains: /"environment"/,
  },
  {
    schema: 'status',
    title: 'of somebody whose key store is missing',
    argv: ['status', '--json'],
    signedIn: true,
    env: { COPILOT_CLI_CREDENTIAL_STORE: 'auto' },
    contains: /"problem": "missing"/,
  },
  { schema: 'accounts-list', title: 'of nobody', argv: ['accounts', '--json'], contains: /"accounts": \[\]/ },
  {
    schema: 'accounts-list',
    title: 'of an account with a folder of its own',
    argv: ['accounts', 'list', '--json'],
    signedIn: true,
    prepare: async (cli) => {
      await cli.runHere(['accounts', 'use', 'octocat', '--here']);
    },
    contains: /"folders": \[\s+"/,
  },
  {
    schema: 'templates-list',
    title: 'of one that works and one that is broken',
    argv: ['templates', '--json'],
    prepare: writeTemplates,
    contains: /"code": "config".*"default": "English"/s,
  },
  {
    schema: 'templates-list',
    title: 'of none',
    argv: ['templates', 'list', '--json'],
    contains: /"templates": \[\]/,
  },
  {
    schema: 'templates-show',
    title: 'with variables and a schema',
    argv: ['templates', 'show', 'review', '--json'],
    prepare: writeTemplates,
    contains: /"schema": \{\s*"type": "object"/,
  },
  {
    schema: 'config-get',
    title: 'a value of the environment',
    argv: ['config', 'get', 'model', '--json'],
    contains: /"GITHUB_COPILOT_MODEL"/,
  },
  {
    schema: 'config-get',
    title: 'a default',
    argv: ['config', 'get', 'client-id', '--json'],
    contains: /"origin_name": null/,
  },
  {
    schema: 'chat-each-line',
    title: 'lines of which one is refused',
    argv: ['chat', '--each-line', '-j', '1'],
    stdin: 'one\ntwo\n',
    signedIn: true,
    code: 10,
    prepare: ({ simulator }) =>
      simulator.faults.add({ path: '/chat/completions', status: 422, body: { error: { message: 'No.' } } }),
    lines: true,
    contains: /"failure".*"reply"/s,
  },
  {
    schema: 'chat-each-line',
    title: 'a file, and the value of its answer',
    argv: ['chat', '--each-file', '-f', 'LICENSE', '--schema', 'docs/schemas/common.schema.json'],
    signedIn: true,
    prepare: ({ simulator }) => {
      simulator.state.answer = { text: ['{"a":1}'] };
    },
    lines: true,
    contains: /"file":"LICENSE","sha256".*"value":\{"a":1\}/,
  },
  {
    schema: 'chat-batch-dry-run',
    title: 'lines that are not sent',
    argv: ['chat', '--each-line', '--dry-run'],
    stdin: 'one\ntwo\n',
    signedIn: true,
    contains: /"requests": 2/,
  },
  {
    schema: 'chat-dry-run',
    title: 'a request that is not sent',
    argv: ['chat', '--dry-run', '-m', 'gpt-5-mini', 'hi'],
    signedIn: true,
  },
  { schema: 'chat', title: 'a plain reply', argv: ['chat', '--json', 'hi'], signedIn: true },
  {
    schema: 'chat',
    title: 'a reply with thinking and a call',
    argv: ['chat', '--json', 'hi'],
    signedIn: true,
    prepare: richAnswer,
    contains: /"name": "read"/,
  },
  {
    schema: 'chat-line',
    title: 'a reply with thinking and a call',
    argv: ['chat', '--jsonl', 'hi'],
    signedIn: true,
    prepare: richAnswer,
    lines: true,
    contains: /"reasoning-delta".*"tool-call-delta".*"usage".*"finish"/s,
  },
  {
    schema: 'chat-line',
    title: 'a reply that is cut off',
    argv: ['chat', '--jsonl', 'hi'],
    signedIn: true,
    code: 12,
    prepare: ({ simulator }) => {
      simulator.state.answer = { text: ['Hel', 'lo'] };
      simulator.state.transport = { cutBeforeFinish: true };
    },
    lines: true,
    contains: /"text-delta".*"error"/s,
  },
  { schema: 'error', title: 'of nobody who is signed in', argv: ['chat', '--json', 'hi'], code: 4 },
  { schema: 'error', title: 'of a wrong flag', argv: ['models', '--json', '--nonsense'], code: 2 },
  {
    schema: 'error',
    title: 'of an unknown model',
    argv: ['chat', '--json', '-m', 'gpt-55', 'hi'],
    signedIn: true,
    code: 6,
    contains: /"nearest"/,
  },
  {
    schema: 'error',
    title: 'with the beginning of a reply',
    argv: ['chat', '--json', 'hi'],
    signedIn: true,
    code: 12,
    prepare: ({ simulator }) => {
      simulator.state.answer = { text: ['Hel', 'lo'] };
      simulator.state.transport = { cutBeforeFinish: true };
    },
    contains: /"text": "Hello"/,
  },
  {
    schema: 'error',
    title: 'of an unknown conversation',
    argv: ['sessions', 'show', 'x', '--json'],
    code: 2,
  },
  {
    schema: 'serve-for',
    title: 'of a client with variables and a file',
    argv: ['serve', '--for', 'codex', '--json'],
    signedIn: true,
    contains: /wire_api/,
  },
  {
    schema: 'serve-for-write',
    title: 'of a file that is there',
    argv: ['serve', '--for', 'claude-code', '--write', '--json'],
    signedIn: true,
    prepare: writeClaudeSettings,
    contains: /"backup": "/,
  },
  {
    schema: 'serve-for-write',
    title: 'of a new file',
    argv: ['serve', '--for', 'claude-code', '--write', '--json'],
    signedIn: true,
    contains: /"backup": null/,
  },
  {
    schema: 'serve-for-undo',
    title: 'of a file that is there',
    argv: ['serve', '--for', 'claude-code', '--undo', '--json'],
    signedIn: true,
    prepare: async (cli) => {
      writeClaudeSettings(cli);
      await cli.run(['serve', '--for', 'claude-code', '--write']);
    },
    contains: /"restored"/,
  },
  {
    schema: 'sessions-list',
    title: 'of some',
    argv: ['sessions', 'list', '--json'],
    prepare: seed,
    contains: /"model": null.*0\.25/s,
  },
  { schema: 'sessions-list', title: 'of none', argv: ['sessions', 'list', '--json'], contains: /"total": 0/ },
  {
    schema: 'sessions-search',
    title: 'with matches',
    argv: ['sessions', 'search', '--json', 'whales'],
    prepare: seed,
    contains: /"match": "whales"/,
  },
  {
    schema: 'sessions-show',
    title: 'with every kind of part',
    argv: ['sessions', 'show', '--json', 'everything'],
    prepare: seed,
    contains: /"image".*"document".*"reasoning".*"tool-call"/s,
  },
  {
    schema: 'sessions-export',
    title: 'with every kind of part',
    argv: ['sessions', 'export', '--format', 'json', 'everything'],
    prepare: seed,
    contains: /"data": "\w+/,
  },
];

async function runCase({ argv, stdin, env = {}, signedIn, prepare }: Case): Promise<Run> {
  const cli = await createCli();
  if (signedIn) await cli.signIn();
  await prepare?.(cli);
  return cli.runHere(argv, stdin === undefined ? { env } : { env, stdin });
}

const parseObjects = (run: Run, lines = false): Record<string, unknown>[] =>
  (lines ? run.stdout.trimEnd().split('\n') : [run.stdout]).map((text) => JSON.parse(text));

describe('every JSON output', () => {
  sampled.it.each(cases)('matches its schema: $schema, $title', async (example) => {
    const run = await runCase(example);
    expect(run.code).toBe(example.code ?? 0);
    expect(run.stdout).toMatch(example.contains ?? /./);
    const validate = findValidator(example.schema);
    for (const object of parseObjects(run, example.lines)) {
      validate(object);
      expect(validate.errors ?? [], JSON.stringify(object)).toEqual([]);
      for (const field of ['schema_version', ...(example.lines ? ['type'] : [])]) {
        const { [field]: _, ...rest } = object;
        expect(validate(rest), `without ${field}`).toBe(false);
      }
    }
  });
});

describe('every schema', () => {
  it('has an output that is held against it', () => {
    const described = [...schemas.keys()].filter((file) => file !== shared);
    const tested = new Set(cases.map(({ schema }) => `${schema}${extension}`));
    expect(described.sort()).toEqual([...tested].sort());
  });

  it.each([...schemas.keys()])('is a schema as the draft wants it, open to new fields: %s', (file) => {
    const schema = schemas.get(file) ?? {};
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: expect.any(String),
    });
    expect(ajv.validateSchema(schema)).toBe(true);
    expect(JSON.stringify(schema)).not.toContain('"additionalProperties":false');
  });
});
