import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/env.ts';
import {
  createCapture,
  isDrawn,
  runCommand,
  toPlainOutput,
  toPlainPiece,
  toTypedText,
} from '../../src/terminal/run-command.ts';
import { createFolder } from '../helpers/folder.ts';
import { createMemoryIo } from '../helpers/memory-io.ts';
import { createWindowsFolder } from '../helpers/windows-folder.ts';

describe('a capture', () => {
  it('has all of a short output', () => {
    const capture = createCapture(4);
    for (const text of ['ab', 'cd', 'efgh']) capture.add(text);
    expect(capture.read()).toBe('abcdefgh');
  });

  it('has the beginning and the end of a long one', () => {
    const capture = createCapture(4);
    for (let count = 0; count < 100; count += 1) capture.add(`${count % 10}`.repeat(3));
    expect(capture.read()).toBe('0001\n[… 292 characters …]\n8999');
  });
});

describe('a long line in a capture', () => {
  const long = (end: string): string => `${'a'.repeat(50)}${end}`;

  it.each([
    ['that is the last, with its end', `${long('END')}\n`, 'aaaaaaEND\n'],
    ['that is the last, without one', long('END'), 'aaaaaaaEND'],
    ['before a short one', `${long('END')}\nok`, 'aaaaEND\nok'],
    ['before many short ones', `${long('')}\nb\nc\nd\ne`, 'b\nc\nd\ne'],
  ])('keeps its end: %s', (_, text, end) => {
    const capture = createCapture(10);
    capture.add(text);
    expect(capture.read()).toMatch(/^a{10}\n\[… \d+ characters …\]\n/);
    expect(capture.read().endsWith(`…]\n${end}`)).toBe(true);
  });

  it('keeps its beginning behind a short one', () => {
    const capture = createCapture(10);
    capture.add(`b\n${long('END')}`);
    expect(capture.read()).toMatch(/^b\na{8}\n\[…/);
  });
});

describe('the plain text of an output', () => {
  it('is had in linear time', () => {
    const startedAt = performance.now();
    toPlainPiece(`${'\r'.repeat(2_000_000)}a`);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it.each([
    ['colours', '\u001b[1;31mred\u001b[0m\r\n', 'red'],
    ['links and titles', '\u001b]8;;https://a\u0007a\u001b]8;;\u001b\\ \u001b]0;title\u0007b', 'a b'],
    ['lines that are written over', '10 %\r50 %\r100 %\r\ndone\r\n', '100 %\ndone'],
    ['other controls', 'a\u0007b\u0000c\td', 'abc\td'],
    ['a cut sequence', 'a\u001b', 'a'],
  ])('is without %s', (_, output, text) => {
    expect(toPlainOutput(output)).toBe(text);
  });

  it('is not there if a program filled the screen', () => {
    expect(isDrawn('\u001b[?1049h\u001b[Hhello')).toBe(true);
    expect(isDrawn('\u001b[32mhello')).toBe(false);
  });
});

describe('what was typed and not read', () => {
  it.each([
    ['words behind Esc', '\u001bhello', 'hello'],
    ['words behind Esc twice', '\u001b\u001bOne two', 'One two'],
    ['a line behind Esc', 'one\r\u001btwo\r', 'one\ntwo'],
    ['words between arrows and keys of functions', '\u001b[Aa\u001bOPb\u001b[1;5Cc\u001b[3~', 'abc'],
    ['nothing of Esc alone', '\u001b', ''],
    ['nothing of a report', 'a\u001b]21;@~/x=?\u001b\\b\u001bP>|tmux 3.3a\u001b\\c\u001b]l!x\u0007', 'abc'],
    ['words behind Esc that begin as a report does', '\u001bPlease go', 'Please go'],
  ])('has %s', (_, typed, text) => {
    expect(toTypedText(typed)).toBe(text);
  });
});

describe('a command on Windows', () => {
  it('is ended with the program behind the shell, which has the pipe', async () => {
    const controller = new AbortController();
    const { root } = createWindowsFolder();
    const outcome = await runCommand('echo begun; sleep 1000', {
      io: createMemoryIo().io,
      env: { PATH: process.env.PATH, SystemRoot: root },
      cwd: createFolder(),
      write: async () => controller.abort(),
      signal: controller.signal,
      platform: 'win32',
    });
    // The shell may see its program end before it ends itself.
    expect(outcome.output).toMatch(/^begun\n(?:Killed\n|Terminated\n)?$/);
  });
});

it.each<[how: string, given: { cwd?: string; env?: Env }, code: string, message: RegExp]>([
  ['in a folder that is gone', { cwd: 'gone' }, 'usage', /^the folder .*gone is no longer there$/],
  [
    'without its shell',
    { env: { PATH: '/usr/bin', SHELL: '/no/shell' } },
    'config',
    /^\/no\/shell cannot be started$/,
  ],
])('a command that cannot run says why: %s', async (_, { cwd = '.', env = process.env }, code, message) => {
  const running = runCommand('pwd', {
    io: createMemoryIo().io,
    env,
    cwd: join(createFolder(), cwd),
    write: async () => {},
    signal: new AbortController().signal,
  });
  await expect(running).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});
