import { describe, expect, it } from 'vitest';
import type { KeptFile, ProcessTable } from '../../src/terminal/process-table.ts';
import { judgeStdin } from '../../src/terminal/stdin-origin.ts';

type Process = {
  argv: string[];
  name?: string;
  stdin?: string | undefined;
  reads?: { bytes: number; calls: number };
  kept?: KeptFile[];
  commands?: string;
};

const pipe = 'the pipe';
const terminal = 'a terminal';

/** A table of us, with the pipe, and our ancestors, the parent first. */
function toTable(...ancestors: Process[]): ProcessTable {
  const processes: Process[] = [{ argv: ['node', 'copilot-cli'], stdin: pipe }, ...ancestors];
  return {
    self: 1,
    answerPipe: 'our answer',
    find(pid) {
      const found = processes[pid - 1];
      if (!found) return undefined;
      const { argv, name = argv[0] ?? '', stdin } = found;
      return { parent: pid + 1, name, argv, stdin };
    },
    findReads: (pid) => processes[pid - 1]?.reads,
    listKept: (pid) => processes[pid - 1]?.kept ?? [],
    listOutputs: () => [],
    isFedByChild: () => false,
    readCommands: (pid) => processes[pid - 1]?.commands ?? '',
  };
}

const shell: Process = { argv: ['-bash'], name: 'bash', stdin: terminal };
const runner: Process = { argv: ['/opt/runner'], stdin: '/dev/null' };
const script: Process = { argv: ['/bin/sh', './deploy'], name: 'deploy', stdin: pipe };

describe('a pipe', () => {
  it.each<[name: string, table: ProcessTable]>([
    ['of an interactive shell', toTable(shell)],
    ['passed on by timeout', toTable({ argv: ['timeout', '30', 'copilot-cli'], stdin: pipe }, shell)],
    [
      'passed on by npx, which writes over its command line',
      toTable({ argv: ['npm exec copilot-cli chat hi'], name: 'npm exec copilo', stdin: pipe }, shell),
    ],
    [
      'passed on by npx and the shell that it starts',
      toTable(
        { argv: ['sh', '-c', 'copilot-cli chat "a; b"'], stdin: pipe },
        { argv: ['node', '/usr/bin/npx', 'copilot-cli'], stdin: pipe },
        shell,
      ),
    ],
    [
      'passed on by a wrapper that has changed its own stdin',
      toTable({ argv: ['strace'], stdin: 'x' }, shell),
    ],
    [
      'of a group of commands, of which none has read',
      toTable({ ...shell, stdin: pipe, reads: { bytes: 0, calls: 0 } }, shell),
    ],
  ])('was made for us: %s', (_, table) => {
    expect(judgeStdin(table)).toEqual({ kind: 'made', isShared: false });
  });

  it.each<[name: string, table: ProcessTable]>([
    ['a script of a CI runner', toTable(script, runner)],
    [
      'several commands of a CI runner',
      toTable({ argv: ['bash', '-ec', 'a; copilot-cli'], stdin: pipe }, runner),
    ],
  ])('was inherited from a shell that may read it: %s', (_, table) => {
    expect(judgeStdin(table)).toEqual({ kind: 'inherited', isShared: true });
  });

  it.each([
    ['bash'],
    ['bash', '-s', 'one'],
    ['-bash'],
    ['bash', '--norc', '-eu', '-o', 'pipefail'],
    ['sh', '+e', '-s'],
    ['bash', '-'],
    ['bash', '--norc', '-eo', 'pipefail', '--'],
    ['busybox', 'sh', '-'],
    ['fish', '--'],
  ])('holds the commands of the shell: %j', (...argv) => {
    expect(judgeStdin(toTable({ argv, stdin: pipe }, shell))).toEqual({ kind: 'script', isShared: true });
    const subshell: Process = { argv, stdin: pipe };
    expect(judgeStdin(toTable(subshell, { argv, stdin: pipe }, runner)).kind).toBe('script');
    const taking: Process = { argv, stdin: pipe, kept: [{ fd: 11, file: 'our answer', isTerminal: false }] };
    expect(judgeStdin(toTable(taking, shell)).kind).toBe('script');
  });

  it.each<Process>([
    { argv: ['bash', 'ask.sh'], stdin: pipe },
    { argv: ['bash', '-o', 'pipefail', 'ask.sh', '-s'], stdin: pipe },
    { argv: ['bash', '-euc', 'copilot-cli; true', '-s'], stdin: pipe },
    { argv: ['bash', '--', 'ask.sh'], stdin: pipe },
    { argv: ['bash'], stdin: pipe, kept: [{ fd: 10, file: 'script', isTerminal: false }] },
    { argv: ['bash'], stdin: pipe, kept: [{ fd: 10, file: 'tty', isTerminal: true }] },
    { argv: ['bash', '-', 'ask.sh'], stdin: pipe },
    { argv: ['bash', '/dev/fd/63'], stdin: pipe },
    ...[
      { argv: ['bash', '-i'], fds: [10, 255] },
      { argv: ['dash', '-i'], fds: [10, 11] },
      { argv: ['dash'], fds: [10] },
      { argv: ['zsh'], fds: [10, 11] },
      // It takes commands from the terminal.
      { argv: ['zsh', '-i'], fds: [10] },
    ].map(({ argv, fds }) => ({
      argv,
      stdin: pipe,
      kept: fds.map((fd) => ({ fd, file: 'tty', isTerminal: true })),
    })),
  ])('does not hold the commands of a shell that has them elsewhere: %j', (parent) => {
    expect(judgeStdin(toTable(parent, shell)).kind).not.toBe('script');
  });

  it.each<{ argv: string[]; kept: KeptFile[] }>([
    { argv: ['bash', '-i'], kept: [{ fd: 255, file: 'tty', isTerminal: true }] },
    { argv: ['bash', '-i'], kept: [{ fd: 255, file: 'log', isTerminal: false }] },
    { argv: ['bash', '/dev/stdin'], kept: [{ fd: 255, file: pipe, isTerminal: false }] },
    { argv: ['dash', '-i'], kept: [{ fd: 10, file: 'tty', isTerminal: true }] },
    { argv: ['busybox', 'sh', '-i'], kept: [{ fd: 10, file: 'tty', isTerminal: true }] },
    { argv: ['zsh'], kept: [{ fd: 10, file: 'tty', isTerminal: true }] },
    { argv: ['zsh', '-i'], kept: [] },
    { argv: ['mksh'], kept: [{ fd: 10, file: 'tty', isTerminal: true }] },
  ])('holds the commands of a shell that keeps a file of its own: %j', (parent) => {
    expect(judgeStdin(toTable({ ...parent, stdin: pipe }, shell)).kind).toBe('script');
  });

  it.each<[name: string, kind: string, kept: Partial<KeptFile>]>([
    ['a file that the shell was given', 'script', { access: { canRead: true, isClosedOnExec: false } }],
    ['an output', 'script', { access: { canRead: false, isClosedOnExec: true } }],
    ['a terminal', 'script', { isTerminal: true, access: { canRead: true, isClosedOnExec: true } }],
    ['another stdin', 'unknown', { access: { canRead: true, isClosedOnExec: true } }],
    ['a file of which the system tells no more', 'unknown', {}],
  ])('of a shell whose parent cannot be seen, and that keeps %s, is judged by it', (_, kind, kept) => {
    const file: KeptFile = { fd: 10, file: 'kept', isTerminal: false, ...kept };
    expect(judgeStdin(toTable({ argv: ['bash'], stdin: pipe, kept: [file] }))).toEqual({
      kind,
      isShared: true,
    });
  });

  it.each([
    ['bash', '/dev/stdin', 'one'],
    ['dash', '-e', '/proc/self/fd/0'],
    ['zsh', '-', '/dev/fd/0'],
  ])('holds the commands of a shell that opens it by name: %j', (...argv) => {
    const expected = { kind: 'script', isShared: true, isOpenedAnew: true };
    expect(judgeStdin(toTable({ argv, stdin: pipe }, shell))).toEqual(expected);
    const kept: KeptFile[] = [{ fd: 255, file: 'script', isTerminal: false }];
    expect(judgeStdin(toTable({ argv, stdin: pipe, kept }, shell)).kind).toBe('unknown');
  });

  it('holds the commands of a script that takes more of them from it', () => {
    const parent: Process = { argv: ['bash', '-c', '…'], stdin: pipe, commands: 'source /dev/stdin; main' };
    expect(judgeStdin(toTable(parent, shell)).kind).toBe('script');
    const kept: KeptFile[] = [{ fd: 10, file: terminal, isTerminal: true }];
    expect(judgeStdin(toTable({ ...parent, kept }, shell)).kind).toBe('unknown');
  });

  it('was inherited from a loop that reads lines', () => {
    const reading = { ...shell, stdin: pipe, reads: { bytes: 9, calls: 9 } };
    expect(judgeStdin(toTable(reading, shell))).toEqual({
      kind: 'inherited',
      isShared: true,
      isPartlyRead: true,
    });
  });

  const loop = 'while read -r l; do copilot-cli chat "$l"; done';
  const reader: Process = { ...script, commands: loop };
  const fork: Process = { ...shell, stdin: pipe, reads: { bytes: 0, calls: 0 } };
  const fish: Process = { argv: ['fish', 'x.fish'], name: 'fish', stdin: terminal, commands: `a | ${loop}` };
  const keeping: Process = { ...fish, kept: [{ fd: 11, file: pipe, isTerminal: false }] };
  it.each<[name: string, kind: string, table: ProcessTable]>([
    ['a script with a loop', 'unknown', toTable(reader, shell)],
    [
      'a script with a loop, behind timeout',
      'unknown',
      toTable({ argv: ['timeout', '9', 'x'], stdin: pipe }, reader, shell),
    ],
    ['a script that such a script runs', 'unknown', toTable(script, reader, shell)],
    ['a script with a loop in a group of commands', 'unknown', toTable(reader, fork, shell)],
    [
      'a script that a loop runs',
      'unknown',
      toTable(script, { ...fork, reads: { bytes: 9, calls: 9 } }, shell),
    ],
    ['a loop that fish runs', 'made', toTable(keeping)],
    ['a script that a loop of fish runs', 'unknown', toTable(script, keeping)],
  ])('may lose lines that a shell means to read: %s', (_, kind, table) => {
    expect(judgeStdin(table)).toEqual({ kind, isShared: true });
  });

  it.each<[name: string, kind: string, table: ProcessTable]>([
    ['a script without', 'unknown', toTable({ ...script, commands: 'copilot-cli chat words' }, shell)],
    ['a script without in a group of commands', 'unknown', toTable(script, fork, shell)],
    ['a script with a loop that made the pipe', 'made', toTable({ ...reader, stdin: terminal })],
    ['fish with a loop that made the pipe', 'made', toTable(fish)],
    ['a function of fish', 'made', toTable({ ...keeping, commands: 'echo data | ask' })],
  ])('is for us, as nothing reads lines of it: %s', (_, kind, table) => {
    expect(judgeStdin(table)).toEqual({ kind, isShared: false });
  });

  const split: Process = { argv: ['split', '--filter=x', 'lines'], name: 'split', stdin: 'lines' };
  const runs = (commands: string): Process => ({ argv: ['bash', '-c', commands], stdin: pipe, commands });
  it.each<[commands: string, table: ProcessTable, kind: string, isShared: boolean]>([
    ['copilot-cli chat q', toTable(split), 'made', false],
    ['copilot-cli chat q', toTable(runs('copilot-cli chat q'), split), 'made', false],
    ['> $FILE', toTable(runs('copilot-cli chat q > $FILE'), split), 'unknown', false],
    ['a pipeline', toTable(runs('copilot-cli chat q | cat'), split), 'unknown', false],
    [
      'of tar',
      toTable(runs('copilot-cli chat q; true'), { ...split, argv: ['tar'], name: 'tar' }),
      'unknown',
      false,
    ],
    ['a script', toTable(script, { ...split, argv: ['/usr/bin/git'], name: 'git' }), 'unknown', false],
    ['a loop', toTable(runs(loop), split), 'unknown', true],
  ])('made by a program for its command: %s', (_, table, kind, isShared) => {
    expect(judgeStdin(table)).toEqual({ kind, isShared });
  });

  it('was inherited from the server of a remote login, of which nothing more can be seen', () => {
    const server: Process = { argv: ['sshd: me@notty'], name: 'sshd', stdin: undefined };
    expect(judgeStdin(toTable(server))).toEqual({ kind: 'inherited', isShared: false });
    expect(judgeStdin(toTable(script, server))).toEqual({ kind: 'inherited', isShared: true });
  });

  const tty: KeptFile = { fd: 11, file: 'tty', isTerminal: true };
  const nothing: KeptFile = { fd: 12, file: '/dev/null', isTerminal: false, isNull: true };
  const zsh: Process = { argv: ['zsh', '-c', 'copilot-cli; true'], stdin: pipe };
  it.each<[name: string, isShared: boolean, kept: KeptFile[], outer: Process]>([
    ['on a terminal', false, [tty, nothing], shell],
    ['without a terminal', false, [nothing], { ...shell, stdin: '/dev/null' }],
    ['in a loop on a terminal', true, [tty, nothing, { ...tty, fd: 14 }], shell],
    [
      'in a loop without a terminal',
      true,
      [nothing, { ...nothing, fd: 13 }],
      { ...shell, stdin: '/dev/null' },
    ],
  ])('is not taken for one of a loop because of the files that zsh keeps: %s', (_, isShared, kept, outer) => {
    expect(judgeStdin(toTable({ ...zsh, kept }, outer))).toEqual({ kind: 'unknown', isShared });
  });

  it.each<[name: string, table: ProcessTable]>([
    ['a program that started us', toTable(runner)],
    ['a program that has the pipe as its own', toTable({ argv: ['python3', 'x.py'], stdin: pipe }, shell)],
    ['a script that somebody piped data into', toTable(script, shell)],
    ['a process of another user', toTable({ argv: ['secret'], stdin: undefined }, shell)],
    ['no parent that can be seen, as in a container', toTable()],
    [
      'a shell that redirects its own stdin',
      toTable({ ...shell, stdin: pipe, kept: [{ fd: 10, file: 'tty', isTerminal: true }] }, runner),
    ],
    [
      'a group of commands that has read the output of one',
      toTable({ ...shell, stdin: pipe, reads: { bytes: 400, calls: 2 } }, shell),
    ],
    ['a group of commands on a system that does not count', toTable({ ...shell, stdin: pipe }, shell)],
  ])('can be either: %s', (_, table) => {
    expect(judgeStdin(table).kind).toBe('unknown');
  });
});
