import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { nameCommand } from '../src/command-words.ts';
import type { Context } from '../src/context.ts';
import { createProgram } from '../src/program.ts';
import { hintSaying } from './helpers/hint-matcher.ts';

// Declaring commands touches nothing of the context but its version.
const program = createProgram({ version: '0' } as Context, { out: () => {}, err: () => {} });
const name = (...argv: string[]): string[] => nameCommand(program, argv, { cwd: tmpdir() });

function catchError(...argv: string[]): unknown {
  try {
    return name(...argv);
  } catch (error) {
    return error;
  }
}

describe('a command line', () => {
  it('without words is the chat', () => {
    expect(name()).toEqual(['chat']);
  });

  it.each([
    [['status']],
    [['status', '--json']],
    [['chat', '-m', 'gpt-5', 'hi']],
    [['chat', 'exit']],
    [['chat', 'chta']],
    [['chat', 'help', 'me']],
    [['chat', '--', 'help']],
    [['chat', '-s', 'help', 'hi']],
    [['sessions', 'search', 'help', 'wanted']],
    [['serve', 'run', '--', 'help']],
    [['config', 'set', 'model', 'help']],
    [['--help']],
    [['-h']],
    [['--version']],
    [['-v']],
  ])('that begins with a command is left as it is: %j', (argv) => {
    expect(name(...argv)).toEqual(argv);
  });

  it.each([
    [['why is the sky blue?']],
    [['auth login']],
    [['why', 'is', 'the', 'sky', 'blue?']],
    [['union', 'the', 'of', 'status']],
    [['explain', 'status']],
    [['-m', 'gpt-5', 'why', 'not']],
    [['--json', 'why', 'not']],
    [['-']],
    [['--', 'status']],
    [['--', '--help']],
    [['--', 'version']],
    [['-m', 'gpt-5', '--', 'status']],
    [['-m', 'model']],
    [['-m', 'list']],
    [['--resume', 'version']],
    [['update', 'readme']],
    [['install', 'docker', 'on', 'debian']],
    [['list', 'all', 'primes', 'below', '100']],
    [['search', 'for', 'bugs']],
    [['model', 'trains']],
    [['version', 'numbers']],
    [['status', 'of', 'the', 'union'].toReversed()],
  ])('that looks like none is a prompt for chat: %j', (argv) => {
    expect(name(...argv)).toEqual(['chat', ...argv]);
  });
});

describe('help', () => {
  it.each([
    [['help'], ['help', '--help']],
    [
      ['help', 'help'],
      ['help', '--help'],
    ],
    [
      ['help', 'version'],
      ['help', '--help'],
    ],
    [['-m', 'x', 'help'], ['--help']],
    [
      ['help', 'chat'],
      ['chat', '--help'],
    ],
    [
      ['help', 'config', 'set'],
      ['config', 'set', '--help'],
    ],
    [
      ['sessions', 'help', 'delete'],
      ['sessions', 'delete', '--help'],
    ],
    [
      ['chat', 'help'],
      ['chat', '--help'],
    ],
    [
      ['chat', '-m', 'x', '--json', 'help'],
      ['chat', '--help'],
    ],
    [
      ['chat', '-x', 'help'],
      ['chat', '--help'],
    ],
    [
      ['run', 'help'],
      ['run', '--help'],
    ],
    [
      ['sessions', 'help'],
      ['sessions', '--help'],
    ],
    [
      ['config', 'set', 'help'],
      ['config', 'set', '--help'],
    ],
  ])('is the flag of the command that it stands with: %j', (argv, expected) => {
    expect(name(...argv)).toEqual(expected);
  });

  it.each([[['help', 'exit-codes']], [['help', 'serve']], [['help', 'templates']]])(
    'goes on to a topic, also one with the name of a command: %j',
    (argv) => {
      expect(name(...argv)).toEqual(argv);
    },
  );

  it.each([
    [
      ['help', 'exit-code'],
      'there is no command or topic "exit-code"; did you mean copilot-cli help exit-codes?',
    ],
    [['help', 'modles'], 'there is no command or topic "modles"; did you mean copilot-cli help models?'],
    [['help', 'me', 'write', 'a', 'poem'], 'there is no command or topic "me"'],
    [['help', 'proxies'], 'there is no command or topic "proxies"'],
    [
      ['help', 'permissions'],
      'there is no command or topic "permissions"; did you mean copilot-cli help tools?',
    ],
    [
      ['help', 'enviroment'],
      'there is no command or topic "enviroment"; did you mean copilot-cli help environment?',
    ],
  ])('for a command that does not exist names one only if it is near: %j', (argv, message) => {
    expect(catchError(...argv)).toMatchObject({
      code: 'usage',
      message,
      hint: hintSaying(expect.stringContaining(`To send it as a prompt: copilot-cli chat ${argv.join(' ')}`)),
    });
  });
});

describe('one lone word', () => {
  it.each<[word: string, meant: string]>([
    ['stauts', 'status'],
    ['VERSION', 'version'],
    ['Help', 'help'],
    ['Status', 'status'],
    ['model', 'models'],
    ['mdels', 'models'],
    ['logn', 'login'],
    ['log-out', 'logout'],
    ['hlp', 'help'],
    ['chats', 'chat'],
    ['chta', 'chat'],
    ['urn', 'run'],
    ['cofnig', 'config'],
    ['conf', 'config'],
    ['stat', 'status'],
    ['logot', 'logout'],
    ['verison', 'version'],
    ['whoami', 'status'],
    ['ls', 'sessions list'],
    ['auth', 'login'],
    ['usgae', 'usage'],
    ['quota', 'usage'],
    ['aliases', 'models alias'],
    [' status ', 'status'],
    ['login\n', 'login'],
    ['\u00a0whoami\t', 'status'],
    ['doctr', 'doctor'],
    ['diagnose', 'doctor'],
    ['checkhealth', 'doctor'],
    ['enable', 'mcp enable'],
    ['switch', 'accounts switch'],
    ['Switch.', 'accounts switch'],
    ['delete', 'sessions delete'],
    ['migrate', 'accounts migrate'],
    ['sessions-delete', 'sessions delete'],
    ['endpoints-add', 'endpoints add'],
    ['free', 'models'],
  ])('that looks like a command is an error and not a paid request: %s', (word, meant) => {
    expect(catchError(word)).toMatchObject({
      code: 'usage',
      exitCode: 2,
      message: expect.stringContaining(`; did you mean "copilot-cli ${meant}"?`),
      hint: hintSaying(`To send it as a prompt: copilot-cli chat ${word.trim()}`),
    });
  });

  it.each(['remove', 'add', 'get', 'show'])('that goes with several commands names them: %s', (word) => {
    expect(catchError(word)).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(
        new RegExp(`^${word} is not a command; it goes with others: copilot-cli \\w+ ${word}, copilot-cli `),
      ),
    });
  });

  it.each([['exit'], ['exit '], ['quit'], ['extension'], ['logs'], ['plugins'], ['update'], ['embed']])(
    'of another program is an error as well: %s',
    (word) => {
      expect(catchError(word)).toMatchObject({ code: 'usage' });
    },
  );

  it.each([['mpc'], ['compleiton'], ['account']])('that nearly names a command is an error: %s', (word) => {
    expect(catchError(word)).toMatchObject({ code: 'usage' });
  });

  it.each([
    ['hi'],
    ['hello'],
    ['why'],
    ['test'],
    ['yes'],
    ['fun'],
    ['sun'],
    ['thanks'],
    ['haiku'],
    ['joke'],
    ['explain'],
    ['review'],
    ['summarise'],
    ['translate'],
    ['merge'],
    ['notes'],
    ['42'],
    ['why?'],
    ['statut général'],
    ['x'],
    ['зима'],
    ['constructor'],
  ])('that is near to none is a prompt: %s', (word) => {
    expect(name(word)).toEqual(['chat', word]);
  });

  it.each<[argv: string[], meant: string]>([
    [['--json', 'stauts'], 'copilot-cli status --json'],
    [['stauts', '--json'], 'copilot-cli status --json'],
    [['--json', 'status'], 'copilot-cli status --json'],
    [['-m', 'gpt-5', 'status'], 'copilot-cli status'],
    [['-m', 'gpt 5', 'chta'], "copilot-cli chat -m 'gpt 5'"],
    [['-m', 'x', 'version'], 'copilot-cli version'],
    [['-x', 'login'], 'copilot-cli login'],
  ])('is looked at among flags, and only flags that fit are suggested: %j', (argv, meant) => {
    expect(catchError(...argv)).toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`"${meant}"`),
    });
  });

  it('is not called no command where it is one, but does not come first', () => {
    expect(catchError('--json', 'status')).toMatchObject({
      message: expect.stringContaining('a command comes before its flags'),
    });
  });

  it('version prints the version', () => {
    expect(name('version')).toEqual(['--version']);
  });
});

describe('two words', () => {
  it.each<[argv: string[], meant: string]>([
    [['auth', 'login'], 'copilot-cli login'],
    [['auth', 'status'], 'copilot-cli status'],
    [['session', 'list'], 'copilot-cli sessions list'],
    [['sesions', 'lst'], 'copilot-cli sessions list'],
    [['confg', 'list'], 'copilot-cli config list'],
    [['--json', 'sessions', 'list'], 'copilot-cli sessions list --json'],
    [['-m', 'x', 'run', 'prompt.md'], 'copilot-cli run prompt.md -m x'],
    [['confg', 'set', 'model', 'gpt-5'], 'copilot-cli config set model gpt-5'],
  ])('that look like a command and its subcommand are an error: %j', (argv, meant) => {
    expect(catchError(...argv)).toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`did you mean "${meant}"?`),
    });
  });

  it.each([
    [['compleiton', 'zsh']],
    [['mpc', 'add']],
    [['mpc', 'add', 'github', 'npx']],
    [['acounts', 'switch']],
    [['alias', 'set']],
    [['extension', 'install']],
    [['plugins', 'list']],
    [['chart', 'list']],
  ])('that look like a command we do not have are an error: %j', (argv) => {
    expect(catchError(...argv)).toMatchObject({ code: 'usage', exitCode: 2 });
  });

  it.each<[argv: string[], message: string]>([
    [['sessions', 'lst'], 'there is no command "sessions lst"; did you mean "copilot-cli sessions list"?'],
    [
      ['endpoints', 'rm', 'a'],
      'there is no command "endpoints rm"; did you mean "copilot-cli endpoints remove"?',
    ],
    [
      ['endpoints', 'delete', 'a'],
      'there is no command "endpoints delete"; did you mean "copilot-cli endpoints remove"?',
    ],
    [['sessions', 'hepl'], 'there is no command "sessions hepl"; did you mean "copilot-cli sessions help"?'],
    [
      ['sessions', 'rm', 'a'],
      'there is no command "sessions rm"; did you mean "copilot-cli sessions delete"?',
    ],
    [
      ['sessions', 'frobnicate'],
      'there is no command "sessions frobnicate"; did you mean "copilot-cli sessions show frobnicate"?',
    ],
    [
      ['help', 'sessions', 'shwo'],
      'there is no command "sessions shwo"; did you mean "copilot-cli sessions show"?',
    ],
  ])(
    'of which the second is no subcommand get the one that is near, or that takes such a word: %j',
    (argv, message) => {
      expect(catchError(...argv)).toMatchObject({ code: 'usage', message });
    },
  );
});
