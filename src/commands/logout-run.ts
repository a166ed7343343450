import type { Context } from '../context.ts';
import type { LogoutOptions } from './logout.ts';

export async function runLogout(context: Context, _options: LogoutOptions): Promise<void> {
  const { stderr } = context.io;
  const login = readLoginOrNothing(context);
  await context.record.remove();
  context.clearCache();
  const host = login?.host ?? 'github.com';
  const lines = login
    ? [`Signed out of ${host}${login.account === undefined ? '' : `, account ${login.account}`}.`]
    : ['There was no sign-in here; nothing is left of one.'];
  lines.push(`GitHub still lists the grant; revoke it at https://${host}/settings/apps/authorizations`);
  await stderr.write(`${lines.join('\n')}\n`);
  const shadow = context.credentials.findShadow();
  if (shadow !== undefined) context.warn(`${shadow} is still set, and its token is used.`);
}

/** A record that cannot be read is removed like any other. */
function readLoginOrNothing(context: Context): ReturnType<Context['record']['readLogin']> {
  try {
    return context.record.readLogin();
  } catch {
    return undefined;
  }
}
