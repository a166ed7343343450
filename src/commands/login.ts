import type { Command } from 'commander';
import { normaliseHost } from '../config/setting-checks.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { Run } from './run.ts';

export type LoginOptions = {
  browser: boolean;
  withToken: boolean;
  /** Keeps the token in the file, whatever the settings say. */
  insecureStorage: boolean;
  host: string | undefined;
};

export function registerLogin(parent: Command, context: Context, run: Run<LoginOptions>): void {
  parent
    .command('login')
    .description('sign in to GitHub with a one-time code')
    .option('--no-browser', 'do not open a browser')
    .option('--with-token', 'read a GitHub token from stdin instead of signing in')
    .option('--insecure-storage', 'keep the token in a file that only you can read, not in the key store')
    .option('--host <host>', 'the GitHub host to sign in to, such as TENANT.ghe.com')
    .action(({ browser, withToken = false, insecureStorage = false, host }: Flags) =>
      run(context, {
        browser,
        withToken,
        insecureStorage,
        host: host === undefined ? undefined : parseHost(host),
      }),
    );
}

type Flags = Partial<LoginOptions> & { browser: boolean };

/** Throws CliError `usage`. */
function parseHost(text: string): string {
  const host = normaliseHost(text);
  if (host === undefined)
    throw new CliError('usage', `--host must be a host name such as TENANT.ghe.com, not "${text}"`);
  return host;
}
