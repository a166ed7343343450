import type { Command } from 'commander';
import { normaliseHost } from '../config/setting-checks.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, run as runHint } from '../hint.ts';
import { suggest } from '../nearest.ts';
import { type ToolName, toolNames } from '../sign-in/tool-names.ts';
import type { Run } from './run.ts';

export type LoginOptions = {
  browser: boolean;
  withToken: boolean;
  /** Keeps the token in the file, whatever the settings say. */
  insecureStorage: boolean;
  host: string | undefined;
  /** The tool whose sign-in is taken over. */
  from: ToolName | undefined;
  /** Stores what was found without a question. */
  yes: boolean;
};

export function registerLogin(parent: Command, context: Context, run: Run<LoginOptions>): void {
  parent
    .command('login')
    .description('sign in to GitHub with a one-time code')
    .option('--no-browser', 'do not open a browser')
    .option('--with-token', 'read a GitHub token from stdin instead of signing in')
    .option('--insecure-storage', 'keep the token in a file that only you can read, not in the key store')
    .option('--from <tool>', `take over the sign-in of another tool: ${toolNames.join(', ')}`)
    .option('--yes', 'with --from, store what was found without a question')
    .option('--host <host>', 'the GitHub host to sign in to, such as TENANT.ghe.com')
    .action(({ browser, withToken = false, insecureStorage = false, yes = false, host, from }: Flags) => {
      if (withToken && from !== undefined)
        throw new CliError('usage', '--with-token and --from each bring a token, so use one of them');
      if (yes && from === undefined) throw new CliError('usage', '--yes goes with --from TOOL');
      if (from !== undefined && !browser)
        throw new CliError('usage', '--no-browser does nothing with --from');
      return run(context, {
        browser,
        withToken,
        insecureStorage,
        yes,
        host: host === undefined ? undefined : parseHost(host),
        from: from === undefined ? undefined : parseTool(from),
      });
    });
}

type Flags = Partial<Omit<LoginOptions, 'from'>> & { browser: boolean; from?: string };

/** Throws CliError `usage`. */
function parseTool(text: string): ToolName {
  const tool = toolNames.find((name) => name === text.toLowerCase());
  if (tool === undefined)
    throw new CliError(
      'usage',
      `--from is one of ${toolNames.join(', ')}, not "${text}"${suggest(text, toolNames)}`,
    );
  return tool;
}

/** Throws CliError `usage`. */
function parseHost(text: string): string {
  const host = normaliseHost(text);
  // A single word is not a host of GitHub, but may be the name of a company there.
  if (host === undefined || !/[.:]|^localhost$/.test(host))
    throw new CliError('usage', `--host must be a host name such as TENANT.ghe.com, not "${text}"`, {
      hint: advise`For example: ${runHint(`login --host ${host === text.toLowerCase() ? host : 'TENANT'}.ghe.com`)}`,
    });
  return host;
}
