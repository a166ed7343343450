import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readsOtherProcesses } from '../../../src/tools/approvals/other-processes.ts';
import { parseShellCommand } from '../../../src/tools/approvals/shell-command.ts';
import { createFolder } from '../../helpers/folder.ts';

function judge(command: string): boolean {
  const folder = createFolder({ 'd/a': '', a: '' });
  symlinkSync('/proc', join(folder, 'p'));
  symlinkSync('/proc/self', join(folder, 'd/self'));
  symlinkSync('d/self/..', join(folder, 'up'));
  symlinkSync('/proc/net', join(folder, 'n'));
  return readsOtherProcesses(parseShellCommand(command, folder), { folder, home: '/home/me' });
}

it
  .runIf(process.platform === 'linux')
  .each([
    'cat /proc/self/root/proc/$PPID/environ',
    'cat /proc/self/root/proc/*/environ',
    'cat /proc/thread-self/root/proc/1/environ',
    'cat /proc/self/task/1/root/proc/1/environ',
    'cat /proc/self/cwd/../proc/1/environ',
    'cat /proc/self/c*/../proc/1/environ',
    'cat /proc/self/fd/../../1/environ',
    'cat /proc/net/../../1/environ',
    'cat /proc/net/../../$PPID/environ',
    'cat /proc/net/../root/etc/passwd',
    'cat /proc/[n]et/../../1/environ',
    'cat /proc/thread-self/../../../1/environ',
    'cat n/../../1/environ',
    'cd /proc/net/../.. && cat 1/environ',
    'cd n/.. && cat ../1/environ',
    `cat ${'=x,:'.repeat(9)}:/proc/1/environ`,
    `${'cd d/../p; '.repeat(40)} cd d; ${Array.from({ length: 30 }, (_, at) => `cd no${at}; `).join('')} cd p; cat 1/environ`,
    'cat /dev/fd/../../$PPID/environ',
    'cat /dev/fd/../../*/environ',
    'cat /dev/fd/9/1/environ',
    'cat p/$PPID/environ',
    'tr a b <p/$PPID/environ',
    'cat p/*/environ',
    'cat ?/1/environ',
    'cat d/../p/1/env*',
    'cat d/self/../1/environ',
    'cat up/1/environ',
    'cd p; cat 1/environ',
    'cd p/1 && grep -a . environ',
    'cat /proc/1$x/environ',
    'grep -ra TOKEN /proc/1/',
    'grep -ra TOKEN p/1',
    'grep -ra TOKEN /proc',
    'cd /proc/1 && rg -a TOKEN .',
    'tar cf x.tar /proc/1',
    'gcore 1',
    'gdb -p 1',
    'gdb --batch -ex "attach 1"',
    'strace -p $PPID',
    'ps ax e',
    'ps -f e',
    'ps -A e',
    'ps -p 1 e',
    'ps -o args -p $PPID e',
    '/usr/bin/ps -ef e',
    'ps axo args e',
    'ps -N e',
    'ps -p 1 -N e',
    'ps -A -ww -o stat e -o args',
    'ps -A -o start e',
    'ps -A --sort pid e',
    'ps -aux e',
    'ps ax -o comm wwe',
    'ps axo group e',
    "gdb -batch -ex 'att 1' -ex 'info proc'",
    'gdb --pi=1',
    'gdb-multiarch -ex "py import os"',
    'gdb -iex="target native" -eval-command "atta 1"',
    'rust-gdb -p 1',
    'lldb -o "pr att -p 1"',
    'lldb --attach-name node',
    'strace -fp 1',
    'strace -o x -f --att=1',
    'ltrace -fp1',
    'node inspect -p $PPID',
    'nsenter -t 1 -e env',
    'gdbserver --attach :1 1',
    'sudo strace -fp 1',
    `awk 'BEGIN{while((getline l < "/proc/1/environ")>0)print l}'`,
    'systemctl --user show-environment',
    'tmux show-environment -g',
  ])('a command reads the variables of other processes: %s', (command) => {
  expect(judge(command)).toBe(true);
});

it.each([
  'cat /proc/self/environ',
  'cat /proc/self/status',
  'cat /proc/self/net/../status',
  'cat /proc/self/../meminfo',
  'cat /proc/1/../../etc/hosts',
  'cat /proc/net/stat/../tcp',
  'cat /proc/meminfo /proc/loadavg',
  'cat /proc/sys/kernel/pid_max',
  'cat /proc/net/tcp',
  'grep -c processor /proc/cpuinfo',
  'grep -r x /proc/sys/net',
  'grep VmRSS /proc/1/status',
  'diff <(ls) /dev/fd/3',
  'cat /dev/stdin',
  'cat d/a',
  'grep -r environ .',
  "find /proc -maxdepth 1 -name '[0-9]*'",
  'ps',
  'ps aux',
  'ps -ef',
  'ps -e -o pid,comm',
  'ps -eo etime',
  'ps -u me',
  'ps -C node -o rss',
  'ps axo state',
  'ps --user me',
  'ps axostate',
  'ps -A -o pid,args --sort -rss',
  'ps --format pid,state --user me',
  'gdb ./a.out',
  "gdb -batch -ex run -ex bt -ex 'thread apply all bt full' --args ./a.out x",
  "lldb -b -o 'breakpoint set --name main' -o run ./a.out",
  'strace -f -e trace=open -o log mkdir -p x',
  'node inspect a.js',
  'strace -f npm test',
  'systemctl status nginx',
  'tmux ls',
])('a command reads no variables of other processes: %s', (command) => {
  expect(judge(command)).toBe(false);
});
