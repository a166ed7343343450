import { signOut, tellSignOut } from '../account/sign-out.ts';
import { toShellWord } from '../command-line.ts';
import type { Context } from '../context.ts';
import { listKeptKeys } from '../endpoints/key.ts';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import type { LogoutOptions } from './logout.ts';

export async function runLogout(context: Context, { all }: LogoutOptions): Promise<void> {
  // A variable may stay set; who types both may not know that the others go, too.
  if (all && context.record.namedBy === '--account')
    throw new CliError('usage', '--all signs out every account, and --account names one', {
      hint: advise`One account: ${run('logout --account LOGIN')}; all of them: ${run('logout --all')}`,
    });
  await tellSignOut(context, await signOut(context, all ? 'all' : undefined));
  const kept = all ? listKeptKeys(context.secrets) : [];
  if (kept.length === 0) return;
  const removals = kept.map((name) => `copilot-cli endpoints remove ${toShellWord(name)}`).join(', ');
  await context.io.stderr.write(`The API keys of your endpoints stay; remove them with: ${removals}\n`);
}
