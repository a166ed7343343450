import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../src/find-program.ts';
import { parseShellArguments, sourcesStdin } from '../../src/terminal/shell-arguments.ts';

/** `ask.sh` is a script; `$cmd` is a command for `-c`. */
const forms = `
|-|--|+|-e -|-x --|+e -|+e|-s|-s -|-s arg|-s -- a|-- ask.sh|- ask.sh|+ ask.sh|-e ask.sh|-i|-i -|-ei|-i ask.sh|-l|-l -|-m|-a -u|-eu -|-b ask.sh
|-eo pipefail|-eo pipefail -|-oe pipefail|-oe pipefail ask.sh|-o errexit ask.sh|-o errexit -|-o errexit|-oerrexit|-oerrexit ask.sh|+o errexit ask.sh
|-O extglob|-O extglob ask.sh|-O extglob -|-abouo emacs ignoreeof|-abouo emacs ignoreeof ask.sh
|-c $cmd|-ec $cmd|-c $cmd -s|-sc $cmd|-s -c $cmd|-c -- $cmd|+c $cmd|+s ask.sh|-s +s ask.sh|-b -c $cmd|-fb -s
|--norc|--norc -|--norc ask.sh|-norc|-norc ask.sh|-rcfile ask.sh|--rcfile ask.sh|--rcfile ask.sh -|--noprofile --norc -eo pipefail -
|--posix|--login|-login|--login ask.sh|--emulate sh|--emulate sh ask.sh|--emulate sh -|--err-exit|--err-exit ask.sh|-f -- ask.sh|-f -
|/dev/stdin|/dev/stdin a|/dev/fd/0|/dev/fd/0 a|/proc/self/fd/0|/proc/thread-self/fd/0 a|-e /dev/stdin|- /dev/stdin|-- /dev/stdin a|//dev/./stdin
|-- -|-- -s|- -s|- -c|-o stdin ask.sh|-o shinstdin ask.sh|-o interactive|--interactive
|-C true|-C true ask.sh|-Ctrue|--command $cmd|--command=$cmd|--init-command true|--init-command=true ask.sh|-N|-N ask.sh|--no-config|-d 0|-d 0 ask.sh|-p prof ask.sh
|-pprof|--profile prof|--profile prof ask.sh|-P|-T x|-T x ask.sh|-D 9 ask.sh`
  .split('|')
  .map((form) =>
    form
      .trim()
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => word.replace('$cmd', 'echo FROM_COMMAND')),
  );

const shells = [
  'bash',
  'rbash',
  'dash',
  'zsh',
  'busybox',
  'fish',
  'ksh',
  'ksh93',
  'mksh',
  'yash',
  'tcsh',
].filter((shell) => findProgram(shell, { env: process.env }) !== undefined);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shells-'));
  writeFileSync(join(folder, 'ask.sh'), 'echo FROM_FILE\n');
  writeFileSync(join(folder, 'lines'), 'echo FROM_STDIN\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Undefined if the shell refuses the words. It has no terminal: one that finds it may read its commands there. */
async function askShell([program = '', ...rest]: readonly string[]): Promise<
  'stdin' | 'elsewhere' | undefined
> {
  const script = openSync(join(folder, 'lines'), 'r');
  const child = spawn(program, rest, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TERM: 'dumb' },
    // Not a pipe of Node.js, which is a socket and has no name that can be opened.
    stdio: [script, 'pipe', 'ignore'],
    detached: true,
    timeout: 10_000,
  });
  const stdout = await text(child.stdout as Readable);
  closeSync(script);
  if (stdout.includes('FROM_STDIN')) return 'stdin';
  return /FROM_(?:FILE|COMMAND)/.test(stdout) ? 'elsewhere' : undefined;
}

describe.runIf(process.platform === 'linux')('where the commands of a shell are', () => {
  it.each(shells)(
    'is read from the command line as %s reads it',
    async (shell) => {
      const words = shell === 'busybox' ? ['busybox', 'sh'] : [shell];
      let judged = 0;
      const wrong: object[] = [];
      for (const form of forms) {
        const argv = [...words, ...form];
        const real = await askShell(argv);
        if (real === undefined) continue;
        const ours = parseShellArguments(shell, argv).source.replace(/ by name$/, '');
        judged += 1;
        if (ours !== real) wrong.push({ argv: argv.join(' '), real, ours });
      }
      expect(wrong).toEqual([]);
      expect(judged).toBeGreaterThan(20);
    },
    60_000,
  );
});

describe('the command line of a shell', () => {
  it.each<[source: string, name: string, line: string]>([
    ['stdin', 'bash', '-bash'],
    ['stdin', 'bash', 'sh -'],
    ['stdin', 'sh', '/bin/sh -eu -'],
    ['stdin', 'install.sh', '/bin/bash -'],
    ['elsewhere', 'install.sh', '/bin/bash - ./install.sh'],
    ['stdin', 'busybox', '/bin/busybox ash --'],
    ['stdin', 'ksh', 'ksh -oerrexit -'],
    ['elsewhere', 'mksh', 'mksh -T x ask.sh'],
    ['elsewhere', 'pwsh', 'pwsh -NoProfile -Command ask'],
    ['elsewhere', 'nu', 'nu -c ask'],
    ['elsewhere', 'nu', 'nu --commands ask'],
    ['elsewhere', 'tcsh', 'tcsh -f ask.csh'],
    ['stdin', 'xonsh', 'xonsh'],
  ])('has the commands on %s: %s, %s', (source, name, line) => {
    expect(parseShellArguments(name, line.split(' ')).source).toBe(source);
  });
});

describe('commands', () => {
  it.each([
    'source /dev/stdin',
    '. /dev/stdin a b; main',
    'set -e\n  . /dev/fd/0\nmain',
    'if true; then source /proc/self/fd/0; fi',
    'f() { builtin source /dev/stdin; }; f',
    'test -t 0 || . /dev/stdin 2>/dev/null',
  ])('take more of them from stdin: %s', (commands) => {
    expect(sourcesStdin(commands)).toBe(true);
  });

  it.each([
    'source ask.sh',
    'source /dev/stdin < ask.sh',
    'source /dev/stdin <<< "$(curl -s https://example.com)"',
    'curl -s https://example.com | source /dev/stdin',
    'cat /dev/stdin',
    'source /dev/stdin.d/ask.sh',
    'echo source /dev/stdin',
  ])('do not: %s', (commands) => {
    expect(sourcesStdin(commands)).toBe(false);
  });
});
