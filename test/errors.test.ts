import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  AuthenticationError,
  CliError,
  CopilotTokenError,
  DeviceFlowError,
  describeError,
  describeParts,
  type ErrorCode,
  exitCodes,
  InterruptedError,
  listSteps,
  TokenExchangeError,
  UpstreamError,
} from '../src/errors.ts';
import { type HintWords, shellWords } from '../src/hint.ts';
import { chatWords } from '../src/repl/hint-words.ts';
import { callerWords } from '../src/server/hint-words.ts';

const table: [code: ErrorCode, exitCode: number][] = [
  ['internal', 1],
  ['upstream', 1],
  ['usage', 2],
  ['config', 3],
  ['auth_required', 4],
  ['forbidden', 5],
  ['model', 6],
  ['rate_limited', 7],
  ['quota', 8],
  ['input_too_large', 9],
  ['content_filter', 10],
  ['schema', 11],
  ['truncated', 12],
  ['network', 13],
  ['timeout', 124],
  ['interrupted', 130],
];

describe('exit codes', () => {
  it.each(table)('for %s are %i, for good', (code, exitCode) => {
    expect(new CliError(code, 'failed').exitCode).toBe(exitCode);
    expect(describeError(new CliError(code, 'failed'))).toMatchObject({ code, exitCode });
  });

  it('are all in the table above', () => {
    expect(exitCodes).toEqual(Object.fromEntries(table));
  });

  it.each<['SIGINT' | 'SIGTERM' | 'SIGHUP', number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('for %s are what shells expect: %i', (signal, exitCode) => {
    expect(describeError(new InterruptedError(signal))).toMatchObject({ code: 'interrupted', exitCode });
  });
});

describe('a failure with words for people', () => {
  it('keeps them all', () => {
    const cause = new Error('below');
    const error = new UpstreamError('rate_limited', 'too fast', {
      hint: 'Wait.',
      cause,
      details: { status: 429 },
      data: { text: 'so far' },
    });
    expect(describeError(error)).toEqual({
      code: 'rate_limited',
      exitCode: 7,
      message: 'too fast',
      hint: 'Wait.',
      details: { status: 429 },
      data: { text: 'so far' },
    });
    expect(error.cause).toBe(cause);
  });

  it('has no hint, details or data where none were given', () => {
    expect(describeError(new CliError('usage', 'no prompt'))).toMatchObject({
      hint: undefined,
      details: {},
      data: {},
    });
  });

  it('takes up what the command knew', () => {
    const error = new CliError('truncated', 'cut', { data: { text: 'a', id: null } });
    expect(error.withData({ text: 'ab' })).toBe(error);
    expect(describeError(error).data).toEqual({ text: 'ab', id: null });
  });

  it.each([
    ['AuthenticationError', new AuthenticationError('not signed in')],
    ['CopilotTokenError', new CopilotTokenError('refused')],
  ])('says how to sign in where it is an %s', (name, error) => {
    expect(error.name).toBe(name);
    expect(describeError(error)).toMatchObject({ code: 'auth_required', hint: 'Run: copilot-cli login' });
  });

  it.each([
    ['CliError', new CliError('usage', 'x')],
    ['DeviceFlowError', new DeviceFlowError('auth_required', 'x')],
    ['TokenExchangeError', new TokenExchangeError('forbidden', 'x')],
    ['UpstreamError', new UpstreamError('upstream', 'x')],
    ['InterruptedError', new InterruptedError('SIGINT')],
  ])('is called %s', (name, error) => {
    expect(error.name).toBe(name);
    expect(error).toBeInstanceOf(CliError);
  });
});

describe('the message of a failure', () => {
  it.each<[what: string, message: string, line: string]>([
    ['several lines', 'first\nsecond\r\n\n  third\t fourth ', 'first second third fourth'],
    ['escape sequences', 'bad \u001b[31mred\u001b[0m\u0007 \u009b2J', 'bad [31mred[0m 2J'],
    ['a GitHub token', 'refused gho_abcd1234EFGH', 'refused [secret]'],
    ['a Copilot token', 'refused tid=0123;exp=1793000000:0a0b', 'refused [secret]'],
    ['a token that control characters cut in two', 'refused gho_ab\u0000cd1234', 'refused [secret]'],
    ['a bearer header over two lines', 'Bearer\nabcdefghijklmnopqrstuvwx', 'Bearer [secret]'],
  ])('with %s is one harmless line', (_, message, line) => {
    expect(describeError(new CliError('upstream', message, { hint: message }))).toMatchObject({
      message: line,
      hint: line,
    });
    expect(describeError(new Error(message)).message).toBe(`this is a bug in copilot-cli: ${line}`);
  });
});

describe('anything else that is thrown', () => {
  it.each<[what: string, thrown: unknown, words: string]>([
    ['an Error', new Error('x is undefined'), 'x is undefined'],
    ['a TypeError', new TypeError('not a function'), 'not a function'],
    ['text', 'oops', 'oops'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 7, '7'],
    ['an object', {}, '[object Object]'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
  ])('is a bug and says so: %s', (_, thrown, words) => {
    expect(describeError(thrown)).toEqual({
      code: 'internal',
      exitCode: 1,
      message: `this is a bug in copilot-cli: ${words}`,
      hint: expect.stringContaining('--debug'),
      details: {},
      data: {},
    });
  });
});

describe('a module of the program that is gone', () => {
  const load = async (path: string): Promise<unknown> => {
    try {
      return await import(/* @vite-ignore */ path);
    } catch (error) {
      return error;
    }
  };
  const own = fileURLToPath(new URL('../dist/chunks/', import.meta.url));
  const miss = (message: string): Error =>
    Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
  const gone = miss(`Cannot find module '${own}acting-N.js' imported from ${own}chat-run-N.js`);

  it.each<[surface: string, words: HintWords, next: string]>([
    ['shell', shellWords, 'Run the command again.'],
    ['chat', chatWords, 'Leave with /exit; copilot-cli chat -c then goes on with this conversation.'],
    ['server', callerWords, 'Start the server again.'],
  ])('is said by the %s to be the work of an update, and no bug', (_, words, next) => {
    const message = 'parts of copilot-cli are gone: it was updated while it ran';
    const hint = `${next} If that does not help, install the program again.`;
    expect(describeError(gone, words)).toMatchObject({ code: 'internal', exitCode: 1, message, hint });
    expect(describeParts(gone, words)).toEqual({ sentence: message });
    expect(listSteps(gone, words)).toEqual([hint]);
  });

  it.each([
    "Cannot find module '/home/me/server.mjs'",
    "Cannot find module '/home/me/lib.mjs' imported from /home/me/server.mjs",
    "Cannot find package 'left-pad' imported from /home/me/server.mjs",
    "Cannot find module 'left-pad'\nRequire stack:\n- /home/me/server.cjs\n- /home/me/a.cjs",
  ])('is not meant by a module of the person: %s', (message) => {
    expect(describeError(miss(message)).message).not.toContain('updated while it ran');
  });

  it.each(['./gone.js', 'a-package-that-is-gone'])('is known by what Node throws: %s', async (path) => {
    const thrown = await load(path);
    expect(describeError(thrown).message).toContain('updated while it ran');
  });
});
