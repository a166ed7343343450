import type { Context } from '../context.ts';
import type { LogoutOptions } from './logout.ts';

export async function runLogout(context: Context, _options: LogoutOptions): Promise<void> {
  const { stderr } = context.io;
  const { host, sentence } = describeLogin(context);
  await context.record.remove();
  context.clearCache();
  await stderr.write(
    `${sentence}\nGitHub still lists the grant; revoke it at https://${host}/settings/apps/authorizations\n`,
  );
  const shadow = context.credentials.findShadow();
  if (shadow !== undefined) context.warn(`${shadow} is still set, and its token is used.`);
}

function describeLogin({ record }: Context): { host: string; sentence: string } {
  try {
    const login = record.readLogin();
    if (!login) return { host: 'github.com', sentence: 'There was no sign-in here; nothing is left of one.' };
    const account = login.account === undefined ? '' : `, account ${login.account}`;
    return { host: login.host, sentence: `Signed out of ${login.host}${account}.` };
  } catch {
    return {
      host: 'github.com',
      sentence: `The record of the sign-in could not be read; ${record.path} is removed.`,
    };
  }
}
