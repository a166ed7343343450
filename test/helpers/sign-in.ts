import { createProcessContext } from '../../src/process-context.ts';
import { Secret } from '../../src/secret.ts';
import { signInWithToken } from '../../src/sign-in/sign-in.ts';

/**
 * Stores what `login --with-token` would for a program with this environment: the program's own modules write it, without a
 * process of their own. Throws CliError where GitHub refuses.
 */
export async function storeSignIn(env: Record<string, string>, token: string): Promise<void> {
  const context = createProcessContext(Object.create(process, { env: { value: env } }), {
    version: '0.0.0',
    flags: { colour: 'auto', debug: false, envFile: undefined },
    controller: new AbortController(),
    interrupts: [],
  });
  try {
    await signInWithToken(context, context.credentials.findHost(), new Secret(token));
  } finally {
    context.close();
  }
}
