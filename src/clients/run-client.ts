import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { Env } from '../env.ts';
import { CliError, InterruptedError } from '../errors.ts';
import { createMissingProgramError, findProgram } from '../find-program.ts';
import { prepareChild } from './child-environment.ts';
import type { ClientFacts } from './setup.ts';

export type RunClientOptions = {
  facts: ClientFacts;
  /** The environment to start from. */
  env: Env;
  cwd: string;
  /** What ends us ends the program; SIGTERM and SIGHUP are handed on as what they are. */
  signal: AbortSignal;
  /** As a context has it. A terminal sends Ctrl+C to the program too, and what becomes of it is the program's business. */
  onInterrupt(listener: () => void): () => void;
};

/**
 * Runs a program that talks to the server, with our own stdin, stdout and stderr, until it ends. Resolves with its exit code, and with
 * 128 and the number of the signal where one ended it. Throws CliError `usage` where it cannot be run, with the exit codes of a
 * shell: 127 where there is no such program, 126 where it is none.
 */
export async function runClient(
  argv: readonly string[],
  { facts, env, cwd, signal, onInterrupt }: RunClientOptions,
): Promise<number> {
  const [program = ''] = argv;
  if (program === '')
    throw new CliError('usage', 'there is no program to run', { hint: 'Name it after --.' });
  signal.throwIfAborted();
  const { arguments: own, env: childEnv } = prepareChild(argv, facts, env);
  const stopIgnoring = onInterrupt(() => {});
  try {
    const path = findProgram(program, { env: childEnv });
    if (path === undefined) throw createMissingProgramError(program);
    return await follow(spawn(path, own, { cwd, env: childEnv, stdio: 'inherit', argv0: program }), signal);
  } catch (error) {
    throw toUsageError(program, cwd, error);
  } finally {
    stopIgnoring();
  }
}

/** Rejects where it did not start. */
function follow(child: ChildProcess, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const handOn = (): void => void child.kill(toSignal(signal.reason));
    signal.addEventListener('abort', handOn, { once: true });
    child.on('error', (error) => {
      // A signal that could not be sent is no reason to leave the program alone.
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
