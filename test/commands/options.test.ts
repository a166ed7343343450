import { describe, expect, it } from 'vitest';
import type { ChatOptions } from '../../src/chat/chat-options.ts';
import { registerChat } from '../../src/commands/chat.ts';
import { registerConfig } from '../../src/commands/config.ts';
import { registerDoctor } from '../../src/commands/doctor.ts';
import { registerLogin } from '../../src/commands/login.ts';
import { registerLogout } from '../../src/commands/logout.ts';
import { registerModels } from '../../src/commands/models.ts';
import { registerStatus } from '../../src/commands/status.ts';
import { parseCommand } from '../helpers/parse-command.ts';

const chat: ChatOptions = {
  words: [],
  interactive: false,
  model: undefined,
  system: undefined,
  conversation: {
    continueLast: false,
    session: undefined,
    mustExist: false,
    picks: false,
    fork: false,
    save: true,
  },
  effort: undefined,
  maxTokens: undefined,
  maxCredits: undefined,
  tools: undefined,
  toolUse: {
    kinds: undefined,
    addsKinds: true,
    reads: false,
    allow: [],
    ask: [],
    deny: [],
    allowAll: false,
    folders: [],
    maxRounds: undefined,
    mcpConfig: [],
  },
  promptFile: undefined,
  files: [],
  attachments: [],
  hasShellFiles: false,
  fileLists: [],
  instructions: true,
  extract: undefined,
  extractTo: undefined,
  schema: undefined,
  batch: undefined,
  dryRun: false,
  format: 'text',
  render: undefined,
  showReasoning: false,
  showUsage: false,
  stdin: true,
  timeoutMs: undefined,
  idleTimeoutMs: undefined,
};

describe('chat', () => {
  it.each<[string[], Partial<ChatOptions>]>([
    [['chat'], {}],
    [['chat', 'why', 'not'], { words: ['why', 'not'] }],
    [['chat', 'a', '-', 'b'], { words: ['a', '-', 'b'] }],
    [
      ['chat', '-m', 'gpt-5', '-s', 'Be brief.', 'hi'],
      { model: 'gpt-5', system: 'Be brief.', words: ['hi'] },
    ],
    [['chat', 'hi', '--model', 'gpt-5'], { model: 'gpt-5', words: ['hi'] }],
    [['chat', '-i', 'hi'], { interactive: true, words: ['hi'] }],
    [['chat', '--json', 'hi'], { format: 'json', words: ['hi'] }],
    [['chat', '--jsonl', 'hi'], { format: 'jsonl', words: ['hi'] }],
    [['chat', '--reasoning', '--usage', 'hi'], { showReasoning: true, showUsage: true, words: ['hi'] }],
    [['chat', '--no-stdin', 'hi'], { stdin: false, words: ['hi'] }],
    [
      ['chat', '--timeout', '1.5', '--idle-timeout', '30', 'hi'],
      { timeoutMs: 1500, idleTimeoutMs: 30_000, words: ['hi'] },
    ],
    [['chat', '--', '--json'], { words: ['--json'] }],
    [
      ['chat', '-f', 'a', '-f', 'b/', '-a', 'c.png', '--no-instructions', 'hi'],
      { words: ['hi'], files: ['a', 'b/'], attachments: ['c.png'], instructions: false },
    ],
    [
      ['chat', '-t', 'review', '-p', 'a=1', '-p', 'b=', 'hi'],
      { words: ['hi'], promptFile: { source: 'review', isPath: false, values: ['a=1', 'b='] } },
    ],
    [
      ['chat', '--each-line', '-j', '8', '-o', 'out.jsonl', 'hi'],
      { words: ['hi'], batch: { each: 'line', jobs: 8, output: 'out.jsonl' } },
    ],
    [['chat', '--each-line'], { batch: { each: 'line', jobs: 4, output: undefined } }],
    [
      ['chat', '--each-line', '--max-credits', '2'],
      { batch: { each: 'line', jobs: 4, output: undefined }, maxCredits: 2 },
    ],
    [
      ['chat', '--use', 'write, read', '--add-dir', '../lib', '--max-rounds', '3', 'hi'],
      {
        words: ['hi'],
        toolUse: {
          ...chat.toolUse,
          kinds: ['read', 'write'],
          addsKinds: false,
          reads: true,
          folders: ['../lib'],
          maxRounds: 3,
        },
      },
    ],
    // A rule that allows something switches it on.
    [
      ['chat', '--allow-tool', 'shell(git:*)', '--allow-tool', 'memory(add)', '--deny-tool', 'write', 'hi'],
      {
        words: ['hi'],
        toolUse: {
          ...chat.toolUse,
          kinds: ['shell', 'mcp'],
          allow: ['shell(git:*)', 'memory(add)'],
          deny: ['write'],
        },
      },
    ],
    [
      ['chat', '--use', 'read', '--allow-tool', 'shell(npm test)', 'hi'],
      {
        words: ['hi'],
        toolUse: {
          ...chat.toolUse,
          kinds: ['read', 'shell'],
          addsKinds: false,
          reads: true,
          allow: ['shell(npm test)'],
        },
      },
    ],
    [
      ['chat', '--use', 'read', '--allow-all-tools', 'hi'],
      {
        words: ['hi'],
        toolUse: { ...chat.toolUse, kinds: ['read'], addsKinds: false, reads: true, allowAll: true },
      },
    ],
    [
      ['chat', '--allow-all-tools', 'hi'],
      {
        words: ['hi'],
        toolUse: {
          ...chat.toolUse,
          kinds: ['read', 'write', 'shell', 'mcp'],
          addsKinds: false,
          reads: true,
          allowAll: true,
        },
      },
    ],
    [
      ['chat', '--mcp-config', 'servers.json', 'hi'],
      { words: ['hi'], toolUse: { ...chat.toolUse, kinds: ['mcp'], mcpConfig: ['servers.json'] } },
    ],
    [['chat', 'hi', '-x'], { words: ['hi'], extract: { last: false } }],
    [['chat', '-x=c++', 'hi'], { words: ['hi'], extract: { language: 'c++', last: false } }],
    [['chat', '--extract=go', 'hi'], { words: ['hi'], extract: { language: 'go', last: false } }],
    [['chat', '-x', 'go', '--', 'hi'], { words: ['hi'], extract: { language: 'go', last: false } }],
    [
      ['chat', '-x', 'go', '-m', 'm', '--', '-5'],
      { words: ['-5'], model: 'm', extract: { language: 'go', last: false } },
    ],
    [['chat', '-x', 'go', 'on', '--', 'now'], { words: ['go', 'on', 'now'], extract: { last: false } }],
    [['chat', '-x', 'write', 'fizzbuzz'], { words: ['write', 'fizzbuzz'], extract: { last: false } }],
    [['chat', '-m=gpt-5', 'hi'], { words: ['hi'], model: 'gpt-5' }],
    [['chat', '-mgpt-5', 'hi'], { words: ['hi'], model: 'gpt-5' }],
    [['chat', '-x', 'write a script', 'now'], { words: ['write a script', 'now'], extract: { last: false } }],
    [['chat', '--xl', 'hi'], { words: ['hi'], extract: { last: true } }],
    [
      ['chat', '--extract-to', 'out', '--schema', 's.json', '--dry-run', 'hi'],
      { words: ['hi'], extractTo: 'out', schema: 's.json', dryRun: true },
    ],
    [
      ['chat', '-c', '--fork', '--no-save', 'hi'],
      {
        words: ['hi'],
        conversation: {
          continueLast: true,
          session: undefined,
          mustExist: false,
          picks: false,
          fork: true,
          save: false,
        },
      },
    ],
    [
      ['chat', '--session', 'work', '--effort', 'high', '--max-tokens', '50', 'hi'],
      {
        words: ['hi'],
        conversation: {
          continueLast: false,
          session: 'work',
          mustExist: false,
          picks: false,
          fork: false,
          save: true,
        },
        effort: 'high',
        maxTokens: 50,
      },
    ],
    [
      ['chat', '--resume', 'work'],
      { conversation: { ...chat.conversation, session: 'work', mustExist: true } },
    ],
    [['chat', '--resume'], { conversation: { ...chat.conversation, picks: true } }],
  ])('reads %j', async (argv, options) => {
    expect(await parseCommand(registerChat, argv)).toEqual({ ...chat, ...options });
  });

  it.each([
    [['chat', '--json', '--jsonl']],
    [['chat', '-x', '--json']],
    [['chat', '-x', '--schema', 'a.json']],
    [['chat', '-m']],
    [['chat', '--resume', 'a', '-c']],
    [['chat', '--resume', '--session', 'a']],
    [['chat', '--nonsense']],
    [['chat', '--timeout', '0']],
    [['chat', '--idle-timeout', 'soon']],
    [['chat', '--max-tokens', '0']],
    [['chat', '--max-credits', 'few']],
    [['chat', '--tools', 'a.json', 'hi']],
    [['chat', '-p', 'a=1', 'hi']],
    [['chat', '-j', '2', 'hi']],
    [['chat', '--each-line', '-j', '99']],
    [['chat', '--each-line', '--json']],
    [['chat', '--each-line', '-c']],
    [['chat', '--each-line', '-f', '-']],
    [['chat', '--each-line', '--each-file', '-f', 'a']],
    [['chat', '--each-file', 'hi']],
    [['chat', '--each-line', '--fork']],
    [['chat', '--each-line', '--no-stdin']],
    [['chat', '-f', '', 'hi']],
    [['chat', '-a', 'a.png', '-a', ' ', 'hi']],
    [['chat', '--session', '', 'hi']],
    [['chat', '--extract-to', '', 'hi']],
    [['chat', '--extract=', 'hi']],
    [['chat', '-x', 'python']],
    [['chat', '--schema', '', 'hi']],
    [['chat', '--max-tokens', 'many']],
  ])('refuses %j', async (argv) => {
    await expect(parseCommand(registerChat, argv)).rejects.toThrow();
  });
});

describe('login', () => {
  const usual = {
    browser: true,
    withToken: false,
    insecureStorage: false,
    yes: false,
    host: undefined,
    from: undefined,
  };

  it.each([
    [['login'], usual],
    [['login', '--no-browser'], { ...usual, browser: false }],
    [['login', '--with-token'], { ...usual, withToken: true }],
    [['login', '--insecure-storage'], { ...usual, insecureStorage: true }],
    [['login', '--from', 'gh', '--yes'], { ...usual, from: 'gh', yes: true }],
    [['login', '--host', 'https://ACME.ghe.com/login'], { ...usual, host: 'acme.ghe.com' }],
  ])('reads %j', async (argv, options) => {
    expect(await parseCommand(registerLogin, argv)).toEqual(options);
  });

  it('refuses a host that is none', async () => {
    await expect(parseCommand(registerLogin, ['login', '--host', 'a b'])).rejects.toMatchObject({
      code: 'usage',
    });
  });
});

describe('logout and status', () => {
  it('read their flags', async () => {
    expect(await parseCommand(registerLogout, ['logout'])).toEqual({ all: false });
    expect(await parseCommand(registerLogout, ['logout', '--all'])).toEqual({ all: true });
    expect(await parseCommand(registerStatus, ['status'])).toEqual({ json: false });
    expect(await parseCommand(registerStatus, ['status', '--json'])).toEqual({ json: true });
  });

  it('take no words', async () => {
    await expect(parseCommand(registerStatus, ['status', 'now'])).rejects.toThrow(/too many arguments/);
  });
});

describe('doctor', () => {
  it.each([
    [['doctor'], { json: false, release: false, bundle: undefined }],
    [['doctor', '--json', '--release'], { json: true, release: true, bundle: undefined }],
    [['doctor', '--bundle', 'report.md'], { json: false, release: false, bundle: 'report.md' }],
  ])('reads %j', async (argv, options) => {
    expect(await parseCommand(registerDoctor, argv)).toEqual(options);
  });

  it.each([[['doctor', 'proxy']], [['doctor', '--bundle']], [['doctor', '--fix']]])(
    'refuses %j',
    async (argv) => {
      await expect(parseCommand(registerDoctor, argv)).rejects.toThrow(
        /too many arguments|argument missing|unknown option/,
      );
    },
  );
});

describe('models', () => {
  const list = { action: 'list', json: false, quiet: false, all: false, abilities: [] };
  it.each([
    [['models'], list],
    [['models', 'list'], list],
    [['models', 'list', '--json'], { ...list, json: true }],
    [['models', '--json'], { ...list, json: true }],
    [['models', '-q', '-a'], { ...list, quiet: true, all: true }],
    [['models', '--ability', 'vision', 'tools'], { ...list, abilities: ['vision', 'tools'] }],
    [['models', '--ability', 'vision', '--ability', 'tools'], { ...list, abilities: ['vision', 'tools'] }],
    [['models', 'default'], { action: 'default', name: undefined, json: false }],
    [['models', 'default', 'gpt-5'], { action: 'default', name: 'gpt-5', json: false }],
    [['models', 'default', '--json'], { action: 'default', name: undefined, json: true }],
    [['models', '--json', 'resolve', 'gpt-5'], { action: 'resolve', name: 'gpt-5', json: true }],
    [['models', 'resolve', 'gpt-5'], { action: 'resolve', name: 'gpt-5', json: false }],
  ])('reads %j', async (argv, options) => {
    expect(await parseCommand(registerModels, argv)).toEqual(options);
  });

  it('refuses an ability that nothing has', async () => {
    await expect(parseCommand(registerModels, ['models', '--ability', 'flying'])).rejects.toThrow(
      /Allowed choices/,
    );
  });
});

describe('config', () => {
  it.each([
    [['config'], { action: 'list', json: false }],
    [['config', '--json'], { action: 'list', json: true }],
    [['config', 'list'], { action: 'list', json: false }],
    [['config', 'list', '--json'], { action: 'list', json: true }],
    [['config', 'get', 'model'], { action: 'get', name: 'model', json: false }],
    [['config', 'get', '--json', 'model'], { action: 'get', name: 'model', json: true }],
    [['config', 'set', 'model', 'gpt-5'], { action: 'set', name: 'model', value: 'gpt-5' }],
    [['config', 'unset', 'model'], { action: 'unset', name: 'model' }],
    [['config', 'path'], { action: 'path' }],
  ])('reads %j', async (argv, options) => {
    expect(await parseCommand(registerConfig, argv)).toEqual(options);
  });

  it('refuses a setting that does not exist', async () => {
    await expect(parseCommand(registerConfig, ['config', 'get', 'modle'])).rejects.toMatchObject({
      code: 'usage',
    });
  });
});
