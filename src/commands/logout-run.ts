import { signOut } from '../account/sign-out.ts';
import type { Context } from '../context.ts';
import type { LogoutOptions } from './logout.ts';

export async function runLogout(context: Context, _options: LogoutOptions): Promise<void> {
  const { sentences, warnings } = await signOut(context);
  await context.io.stderr.write(sentences.map((sentence) => `${sentence}\n`).join(''));
  for (const warning of warnings) context.warn(warning);
}
