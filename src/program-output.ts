import { spawn } from 'node:child_process';
import type { Env } from './env.ts';

type OutputOptions = {
  env: Env;
  cwd?: string;
  maxMs: number;
  /** The program is ended once it printed more. */
  maxBytes: number;
};

/** Runs a program without stdin, and reads what it prints: also if it fails or is ended, then without the code 0. Undefined if it cannot be started. */
export function readProgramOutput(
  program: string,
  words: readonly string[],
  { env, cwd, maxMs, maxBytes }: OutputOptions,
): Promise<{ output: Buffer; code: number | null } | undefined> {
  const child = spawn(program, words, {
    cwd,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
    timeout: maxMs,
  });
  const chunks: Buffer[] = [];
  let length = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) child.kill();
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve({ output: Buffer.concat(chunks), code }));
  });
}
