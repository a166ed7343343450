import type { Context } from '../context.ts';
import type { CopilotClient } from '../copilot/client.ts';
import { AuthenticationError } from '../errors.ts';
import { signIn } from './sign-in.ts';

/** Where a person sits at the terminal, a missing sign-in is a question and not the end. */
export async function ensureSignedIn(context: Context, client: CopilotClient): Promise<void> {
  const wait = context.beginWait('Checking the sign-in');
  try {
    await client.getSession();
    wait.end();
  } catch (error) {
    // A question follows.
    wait.end();
    if (!(error instanceof AuthenticationError) || !context.prompter.isAvailable) throw error;
    if (context.record.readLogin() !== undefined || context.credentials.findShadow() !== undefined)
      throw error;
    if (!(await context.prompter.confirm('You are not signed in. Sign in now?'))) throw error;
    await signIn(context, { github: context.credentials.findHost(), browser: true });
  }
}
