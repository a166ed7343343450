import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Env } from './env.ts';
import { endProgram, toInvocation } from './start-program.ts';

/** A program in a process group of its own, with all that it starts. */
export type ProcessGroup = {
  readonly child: ChildProcess;
  /** Resolves when the program has ended; what it left behind in its group is ended by then. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; error?: Error }>;
  /** Asks the whole group to end, and ends what is left of it after this time, in milliseconds. Resolves as `ended` does. */
  end(graceMs: number): Promise<void>;
};

export type GroupOptions = {
  env: Env;
  cwd: string;
  stdio: SpawnOptions['stdio'];
  /** How long what the program left may go on writing to its pipes after its end, in milliseconds. */
  lingerMs?: number;
  platform?: NodeJS.Platform;
};

/**
 * Starts a program so that nothing of it outlives this process: not when it is ended here, not when the program ends alone, and not even when
 * this process is killed, because then the pipe to a small watcher closes. On Linux, what left the group is found by a variable. `program` is a path of `findProgram`. Windows has no groups; there a
 * killed parent leaves its children to the end of their input.
 */
export function startGroup(
  program: string,
  words: readonly string[],
  { env, cwd, stdio, lingerMs = 0, platform = process.platform }: GroupOptions,
): ProcessGroup {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const invocation = toInvocation(program, words, { env, platform });
  const isGrouped = platform !== 'win32';
  // Before the program, so that there is no moment at which nobody watches it.
  const mark = `${markVariable}=${process.pid}-${randomBytes(8).toString('hex')}`;
  const watcher = isGrouped ? startWatcher(mark) : undefined;
  const child = spawn(invocation.program, invocation.words, {
    ...invocation.options,
    env: { ...env, [markVariable]: mark.slice(markVariable.length + 1) },
    cwd,
    stdio,
    detached: isGrouped,
    windowsHide: true,
  });
  const { pid } = child;
  if (pid !== undefined) watcher?.watch(pid);
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (pid === undefined) return;
    if (!isGrouped) endProgram(child, signal, { env, platform });
    else sendToGroup(pid, signal);
  };
  let isEnding = false;
  const ended = new Promise<Awaited<ProcessGroup['ended']>>((resolve) => {
    child.once('error', (error) => {
      if (pid !== undefined) return;
      watcher?.leave();
      resolve({ code: null, signal: null, error });
    });
    child.once('exit', (code, signal) => {
      const finish = (): void => {
        clearTimeout(timer);
        // What it started and left.
        if (isGrouped) {
          signalGroup('SIGKILL');
          killMarked(mark);
        }
        watcher?.leave();
        resolve({ code, signal });
      };
      const timer = setTimeout(finish, isEnding ? 0 : lingerMs);
      // Nobody holds a pipe any more.
      if (lingerMs > 0) child.once('close', finish);
    });
  });
  return {
    child,
    ended,
    async end(graceMs) {
      if (child.exitCode !== null || child.signalCode !== null || pid === undefined) return;
      isEnding = true;
      signalGroup('SIGTERM');
      const timer = setTimeout(() => signalGroup('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** In the environment of all that a program starts. */
const markVariable = 'COPILOT_CLI_GROUP';

/** Ends what made a group of its own, as daemons do. Only Linux shows the environment of a process. */
function killMarked(mark: string): void {
  if (process.platform !== 'linux') return;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, or is that of somebody else.
    }
  }
}

/** The group may have ended. */
function sendToGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // There is nobody left in it.
  }
}

/**
 * Reads the mark and the number of the group, and then nothing for as long as this process lives. A word means that all is well; the end of its
 * input, that this process is gone.
 */
const watcherScript = `trap '' HUP INT TERM QUIT
read -r mark || exit 0
read -r group && read -r word && exit 0
[ -n "$group" ] && kill -s TERM -- "-$group" 2>/dev/null && sleep 1
[ -n "$group" ] && kill -s KILL -- "-$group" 2>/dev/null
[ -r /proc/self/environ ] || exit 0
grep -lsF -- "$mark" /proc/[0-9]*/environ | while IFS=/ read -r root proc pid file; do
  kill -s KILL "$pid" 2>/dev/null
done`;

function startWatcher(mark: string): { watch(pid: number): void; leave(): void } {
  const { spawn } = process.getBuiltinModule('node:child_process');
  // A group of its own: neither Ctrl+C nor the end of the terminal reaches it.
  const watcher = spawn('/bin/sh', ['-c', watcherScript], {
    env: { PATH: '/usr/bin:/bin' },
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Without one, programs still end with us in all usual ways.
  watcher.on('error', () => {});
  watcher.unref();
  const { stdin } = watcher;
  stdin.on('error', () => {});
  (stdin as typeof stdin & { unref?(): void }).unref?.();
  stdin.write(`${mark}\n`);
  return {
    watch: (pid) => stdin.write(`${pid}\n`),
    leave: () => stdin.end('done\n'),
  };
}
