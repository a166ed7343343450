import type { Command } from 'commander';
import { normaliseHost } from '../config/setting-checks.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { Run } from './run.ts';

export type LoginOptions = { browser: boolean; withToken: boolean; host: string | undefined };

export function registerLogin(parent: Command, context: Context, run: Run<LoginOptions>): void {
  parent
    .command('login')
    .description('sign in to GitHub with a one-time code')
    .option('--no-browser', 'do not open a browser')
    .option('--with-token', 'read a GitHub token from stdin instead of signing in')
    .option('--host <host>', 'the GitHub host to sign in to, such as TENANT.ghe.com')
    .action(({ browser, withToken = false, host }: Partial<LoginOptions> & { browser: boolean }) =>
      run(context, { browser, withToken, host: host === undefined ? undefined : parseHost(host) }),
    );
}

/** Throws CliError `usage`. */
function parseHost(text: string): string {
  const host = normaliseHost(text);
  if (host === undefined)
    throw new CliError('usage', `--host must be a host name such as TENANT.ghe.com, not "${text}"`);
  return host;
}
