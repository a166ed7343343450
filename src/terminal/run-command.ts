import { execFile, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { findProgram } from '../find-program.ts';
import { createCapture } from './capture.ts';

export type RunOptions = {
  env: Env;
  cwd: string;
  /** Shows the output while it comes. Resolves when more may be shown. */
  write: (text: string) => Promise<void>;
  signal: AbortSignal;
  platform?: NodeJS.Platform;
};

export type RunOutcome = {
  /** Undefined where a signal ended the command. */
  code: number | undefined;
  signal: NodeJS.Signals | undefined;
  /** As it came, controls included; where it was long, its beginning and its end. */
  output: string;
};

type Invocation = { program: string; words: string[]; options?: SpawnOptions };

/**
 * Runs a command in the person's shell on the terminal that this process has, and keeps what it writes. Where the system has a `script` that
 * lends it a terminal of its own, programs that fill the screen work, too. Throws CliError `config` where the shell cannot be started.
 */
export async function runCommand(
  command: string,
  { env, cwd, write, signal, platform = process.platform }: RunOptions,
): Promise<RunOutcome> {
  const { program, words, options } = await chooseInvocation(command, env, platform);
  const child = spawn(program, words, {
    ...options,
    cwd,
    env: { ...env },
    signal,
    stdio: ['inherit', 'pipe', 'pipe'],
  });
  const started = once(child, 'spawn').catch((cause) => {
    throw new CliError('config', `${program} cannot be started`, { hint: 'Check SHELL.', cause });
  });
  const ended = once(child, 'close').catch(() => [null, 'SIGTERM'] as const);
  await started;
  const capture = createCapture();
  await Promise.all(
    [child.stdout, child.stderr].map(async (stream) => {
      for await (const text of stream?.setEncoding('utf8') ?? []) {
        capture.add(text);
        await write(text);
      }
    }),
  ).catch((error) => {
    if (!signal.aborted) throw error;
  });
  const [code, endedBy] = await ended;
  signal.throwIfAborted();
  return { code: code ?? undefined, signal: endedBy ?? undefined, output: capture.read() };
}

async function chooseInvocation(command: string, env: Env, platform: NodeJS.Platform): Promise<Invocation> {
  if (platform === 'win32') return { program: command, words: [], options: { shell: true } };
  const named = env.SHELL || 'sh';
  const shell = findProgram(named, { env }) ?? named;
  const script = findProgram('script', { env });
  if (script !== undefined && platform === 'darwin')
    return { program: script, words: ['-q', '/dev/null', shell, '-c', command] };
  if (script !== undefined && (await isUtilLinux(script, env)))
    return { program: script, words: ['-qefc', command, '/dev/null'] };
  return { program: shell, words: ['-c', command] };
}

/** Others of that name know other flags. */
function isUtilLinux(script: string, env: Env): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(script, ['--version'], { env: { ...env } }, (error, stdout) =>
      resolve(!error && stdout.includes('util-linux')),
    );
  });
}
