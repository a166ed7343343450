import type { Login } from '../auth/login-record.ts';
import type { Context } from '../context.ts';

/** What became of a sign-out, a sentence each. `warnings` tell what still lets this program in. */
export type SignOut = { sentences: string[]; warnings: string[] };

/**
 * Forgets accounts on this machine, and what was fetched with them: the one in force, those that are named, or all. The grant at GitHub stays:
 * our client id cannot revoke it. Throws AuthenticationError for an account that is not here.
 */
export async function signOut(context: Context, which?: readonly Login[] | 'all'): Promise<SignOut> {
  const { record, credentials } = context;
  const logins = findLogins(context, which);
  if (logins === undefined) {
    await record.remove('all');
    context.clearCache();
    return toSignOut(
      context,
      [`The record of the sign-in could not be read; ${record.path} is removed.`],
      [],
    );
  }
  // With one account, nothing is to stay behind.
  const leftBehind = await record.remove(logins.length < record.listLogins().length ? logins : 'all');
  context.clearCache();
  const sentences = logins.map(({ host, account }) =>
    account === undefined ? `Signed out of ${host}.` : `Signed out of ${host}, account ${account}.`,
  );
  if (logins.length === 0) sentences.push('You were not signed in.');
  const next = credentials.findShadow() === undefined ? findNext(context) : undefined;
  if (next) sentences.push(`${next.id} is used now.`);
  const { warnings, ...signedOut } = toSignOut(context, sentences, logins);
  return { ...signedOut, warnings: [...warnings, ...(leftBehind === undefined ? [] : [`${leftBehind}.`])] };
}

/** Tells a person at the shell. */
export async function tellSignOut(context: Context, { sentences, warnings }: SignOut): Promise<void> {
  await context.io.stderr.write(sentences.map((sentence) => `${sentence}\n`).join(''));
  for (const warning of warnings) context.warn(warning);
}

/** Undefined if the record is broken. */
function findLogins(
  { record }: Context,
  which: readonly Login[] | 'all' | undefined,
): readonly Login[] | undefined {
  if (Array.isArray(which)) return which;
  let known: Login[];
  try {
    known = record.listLogins();
  } catch {
    return undefined;
  }
  if (which === 'all') return known;
  const login = record.readLogin();
  return login ? [login] : [];
}

/** The account that takes over. */
function findNext({ record }: Context): Login | undefined {
  try {
    return record.readLogin();
  } catch {
    return undefined;
  }
}

function toSignOut({ credentials }: Context, sentences: string[], logins: readonly Login[]): SignOut {
  const shadow = credentials.findShadow();
  const hosts = [...new Set(logins.length > 0 ? logins.map(({ host }) => host) : ['github.com'])];
  const grants = hosts.map(
    (host) => `GitHub still lists the grant; revoke it at https://${host}/settings/apps/authorizations`,
  );
  const warnings = shadow === undefined ? [] : [`${shadow} is still set, and its token is used.`];
  return { sentences: [...sentences, ...grants], warnings };
}
