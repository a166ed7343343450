import type { SignOut } from '../account/sign-out.ts';
import type { Context } from '../context.ts';

/** Tells a person at the shell what became of a sign-out. */
export async function tellSignOut(context: Context, { sentences, warnings }: SignOut): Promise<void> {
  await context.io.stderr.write(sentences.map((sentence) => `${sentence}\n`).join(''));
  for (const warning of warnings) context.warn(warning);
}
