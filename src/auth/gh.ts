import type { Env } from '../env.ts';

/** The token that GitHub's own CLI holds for `host`, or undefined where gh is absent, signed out or slow. */
export async function readGhToken(host: string, env: Env, signal: AbortSignal): Promise<string | undefined> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    const options = { env: env as NodeJS.ProcessEnv, timeout: 5_000, windowsHide: true, signal };
    execFile('gh', ['auth', 'token', '--hostname', host], options, (error, stdout) => {
      resolve(error ? undefined : stdout.trim() || undefined);
    });
  });
}
