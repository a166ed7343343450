import { signOut, tellSignOut } from '../account/sign-out.ts';
import type { Context } from '../context.ts';
import type { LogoutOptions } from './logout.ts';

export async function runLogout(context: Context, { all }: LogoutOptions): Promise<void> {
  await tellSignOut(context, await signOut(context, all ? 'all' : undefined));
}
