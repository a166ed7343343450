import { describe, expect, it } from 'vitest';
import { type GlobalFlags, parseInvocation, readFailureFormat } from '../src/invocation.ts';

const commands = ['chat', 'login', 'logout', 'status', 'models', 'config', 'help'];
const noFlags: GlobalFlags = { envFile: undefined, colour: 'auto', debug: false };

const parse = (...argv: string[]) => parseInvocation(argv, commands);

function catchError(...argv: string[]): unknown {
  try {
    return parse(...argv);
  } catch (error) {
    return error;
  }
}

describe('a command line', () => {
  it.each<[argv: string[], left: string[]]>([
    [[], []],
    [['status'], ['status']],
    [
      ['status', '--json'],
      ['status', '--json'],
    ],
    [
      ['chat', '-m', 'gpt-5', 'hi'],
      ['chat', '-m', 'gpt-5', 'hi'],
    ],
    [['--help'], ['--help']],
    [['-h'], ['-h']],
    [['--version'], ['--version']],
    [['-V'], ['-V']],
  ])('that begins with a command is left as it is: %j', (argv, left) => {
    expect(parse(...argv)).toEqual({ argv: left, flags: noFlags });
  });

  it.each([
    [['why is the sky blue?']],
    [['why', 'is', 'the', 'sky', 'blue?']],
    [['status', 'of', 'the', 'union'].reverse()],
    [['explain', 'status']],
    [['-m', 'gpt-5', 'why', 'not']],
    [['--json', 'why', 'not']],
    [['-']],
    [['--', 'status']],
    [['--', '--help']],
    [['-m', 'gpt-5', '--', 'status']],
  ])('that does not is a prompt for chat: %j', (argv) => {
    expect(parse(...argv)).toEqual({ argv: ['chat', ...argv], flags: noFlags });
  });
});

describe('global flags', () => {
  it.each<[argv: string[], left: string[], flags: Partial<GlobalFlags>]>([
    [['--debug', 'status'], ['status'], { debug: true }],
    [['status', '--debug', '--json'], ['status', '--json'], { debug: true }],
    [['status', '--json', '--debug'], ['status', '--json'], { debug: true }],
    [['--debug', 'tell', 'me'], ['chat', 'tell', 'me'], { debug: true }],
    [['--debug'], [], { debug: true }],
    [['--color', 'never', 'status'], ['status'], { colour: 'never' }],
    [['status', '--color=always'], ['status'], { colour: 'always' }],
    [['--color', 'auto', 'status'], ['status'], { colour: 'auto' }],
    [['status', '--no-color'], ['status'], { colour: 'never' }],
    [['status', '--color', 'never', '--color', 'always'], ['status'], { colour: 'always' }],
    [['--env-file', '.env', 'status'], ['status'], { envFile: '.env' }],
    [['status', '--env-file=a=b.env'], ['status'], { envFile: 'a=b.env' }],
    [['status', '--env-file', '--odd-name'], ['status'], { envFile: '--odd-name' }],
    [
      ['--env-file', 'x', 'chat', '--debug', 'hi', '--no-color'],
      ['chat', 'hi'],
      { envFile: 'x', debug: true, colour: 'never' },
    ],
  ])('are taken out wherever they stand: %j', (argv, left, flags) => {
    expect(parse(...argv)).toEqual({ argv: left, flags: { ...noFlags, ...flags } });
  });

  it.each<[argv: string[], left: string[]]>([
    [
      ['chat', '--', '--debug'],
      ['chat', '--', '--debug'],
    ],
    [
      ['chat', '--', '--color', 'never'],
      ['chat', '--', '--color', 'never'],
    ],
    [
      ['what', 'does', '--', '--env-file', 'do'],
      ['chat', 'what', 'does', '--', '--env-file', 'do'],
    ],
  ])('are words behind a terminator: %j', (argv, left) => {
    expect(parse(...argv)).toEqual({ argv: left, flags: noFlags });
  });

  it.each([[['--debug=1']], [['--no-color=x']], [['--colour', 'never']], [['--env-files', 'x']]])(
    'are not what only looks like them: %j',
    (flags) => {
      expect(parse('status', ...flags)).toEqual({ argv: ['status', ...flags], flags: noFlags });
    },
  );

  it.each([
    [['status', '--env-file'], '--env-file needs a value'],
    [['status', '--color'], '--color needs a value'],
    [['chat', '--env-file', '--', 'hi'], '--env-file needs a value'],
    [['status', '--color', 'sometimes'], '--color is one of auto, always, never, not sometimes'],
    [['status', '--color='], '--color is one of auto, always, never'],
  ])('need their values: %j', (argv, message) => {
    expect(catchError(...argv)).toMatchObject({ code: 'usage', message: expect.stringContaining(message) });
  });
});

describe('help', () => {
  it.each([
    [['help'], ['--help']],
    [
      ['help', 'chat'],
      ['chat', '--help'],
    ],
    [
      ['help', 'config', 'set'],
      ['config', 'set', '--help'],
    ],
    [['help', 'help'], ['--help']],
  ])('for a command is its flag: %j', (argv, expected) => {
    expect(parse(...argv).argv).toEqual(expected);
  });

  it('for a command that does not exist names the nearest', () => {
    expect(catchError('help', 'modles')).toMatchObject({
      code: 'usage',
      message: 'there is no command modles; did you mean "copilot-cli help models"?',
    });
  });
});

describe('one lone word', () => {
  it.each<[word: string, meant: string]>([
    ['stauts', 'status'],
    ['Status', 'status'],
    ['model', 'models'],
    ['mdels', 'models'],
    ['logn', 'login'],
    ['log-out', 'logout'],
    ['hlp', 'help'],
    ['chats', 'chat'],
    ['cofnig', 'config'],
    ['logot', 'logout'],
  ])('near a command is an error and not a paid request: %s', (word, meant) => {
    expect(catchError(word)).toMatchObject({
      code: 'usage',
      exitCode: 2,
      message: `${word} is not a command; did you mean "copilot-cli ${meant}"?`,
      hint: `To send it as a prompt: copilot-cli chat ${word}`,
    });
  });

  it.each([
    ['hi'],
    ['thanks'],
    ['haiku'],
    ['42'],
    ['why?'],
    ['stauts!'],
    ['statut général'],
    ['x'],
    ['зima'],
  ])('that is near none is a prompt: %s', (word) => {
    expect(parse(word).argv).toEqual(['chat', word]);
  });

  it.each<[argv: string[], meant: string]>([
    [['--json', 'stauts'], 'copilot-cli status --json'],
    [['stauts', '--json'], 'copilot-cli status --json'],
    [['--debug', 'stauts'], 'copilot-cli status'],
    [['--json', 'status'], 'copilot-cli status --json'],
  ])('is looked at among flags as well: %j', (argv, meant) => {
    expect(catchError(...argv)).toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`"${meant}"`),
    });
  });

  it('is looked at behind a flag with a value as well', () => {
    expect(catchError('-m', 'gpt-5-mini', 'stauts')).toMatchObject({ code: 'usage' });
  });

  it('is not called no command where it is one, but does not come first', () => {
    expect(catchError('--json', 'status')).toMatchObject({
      message: expect.not.stringContaining('status is not a command'),
    });
  });

  it('is not what a flag takes as its value', () => {
    expect(parse('-m', 'model').argv).toEqual(['chat', '-m', 'model']);
  });
});

describe('the format of a failure', () => {
  it.each<[argv: string[], format: string]>([
    [[], 'text'],
    [['status'], 'text'],
    [['status', '--json'], 'json'],
    [['--json', 'status'], 'json'],
    [['chat', '--jsonl', 'hi'], 'jsonl'],
    [['chat', '--json', '--jsonl'], 'jsonl'],
    [['chat', '--nonsense', '--json'], 'json'],
    [['chat', '--', '--json'], 'text'],
    [['chat', '--', '--jsonl'], 'text'],
  ])('of %j is %s', (argv, format) => {
    expect(readFailureFormat(argv)).toBe(format);
  });
});
