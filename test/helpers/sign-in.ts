import { PassThrough } from 'node:stream';
import { createProcessContext } from '../../src/process-context.ts';
import { Secret } from '../../src/secret.ts';
import { signInWithToken } from '../../src/sign-in/sign-in.ts';

/**
 * Stores what `login --with-token` would for a program with this environment: the program's own modules write it, without a
 * process of their own. Throws CliError where GitHub refuses.
 */
export async function storeSignIn(env: Record<string, string>, token: string): Promise<void> {
  // A context listens to its streams for good, and there may be hundreds in one process.
  const own = {
    env: { value: env },
    stdout: { value: new PassThrough() },
    stderr: { value: new PassThrough() },
  };
  const context = createProcessContext(Object.create(process, own), {
    version: '0.0.0',
    flags: { account: undefined, colour: 'auto', debug: false, pager: true, envFile: undefined },
    controller: new AbortController(),
    interrupts: [],
  });
  try {
    await signInWithToken(context, context.credentials.findHost(), new Secret(token));
  } finally {
    context.close();
  }
}
