import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
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
 * this process is killed, because then the pipe to a small watcher closes. On Linux, what left the group is found by a variable, and by an
 * open file. `program` is a path of `findProgram`. Windows has no groups; there a killed parent leaves its children to the end of their input.
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
  const mark = createMark();
  const watcher = isGrouped ? startWatcher(mark) : undefined;
  const markFile = isGrouped ? openMarkFile(mark) : undefined;
  const child = spawn(invocation.program, invocation.words, {
    ...invocation.options,
    env: withMark(env, mark),
    cwd,
    stdio: markFile === undefined ? stdio : [...toThree(stdio), markFile],
    detached: isGrouped,
    windowsHide: true,
  });
  if (markFile !== undefined) closeSync(markFile);
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
      let isFinished = false;
      const finish = async (): Promise<void> => {
        clearTimeout(timer);
        if (isFinished) return;
        isFinished = true;
        // What it started and left.
        if (isGrouped) {
          signalGroup('SIGKILL');
          await killMarked(mark);
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

/** Reads what a program writes so that a flood of it leaves time for all else, such as a key, a signal or a timer, between two pieces. */
export function readInTurns<Piece extends string | Buffer>(
  stream: Readable,
  onPiece: (piece: Piece) => void,
): void {
  stream.on('data', (piece: Piece) => {
    stream.pause();
    setImmediate(() => stream.resume());
    onPiece(piece);
  });
}

/** A watch over a program that has no group of its own, such as one with a terminal. It leaves alone what outlives the program. */
export type Watch = {
  /** For the program: what has it is ended if this process is killed. Only Linux shows the environment of a process. */
  readonly env: Env;
  /** Ends this group of processes, too. */
  watch(group: number): void;
  leave(): void;
};

export function startWatch(env: Env, platform = process.platform): Watch {
  if (platform === 'win32') return { env, watch() {}, leave() {} };
  const mark = createMark();
  return { env: withMark(env, mark), ...startWatcher(mark) };
}

/** In the environment of all that a program starts. */
const markVariable = 'COPILOT_CLI_GROUP';

function createMark(): string {
  return `${markVariable}=${process.pid}-${randomBytes(8).toString('hex')}`;
}

function withMark(env: Env, mark: string): Env {
  return { ...env, [markVariable]: mark.slice(markVariable.length + 1) };
}

/** The number of the open file in all that a program starts, behind its three streams. */
const markDescriptor = 3;

/**
 * A file without a name, whose old name is the mark. A program hands it on to what it starts, also with an empty environment. Only Linux shows
 * the open files of a process.
 */
function openMarkFile(mark: string): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const path = join(tmpdir(), mark);
  try {
    const file = openSync(path, 'wx', 0o600);
    unlinkSync(path);
    return file;
  } catch {
    return undefined;
  }
}

function toThree(stdio: SpawnOptions['stdio']): Extract<SpawnOptions['stdio'], unknown[]> {
  if (Array.isArray(stdio)) return stdio;
  const one = stdio ?? 'pipe';
  return one === 'overlapped' ? ['overlapped', 'overlapped', 'overlapped'] : [one, one, one];
}

/** How long other work waits while processes are looked at, in milliseconds. */
const sliceMs = 4;

/** Ends what made a group of its own, as daemons do. Only Linux shows the environment and the open files of a process. */
async function killMarked(mark: string): Promise<void> {
  if (process.platform !== 'linux') return;
  let turnAt = performance.now() + sliceMs;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if (isMarked(pid, mark)) sendTo(pid, 'SIGKILL');
    if (performance.now() < turnAt) continue;
    await nextTurn();
    turnAt = performance.now() + sliceMs;
  }
}

function isMarked(pid: number, mark: string): boolean {
  const has = (read: () => string): boolean => {
    try {
      return read().includes(mark);
    } catch {
      // It has ended, or is that of somebody else.
      return false;
    }
  };
  return (
    has(() => readlinkSync(`/proc/${pid}/fd/${markDescriptor}`)) ||
    has(() => readFileSync(`/proc/${pid}/environ`, 'latin1'))
  );
}

/** The group may have ended. */
function sendToGroup(pid: number, signal: NodeJS.Signals): void {
  sendTo(-pid, signal);
}

function sendTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // There is nobody left.
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
{ grep -lsF -- "$mark" /proc/[0-9]*/environ; find /proc/[0-9]*/fd/3 -lname "*$mark*" 2>/dev/null; } | while IFS=/ read -r root proc pid file; do
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
