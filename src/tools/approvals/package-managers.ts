import { isPlainGiven, listGiven, toScriptCall } from './script-words.ts';

/** What npm and its like do by the words behind those that a rule names. */

const managers = /^(?:npm|pnpm|yarn|bun)$/;

/** Options with which they start nothing, and go to no other folder or server. Dashes, `no-` and values are cut off. Many are those of scripts. */
const known = new Set(
  `
  s silent q quiet verbose d dd ddd loglevel json l long la parseable p porcelain depth all a w workspace workspaces ws include-workspace-root iwr if-present
  color colors production prod P dev D S save save-dev save-prod save-optional save-exact save-peer E O B optional omit include only g global y yes
  f force dry-run n N access tag otp audit fund offline prefer-offline prefer-online legacy-peer-deps strict-peer-deps ignore-scripts foreground-scripts
  pack-destination package-lock package-lock-only progress h help H v version versions timing audit-level engine-strict bin-links unicode update-notifier
  frozen-lockfile lockfile-only shamefully-hoist filter F r recursive stream parallel pattern non-interactive flat pure-lockfile check-files interactive
  patch minor major new-version watch watchall watch-all coverage ci run bail runinband i t testnamepattern test-name-pattern grep passwithnotests detectopenhandles forceexit
  maxworkers onlychanged testpathpattern updatesnapshot u update fix mode port host open debug headed project shard retries timeout related
  `
    .trim()
    .split(/\s+/),
);

/** Other subcommands run a script of the folder, which may have any option. */
const own =
  /^(?:install|i|add|ci|update|up|upgrade|remove|rm|uninstall|un|list|ls|ll|la|outdated|info|view|show|v|why|explain|audit|search|s|se|find|pack|fund|docs|home|bugs|issues|repo|diff|ping|whoami|config|c|cache|link|publish|version|versions|pm|licenses|store|prune|dedupe|rebuild|rb|query|sbom|help|policies|workspaces?)$/;
/** They fetch what they are given. */
const looking = /^(?:view|info|show|v|pack|docs|home|bugs|issues|repo|fund)$/;
/** Yarn reads these wherever they stand. */
const scanned = /^-+(?:use-yarnrc|cwd)(?:=|$)/i;

/** How npm may read an option: `--git`, `-git` and `---git` are the same, and so are `-C` and `--C`. */
export function listReadings(word: string): string[] {
  const option = /^-+(?=[A-Za-z])(.*)$/s.exec(word)?.[1];
  if (option === undefined) return [word];
  const [name = ''] = option.split('=');
  const letters = name.length < 5 ? [`-${option}`] : [];
  return name.length === 1 ? letters : [`--${option}`, ...letters];
}

/**
 * Whether a package manager does more than the words that a rule names: it has an option that is not known to be harmless, or a word that names
 * another place than its registry.
 */
export function isBeyondManager(program: string, named: readonly string[], rest: readonly string[]): boolean {
  if (!managers.test(program)) return false;
  if (program === 'yarn' && rest.some((word) => scanned.test(word))) return true;
  const end = rest.indexOf('--');
  const read = end === -1 ? rest : rest.slice(0, end);
  const command = [...named, ...read].find((word) => !word.startsWith('-')) ?? '';
  const isOwn = isOwnCommand(command);
  if ((program === 'npm' || isOwn) && read.some((word) => word.startsWith('-') && !isKnown(word)))
    return true;
  if (!isOwn) {
    const call = toScriptCall(program, [program, ...named, ...rest]);
    if (!call?.isRun) return givesMore(program, rest);
    const first = Math.max(call.end, named.length + 1);
    return !isPlainGiven(program, listGiven(program, [program, ...named, ...rest], first));
  }
  // It installs, and runs the scripts of what it installs.
  if (
    command === 'audit' &&
    read.some((word) => /^(?:--)?fix/.test(word)) &&
    !named.some((word) => /fix/.test(word))
  )
    return true;
  return read.some(
    (word) =>
      /^(?:[\w.-]+@)?(?:[a-z][\w+.-]*:(?!\d)|git@)/i.test(word.replace(/^(?:@[\w.-]+\/)?[\w.-]+@npm:/, '')) ||
      (looking.test(command) && !word.startsWith('-') && /\//.test(word.replace(/^@[\w.~-]+\//, ''))),
  );
}

/** Whether it is a subcommand that runs no script by its name. */
export function isOwnCommand(command: string): boolean {
  return own.test(command);
}

/** Options with which the linters, formatters and test runners of a script change sources, load code or take further arguments from a file. */
const ofScripts =
  /^@|^--(?:fix[\w-]*|write|unsafe[\w-]*|apply[\w-]*|in-?place|update(?:-?snapshots?)?|globalSetup|setupFiles\w*|testEnvironment|transform|resolver|runner|rulesdir|custom-\w+|output[\w-]*|out-?dir)(?:=|$)|^-[uwo]$/i;

/** Whether a script is given more than names and harmless options. Pnpm puts what it is given into double quotes, in which a shell expands. */
function givesMore(program: string, rest: readonly string[]): boolean {
  const end = rest.indexOf('--');
  // The options of npm itself stand in front of two dashes.
  const given = rest.filter(
    (word, at) => program !== 'npm' || !word.startsWith('-') || (end !== -1 && at > end),
  );
  return given.some((word) => ofScripts.test(word) || (program === 'pnpm' && /[$`"\\]/.test(word)));
}

function isKnown(word: string): boolean {
  const [name = ''] = word.replace(/^-+(?:no-)?/, '').split('=');
  return known.has(name) || (name.length > 1 && known.has(name.toLowerCase()));
}

/** `npm exec x` is `npx x`. Undefined for other commands. */
export function toPackageRunner(
  program: string,
  [command = '', ...args]: readonly string[],
): [program: string, args: readonly string[]] | undefined {
  if (program === 'npm' && /^(?:exec|x)$/.test(command))
    return ['npx', args[0] === '--' ? args.slice(1) : args];
  if (program === 'bun' && command === 'x') return ['bunx', args];
  if (program === 'pnpm' && command === 'dlx') return ['pnpx', args];
  return undefined;
}
