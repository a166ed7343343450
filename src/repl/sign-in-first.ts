import type { Context } from '../context.ts';
import { AuthenticationError } from '../errors.ts';
import { signIn } from '../sign-in/sign-in.ts';
import type { ReplApp } from './app.ts';

/**
 * Looks up who is here and which model answers, and offers the sign-in to whoever has none. Gives false where nobody can be asked
 * yet. Throws what else is in the way.
 */
export async function signInFirst(app: ReplApp): Promise<boolean> {
  try {
    const model = await app.work('Connecting', (signal) => app.session.loadModel(signal));
    return model !== undefined;
  } catch (error) {
    const { record, credentials } = app.context;
    const hasToken = record.readLogin() !== undefined || credentials.findShadow() !== undefined;
    if (!(error instanceof AuthenticationError) || hasToken) throw error;
  }
  if (!(await app.dialogs.confirm('You are not signed in. Sign in now?'))) {
    app.transcript.notice('Sign in with /login when you like.');
    return false;
  }
  await signInHere(app);
  return signInFirst(app);
}

/** The sign-in of the shell, on the terminal that is lent to it. Ctrl+C ends it, and leaves the conversation as it is. */
export async function signInHere({ context, lendTerminal, transcript }: ReplApp): Promise<void> {
  const { account, host } = await lendTerminal((interrupted) => {
    const signal = AbortSignal.any([context.signal, interrupted]);
    // Everything else is that of the chat, made when it is used.
    const own: Context = Object.create(context, { signal: { value: signal } });
    return signIn(own, { github: context.credentials.findHost(), browser: true });
  });
  transcript.notice(`Signed in${account === undefined ? '' : ` as ${account}`} at ${host}.`);
}
