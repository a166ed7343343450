import type { Context } from '../context.ts';

/** What became of a sign-in, a sentence each. `warnings` tell what still lets this program in. */
type SignOut = { sentences: string[]; warnings: string[] };

/** Forgets the sign-in on this machine, and what was fetched with it. GitHub is not told: nothing of ours may revoke a grant. */
export async function signOut(context: Context): Promise<SignOut> {
  const { host, sentence } = describeLogin(context);
  await context.record.remove();
  context.clearCache();
  const shadow = context.credentials.findShadow();
  return {
    sentences: [
      sentence,
      `GitHub still lists the grant; revoke it at https://${host}/settings/apps/authorizations`,
    ],
    warnings: shadow === undefined ? [] : [`${shadow} is still set, and its token is used.`],
  };
}

function describeLogin({ record }: Context): { host: string; sentence: string } {
  try {
    const login = record.readLogin();
    if (!login) return { host: 'github.com', sentence: 'You were not signed in.' };
    const account = login.account === undefined ? '' : `, account ${login.account}`;
    return { host: login.host, sentence: `Signed out of ${login.host}${account}.` };
  } catch {
    return {
      host: 'github.com',
      sentence: `The record of the sign-in could not be read; ${record.path} is removed.`,
    };
  }
}
