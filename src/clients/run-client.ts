import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { Env } from '../env.ts';
import { CliError, InterruptedError } from '../errors.ts';
import { createMissingProgramError, findProgram } from '../find-program.ts';
import { endProgram, toInvocation } from '../start-program.ts';
import { prepareLaunch } from './launch.ts';
import type { ClientFacts } from './setup.ts';

type RunClientOptions = {
  facts: ClientFacts;
  /** The environment to start with. */
  env: Env;
  cwd: string;
  /** Whatever ends us ends the program. SIGTERM and SIGHUP are passed on. */
  signal: AbortSignal;
  /** As in a context. A terminal also sends Ctrl+C to the program, which decides what to do with it. */
  onInterrupt(listener: () => void): () => void;
};

/**
 * Runs a program with our stdin, stdout and stderr. Resolves with its exit code, or with 128 plus the signal's number. Throws CliError
 * `usage` with a shell's exit codes: 127 if it does not exist, 126 if it cannot be executed.
 */
export async function runClient(
  argv: readonly string[],
  { facts, env, cwd, signal, onInterrupt }: RunClientOptions,
): Promise<number> {
  const [program = ''] = argv;
  if (program === '')
    throw new CliError('usage', 'there is no program to run', { hint: 'Name it after --.' });
  signal.throwIfAborted();
  const stopIgnoring = onInterrupt(() => {});
  const launch = await prepareLaunch(argv, facts, env);
  try {
    const path = findProgram(program, { env: launch.env });
    if (path === undefined) throw createMissingProgramError(program);
    const [, ...own] = launch.argv;
    const { program: file, words, options } = toInvocation(path, own, { env: launch.env });
    // Some programs look at the name by which they were called.
    const argv0 = file === path ? { argv0: program } : {};
    const child = spawn(file, words, { cwd, env: launch.env, stdio: 'inherit', ...argv0, ...options });
    return await follow(child, signal, launch.env);
  } catch (error) {
    throw toUsageError(program, cwd, error);
  } finally {
    launch.dispose();
    stopIgnoring();
  }
}

/** Rejects if it did not start. */
function follow(child: ChildProcess, signal: AbortSignal, env: Env): Promise<number> {
  return new Promise((resolve, reject) => {
    const handOn = (): void => endProgram(child, toSignal(signal.reason), { env });
    signal.addEventListener('abort', handOn, { once: true });
    child.on('error', (error) => {
      // The error may also be about a signal that could not be sent: the program still runs then.
      if (child.pid === undefined) reject(error);
    });
    child.on('exit', (code, endedBy) => {
      signal.removeEventListener('abort', handOn);
      resolve(code ?? 128 + (endedBy === null ? 0 : constants.signals[endedBy]));
    });
  });
}

function toSignal(reason: unknown): NodeJS.Signals {
  const isHangup = reason instanceof InterruptedError && reason.exitCode === 128 + constants.signals.SIGHUP;
  return isHangup ? 'SIGHUP' : 'SIGTERM';
}

function toUsageError(program: string, cwd: string, error: unknown): unknown {
  const { code } = error as { code?: string };
  if (code === 'ENOENT' && !existsSync(cwd)) {
    return new CliError('usage', `the folder ${cwd} is no longer there`, { exitCode: 126, cause: error });
  }
  if (code === 'ENOENT') {
    return new CliError('usage', `there is no program ${program}`, {
      hint: 'Install it, or name its path.',
      exitCode: 127,
      cause: error,
    });
  }
  if (code === undefined || error instanceof CliError) return error;
  return new CliError('usage', `${program} cannot be run (${code})`, { exitCode: 126, cause: error });
}
