import { describe, expect, it } from 'vitest';
import { isFoundName } from '../src/chat/shell-words.ts';
import { type GlobalFlags, parseInvocation, readFailureFormat, refuseFlagsOfFiles } from '../src/program.ts';

const noFlags: GlobalFlags = {
  account: undefined,
  envFile: undefined,
  colour: 'auto',
  debug: false,
  pager: true,
};

const parse = (...argv: string[]) => parseInvocation(argv);

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
  ])('without global flags is left as it is: %j', (argv, left) => {
    expect(parse(...argv)).toEqual({ argv: left, flags: noFlags });
  });
});

describe('a flag that is the name of a file here', () => {
  const refuse = (argv: string[], files: string[]): void =>
    refuseFlagsOfFiles(argv, (name) => files.includes(name));

  it.each([
    [['chat', '-f', 'a.md', '--mcp-config=evil.md', '--', 'q'], '--mcp-config=evil.md'],
    [['chat', '-f', 'a', '--allow-all-tools'], '--allow-all-tools'],
    [['-y', 'hi'], '-y'],
    [['chat', '--env-from=x', 'q'], '--env-from=x'],
    [['chat', '-f', '--', '--mcp-config=evil.json', 'a.txt', '--', 'q'], '--'],
    [['chat', 'q', '-f', '--', '--mcp-config=evil.json', 'a.txt'], '--mcp-config=evil.json'],
    [['chat', '-s', '--', '--', '--yes'], '--'],
    [['chat', '-a', '--', 'b', '-y'], '-y'],
  ])('ends the command: %j', (argv, name) => {
    expect(() => refuse(argv, [name, 'a.md'])).toThrow(`${name} is a flag, and a file of that name`);
  });

  it.each(['--mcp-config=e\ufffd.md', '--\ufffd', '-f\ufffd'])(
    'ends it if its name is not UTF-8: %j',
    (name) => {
      const isFound = (word: string): boolean => isFoundName(word, '/nowhere');
      const argv = ['chat', '-f', 'a.md', name, '--', 'q'];
      expect(() => refuseFlagsOfFiles(argv, isFound)).toThrow(`${name} is a flag`);
      expect(() => refuseFlagsOfFiles(['chat', '-f', 'a.md', '--', name], isFound)).not.toThrow();
    },
  );

  it.each([
    [['chat', '-f', 'a.md', '--', '--mcp-config=evil.md'], '--mcp-config=evil.md'],
    [['chat', '-f', './--json'], './--json'],
    [['chat', '-'], '-'],
    [['chat', '--json'], '--jsonl'],
  ])('and no other: %j', (argv, name) => {
    expect(() => refuse(argv, [name])).not.toThrow();
  });
});

describe('global flags', () => {
  it.each<[argv: string[], left: string[], flags: Partial<GlobalFlags>]>([
    [['--debug', 'status'], ['status'], { debug: true }],
    [['status', '--debug', '--json'], ['status', '--json'], { debug: true }],
    [['models', '--no-pager'], ['models'], { pager: false }],
    [['status', '--json', '--debug'], ['status', '--json'], { debug: true }],
    [['--debug', 'tell', 'me'], ['tell', 'me'], { debug: true }],
    [['--debug'], [], { debug: true }],
    [['--color', 'never', 'status'], ['status'], { colour: 'never' }],
    [['status', '--color=always'], ['status'], { colour: 'always' }],
    [['--color', 'auto', 'status'], ['status'], { colour: 'auto' }],
    [['status', '--no-color'], ['status'], { colour: 'never' }],
    [['status', '--color', 'never', '--color', 'always'], ['status'], { colour: 'always' }],
    [['--env-from', '.env', 'status'], ['status'], { envFile: '.env' }],
    [['--env-file', '.env', 'status'], ['status'], { envFile: '.env' }],
    [['status', '--env-from=a=b.env'], ['status'], { envFile: 'a=b.env' }],
    [['status', '--env-from', '--odd-name'], ['status'], { envFile: '--odd-name' }],
    [
      ['--env-from', 'x', 'chat', '--debug', 'hi', '--no-color'],
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
      ['what', 'does', '--', '--env-from', 'do'],
      ['what', 'does', '--', '--env-from', 'do'],
    ],
  ])('are words behind a terminator: %j', (argv, left) => {
    expect(parse(...argv)).toEqual({ argv: left, flags: noFlags });
  });

  it.each([[['--debug=1']], [['--no-color=x']], [['--colour', 'never']], [['--env-froms', 'x']]])(
    'are not what only looks like them: %j',
    (flags) => {
      expect(parse('status', ...flags)).toEqual({ argv: ['status', ...flags], flags: noFlags });
    },
  );

  it.each([
    [['status', '--env-from'], '--env-from needs a value'],
    [['status', '--color'], '--color needs a value'],
    [['chat', '--env-from', '--', 'hi'], '--env-from needs a value'],
    [['status', '--color', 'sometimes'], '--color is one of auto, always, never, not sometimes'],
    [['status', '--color='], '--color is one of auto, always, never'],
  ])('need their values: %j', (argv, message) => {
    expect(catchError(...argv)).toMatchObject({ code: 'usage', message: expect.stringContaining(message) });
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
