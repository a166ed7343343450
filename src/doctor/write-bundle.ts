import { existsSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { settingNames } from '../config/settings.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
import { refuseLinkOut } from '../output/named-output.ts';
import { maskEnvironment } from '../redact.ts';
import { writeAtomically } from '../write-atomically.ts';
import type { CheckResult } from './run-checks.ts';
import { describeCounts } from './write-checks.ts';

/** Variables that change what this program does, or what its checks find. */
const told =
  /^(?:GITHUB_|COPILOT_|GH_|XDG_|NODE_|SSL_CERT_|LC_)\w+$|^(?:https?|all|no)_proxy$|^(?:NO_COLOR|FORCE_COLOR|TERM|TERM_PROGRAM|COLORTERM|LANG|EDITOR|VISUAL|BROWSER|PORT|LOG_LEVEL|CI|SSH_TTY|SSH_CONNECTION|TMUX|STY|DISPLAY|WAYLAND_DISPLAY|WSL_DISTRO_NAME|ACCESSIBLE)$/i;

/** Throws CliError `usage` if there is a file already, as a report must not cost another file, or if a link leads out of the folder. */
export function checkBundlePath(path: string, cwd: string): void {
  refuseLinkOut(path, cwd);
  if (!existsSync(resolve(cwd, path))) return;
  throw new CliError('usage', `${path} exists already`, { hint: 'Name another file.' });
}

/**
 * Writes a report for a bug: versions, checks, and where settings come from. It has no values of settings and variables, and neither
 * tokens, prompts, names of accounts nor the path of the home folder. Throws CliError `config` if the file cannot be written.
 */
export function writeBundle(context: Context, path: string, results: readonly CheckResult[]): void {
  const file = resolve(context.cwd, path);
  try {
    writeAtomically(file, redact(context, formatBundle(context, results)), { mode: 0o600 });
  } catch (cause) {
    const { reason, hint } = describeFileProblem(cause);
    throw new CliError('config', `${path} cannot be written: ${reason}`, { hint, cause });
  }
}

function formatBundle(context: Context, results: readonly CheckResult[]): string {
  const { env, now } = context;
  const variables = Object.keys(env).filter((name) => env[name] && told.test(name));
  return [
    '# copilot-cli doctor',
    '',
    `${new Date(now()).toISOString()}. ${describeCounts(results)}. Read this before you send it to anybody.`,
    '',
    '## Checks',
    '',
    ...results.map(
      ({ status, name, detail, fix, report }) =>
        `- ${status} **${name}**: ${report ?? `${detail}${fix === null ? '' : ` (${fix})`}`}`,
    ),
    '',
    '## Settings, and where they come from',
    '',
    ...settingNames.map((name) => `- ${name}: ${describeOrigin(context, name)}`),
    '',
    '## Variables that are set',
    '',
    ...variables.sort().map((name) => `- ${name}`),
    '',
  ].join('\n');
}

function describeOrigin({ settings }: Context, name: (typeof settingNames)[number]): string {
  try {
    const { origin } = settings.get(name);
    return origin.kind === 'default' ? 'default' : origin.name;
  } catch {
    return 'not valid';
  }
}

/** Also the folder and the names of the person, whatever check had them in its words. */
function redact({ env, home, record }: Context, text: string): string {
  const { text: masked } = maskEnvironment(text, env);
  const names = listAccounts(record).map((name) => name.replace(/[^\w-]/g, '\\$&'));
  const isName =
    names.length === 0 ? undefined : new RegExp(`(?<![\\w-])(?:${names.join('|')})(?![\\w-])`, 'g');
  const nameless = isName === undefined ? masked : masked.replace(isName, '[account]');
  return home.length < 2 ? nameless : nameless.replaceAll(home + sep, `~${sep}`).replaceAll(home, '~');
}

function listAccounts(record: Context['record']): string[] {
  try {
    return record.listLogins().flatMap(({ account }) => account ?? []);
  } catch {
    return [];
  }
}
