import type { Env } from '../env.ts';
import { findProgram } from '../find-program.ts';

/**
 * The token that GitHub's own CLI holds for `host`, or undefined where gh is absent, signed out or slow. gh is kept from
 * repeating a token of the environment, which has been looked at before. Throws the reason of `signal`.
 */
export async function readGhToken(host: string, env: Env, signal: AbortSignal): Promise<string | undefined> {
  const program = findProgram('gh', { env });
  if (program === undefined) return undefined;
  const { execFile } = await import('node:child_process');
  const { GH_TOKEN: _, GITHUB_TOKEN: __, ...rest } = env;
  const options = { env: rest as NodeJS.ProcessEnv, timeout: 5_000, windowsHide: true, signal };
  const token = await new Promise<string | undefined>((resolve) => {
    execFile(program, ['auth', 'token', '--hostname', host], options, (error, stdout) => {
      resolve(error ? undefined : stdout.trim() || undefined);
    });
  });
  signal.throwIfAborted();
  return token;
}
