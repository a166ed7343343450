import type { ChildProcess, SpawnOptions } from 'node:child_process';
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
  platform?: NodeJS.Platform;
};

/**
 * Starts a program so that nothing of it outlives this process: not when it is ended here, not when the program ends alone, and not even when
 * this process is killed, because then the pipe to a small watcher closes. `program` is a path of `findProgram`. Windows has no groups; there a
 * killed parent leaves its children to the end of their input.
 */
export function startGroup(
  program: string,
  words: readonly string[],
  { env, cwd, stdio, platform = process.platform }: GroupOptions,
): ProcessGroup {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const invocation = toInvocation(program, words, { env, platform });
  const isGrouped = platform !== 'win32';
  // Before the program, so that there is no moment at which nobody watches it.
  const watcher = isGrouped ? startWatcher() : undefined;
  const child = spawn(invocation.program, invocation.words, {
    ...invocation.options,
    env,
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
  const ended = new Promise<Awaited<ProcessGroup['ended']>>((resolve) => {
    child.once('error', (error) => {
      if (pid !== undefined) return;
      watcher?.leave();
      resolve({ code: null, signal: null, error });
    });
    child.once('exit', (code, signal) => {
      // What it started and left.
      if (isGrouped) signalGroup('SIGKILL');
      watcher?.leave();
      resolve({ code, signal });
    });
  });
  return {
    child,
    ended,
    async end(graceMs) {
      if (child.exitCode !== null || child.signalCode !== null || pid === undefined) return;
      signalGroup('SIGTERM');
      const timer = setTimeout(() => signalGroup('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
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
 * Reads the number of the group, and then nothing for as long as this process lives. A word means that all is well; the end of its input, that
 * this process is gone.
 */
const watcherScript = `trap '' HUP INT TERM QUIT
read -r group || exit 0
read -r word && exit 0
kill -s TERM -- "-$group" 2>/dev/null || exit 0
sleep 1
kill -s KILL -- "-$group" 2>/dev/null`;

function startWatcher(): { watch(pid: number): void; leave(): void } {
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
  return {
    watch: (pid) => stdin.write(`${pid}\n`),
    leave: () => stdin.end('done\n'),
  };
}
