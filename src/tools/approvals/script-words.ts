/**
 * The call of a script of package.json. `end`: where the words begin that it is given. `isRun`: by `run` or a name such as `test`, and not
 * by its name alone, as `yarn build`, which may also be a program of a package. `isElsewhere`: in another package than that of the folder.
 */
export type ScriptCall = { program: string; name: string; end: number; isRun: boolean; isElsewhere: boolean };

const managers = /^(?:npm|pnpm|yarn|bun)$/;
const running = /^(?:run|run-script|rum|urn)$/;
/** Options of them that choose other packages or another folder. */
export const elsewhere =
  /^(?:-w|-F|-C|-r|-ws|--(?:workspaces?|filter|dir|cwd|prefix|recursive|include-workspace-root))(?:=|$)/;
/** For npm, and for the others. */
const valued = [
  /^(?:-w|--(?:workspace|prefix|loglevel))$/,
  /^(?:-[FC]|--(?:filter|dir|cwd|loglevel))$/,
] as const;

/** `program` is the first of the words, without its folder. Undefined for a command that calls no script. What has no `run` in front may also be a subcommand or a program. */
export function toScriptCall(program: string, words: readonly string[]): ScriptCall | undefined {
  if (!managers.test(program)) return undefined;
  let at = skipOptions(program, words, 1);
  const isOfWorkspace = program === 'yarn' && words[at] === 'workspace';
  if (isOfWorkspace) at = skipOptions(program, words, at + 2);
  const isRun = running.test(words[at] ?? '');
  // It has a runner of its own.
  if (program === 'bun' && words[at] === 'test') return undefined;
  if (isRun) at = skipOptions(program, words, at + 1);
  const said = words[at];
  if (said === undefined) return undefined;
  const isNamed = /^(?:t|tst|test|start|stop|restart)$/.test(said);
  if (program === 'npm' && !isRun && !isNamed) return undefined;
  const dashes = words.indexOf('--');
  const last = program !== 'npm' ? at : dashes === -1 ? words.length : dashes;
  return {
    program,
    name: !isRun && /^ts?t?$/.test(said) ? 'test' : said,
    end: at + 1,
    isRun: isRun || isNamed,
    isElsewhere: isOfWorkspace || words.slice(0, last).some((word) => elsewhere.test(word)),
  };
}

function skipOptions(program: string, words: readonly string[], from: number): number {
  let at = from;
  while (words[at]?.startsWith('-')) at += takesValue(program, words[at]) ? 2 : 1;
  return at;
}

function takesValue(program: string, option = ''): boolean {
  return valued[program === 'npm' ? 0 : 1].test(option);
}

function toSet(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Options that any program takes for how much it prints, how it tests, or where it listens. Without dashes. */
const ofAll = toSet(`
  h help v version q quiet s silent verbose color colors pretty progress loglevel watch watchall coverage bail runinband failfast cache port timeout
  testtimeout retry retries workers maxworkers concurrency testconcurrency maxconcurrency passwithnotests passwithnotest detectopenhandles forceexit
  logheapusage fulltrace stacktrace ifpresent check listdifferent listtests noemit dryrun
`);
/** Options that mean the same to test runners, linters, bundlers and servers, and neither load, write nor open anything. */
const ofLookers = toSet(`
  strict ci run only exit invert b i skiplibcheck onlychanged changed lastcommit fileparallelism threads shard related findrelatedtests slow expand
  hideskippedtests testonly experimentaltestcoverage maxwarnings ext mode host hostname strictport turbo turbopack dev development prod production
  sourcemap sourcemaps minify project headed
`);
/** In one spelling: without dashes, and in lower case. What says where a server listens is not among them. */
export const usualOptions: readonly string[] = [...ofAll, ...ofLookers].filter((name) => !/^host/.test(name));
/** Of these, also the contrary means little. */
const reversible =
  /^(?:colors?|pretty|cache|watch|watchall|coverage|bail|verbose|silent|quiet|threads|fileparallelism|turbo|turbopack|sourcemaps?|minify|progress|ifpresent)$/;
/** The same for what looks. */
const reversibleOfLookers = /^(?:ci|mode|dev|development|prod|production|project)$/;
/** They take no value, so that the word behind one is a file. */
const switches = toSet(`
  help version quiet silent verbose pretty runinband failfast passwithnotests passwithnotest detectopenhandles forceexit logheapusage fulltrace
  ifpresent check listdifferent listtests noemit dryrun strict ci run only exit invert b i h v q s skiplibcheck onlychanged lastcommit expand
  hideskippedtests testonly experimentaltestcoverage strictport dev prod production headed
`);
/** A value of these would be the contrary. */
const plainOnly = /^(?:check|listdifferent|listtests|dryrun|noemit)$/;
const contrary = /^(?:false|no|off|none|null)$/i;
/** Many programs take such a word for the value of the option in front, which may also be the last word of the script. */
const truths = /^(?:true|false|null|undefined|yes|no|on|off)$/i;
/** Others are open to the network. */
const loopback = /^(?:localhost|127\.0\.0\.1|::1)$/;
const hosts = /^--?host(?:name)?$/i;
/** Their value is a pattern of names of tests. */
const patterns = /^(?:-[tg]|--(?:test-?[Nn]ame-?[Pp]attern|test-?[Pp]ath-?[Pp]atterns?|f?grep))$/;
/** Another number or form is as harmless. */
const countings =
  /^(?:(?:test)?timeout|retries|retry|port|(?:max)?workers|shard|loglevel|maxwarnings|reporters?|formatter|slow|t|g|f?grep)$/;
/** Their value is a name of theirs, or a module. */
const formats = /^--(?:test-)?(?:reporters?|format|formatter)$/;
const ownFormats =
  /^(?:verbose|dot|json|spec|tap|list|line|min|progress|default|basic|junit|html|github|github-actions|lcov|stylish|unix|esm?|cjs|iife|umd)$/;
const numbered = /^-[pjnP]$/;

/** A name, a path or a pattern of these: no URL, no code and no command with words of its own. The number of a line may be behind it. */
export const isPlainWord = /^(?![-@~]|[A-Za-z][\w+.-]*:(?!\d+(?::\d+)?$))[\p{L}\p{N}_@%+,.:/*?[\]!^-]+$/u;
/** No path, since an option may write there. `1/3` is a part of the tests. */
const plainValue = /^(?:[\w.,:%*+-]*|\d+\/\d+)$/;

/**
 * The words of a command from `first` on that a script gets. Npm keeps the options in front of two dashes for itself, and the values of those that
 * name a place.
 */
export function listGiven(program: string, all: readonly string[], first: number): string[] {
  const end = all.indexOf('--');
  return all.filter((word, at) => {
    if (at < first || at === end) return false;
    if (program !== 'npm' || (end !== -1 && at > end)) return true;
    return !word.startsWith('-') && !takesValue(program, all[at - 1]);
  });
}

/**
 * Whether what a script is given are names, paths, patterns and usual options, whatever program gets them. Pnpm, and npm before 7, put each word into
 * double quotes, in which a shell expands.
 */
export function isPlainGiven(program: string, words: readonly string[]): boolean {
  return words.every((word, at) => {
    if (/[$`]/.test(word) || (program === 'pnpm' && /["\\]/.test(word))) return false;
    const before = words[at - 1] ?? '';
    if (hosts.test(word)) return loopback.test(words[at + 1] ?? '');
    if (hosts.test(before)) return true;
    if (patterns.test(before)) return !word.startsWith('-');
    if (formats.test(before)) return ownFormats.test(word);
    if (numbered.test(before)) return /^\d+$/.test(word);
    // To some servers, it is the host.
    if (before === '-h' && !word.startsWith('-')) return false;
    if (truths.test(word)) return before.startsWith('-') && reversible.test(toOptionName(before));
    return word.startsWith('-') ? isHarmless(word) : isPlainWord.test(word);
  });
}

/** Whether a word is a usual option that neither loads, writes nor opens anything. */
export function isHarmless(word: string): boolean {
  const [, option = '', value] = /^(--?[\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
  if (patterns.test(option)) return true;
  if (formats.test(option)) return value === undefined || ownFormats.test(value);
  if (numbered.test(option)) return value === undefined;
  if (/^-v+$/.test(word)) return true;
  if (/^-.$/.test(option) && value !== undefined) return false;
  const name = toOptionName(option);
  if (hosts.test(option)) return value === undefined || loopback.test(value);
  const isContrary = isNegated(option) || contrary.test(value ?? '');
  if (isContrary && !reversible.test(name) && !reversibleOfLookers.test(name)) return false;
  if (plainOnly.test(name) && value !== undefined) return false;
  return (ofAll.has(name) || ofLookers.has(name)) && (value === undefined || plainValue.test(value));
}

/** In the way that programs take it: without dashes and `no-`. The case of a letter matters. */
function toOptionName(said: string): string {
  const [option = ''] = said.split('=');
  if (/^-.$/.test(option)) return option.slice(1);
  return option
    .replace(/^-+(?:no-)?/, '')
    .replaceAll('-', '')
    .toLowerCase();
}

/** Whether words are options that mean the same to any program, and numbers behind them. Short ones differ too much: `-i` changes files in place for some. */
export function areOptionsOfAll(given: readonly string[]): boolean {
  return given.every((word, at) => {
    const before = given[at - 1] ?? '';
    if (/^\d+$/.test(word)) return before.startsWith('--') && !plainOnly.test(toOptionName(before));
    if (!/^(?:-[hqv]$|--.)/.test(word)) return false;
    return ofAll.has(toOptionName(word)) && isHarmless(word);
  });
}

const ofTests = 'jest|vitest|_?mocha|jasmine|ava|tap|react-scripts|react-app-rewired|craco';
/** Options that differ between programs, with those to which they mean the usual. To others they name a browser, a folder or a plugin by its path. */
const differing: readonly [option: RegExp, programs: RegExp][] = [
  [/^-[bi]$/, /^(?:jest|_?mocha|ava|react-scripts|react-app-rewired|craco)$/],
  [/^-p$/, /^(?:next|nuxt|nuxi|storybook|parcel|_?mocha)$/],
  [/^-j$/, /^(?:_?mocha|playwright)$/],
  [/^-[nP]$/, /^(?!)/],
  [/^--project(?:=|$)/, /^(?:playwright|vitest|ng)$/],
  [/^-[tg]$/, new RegExp(`^(?:${ofTests}|playwright|bun|node|tsx)$`)],
];

/** Whether such options among these words mean to a program what they mean to most. */
export function areOptionsOf(program: string, given: readonly string[]): boolean {
  return differing.every(
    ([option, programs]) => programs.test(program) || !given.some((word) => option.test(word)),
  );
}

/** Whether an option takes back one of those that a script has, or gives it another value. */
export function changesOption(given: readonly string[], ofScript: readonly string[]): boolean {
  return given.some((word, at) => {
    const name = toOptionName(word);
    if (!word.startsWith('-') || reversible.test(name) || countings.test(name)) return false;
    return ofScript.some((one, index) => {
      if (!one.startsWith('-') || !mayBeSame(toOptionName(one), name)) return false;
      const value = findValue(ofScript, index);
      const isAsBefore = value === undefined ? !word.includes('=') : value === findValue(given, at);
      return !isAsBefore || isNegated(one) !== isNegated(word);
    });
  });
}

/** A letter of a script may stand for a long option. */
function mayBeSame(ofScript: string, name: string): boolean {
  if (ofScript === name) return true;
  return ofScript.length === 1 && !switches.has(name) && name.startsWith(ofScript.toLowerCase());
}

function findValue(words: readonly string[], at: number): string | undefined {
  const [, option = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(words[at] ?? '') ?? [];
  if (value !== undefined) return unquote(value);
  const next = words[at + 1] ?? '-';
  return next.startsWith('-') || switches.has(toOptionName(option)) ? undefined : unquote(next);
}

function unquote(text: string): string {
  return text.replaceAll(/["']/g, '');
}

function isNegated(option: string): boolean {
  return /^-+no-/.test(option);
}

/** Whether the word behind an option is its value, and no file and no subcommand. */
export function takesName(option = ''): boolean {
  return (
    patterns.test(option) ||
    formats.test(option) ||
    numbered.test(option) ||
    /^--(?:mode|port|host|log-?level|ext|shard|timeout|retries|max-?workers)$/i.test(option)
  );
}
