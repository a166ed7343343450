import { areKnown, type Known } from './known-options.ts';
import { areHarmlessTo } from './known-words.ts';
import { words as toWords } from './program-options.ts';
import { findLaunched, toProgram } from './runners.ts';
import { isPlainWord, usualOptions } from './script-words.ts';

/** What a rule for the beginning of a command means for a compiler, a linter or a test runner, by itself or behind `npx`, `python -m` and their like. */

/** Options of tsc with which it looks, prints or waits. They may be written in any case, and with one dash. */
const compiler: Known = {
  flags: 'hvw',
  long: toWords(`
    noemit pretty watch preservewatchoutput listfiles listfilesonly listemittedfiles diagnostics extendeddiagnostics traceresolution explainfiles showconfig
    version help all strict skiplibcheck skipdefaultlibcheck esmoduleinterop allowsyntheticdefaultimports resolvejsonmodule isolatedmodules
    noimplicitany noimplicitreturns noimplicitoverride nounusedlocals nounusedparameters nouncheckedindexedaccess nofallthroughcasesinswitch
    exactoptionalpropertytypes strictnullchecks verbatimmodulesyntax nocheck noerrortruncation
  `),
  longValued: toWords('target module lib moduleresolution jsx types'),
  valued: 'tm',
  value: /^\w[\w.,-]*$/,
};
const sources = /^(?!-|(?:true|false|null)$)[\w@./-]+$/i;

function toPlainCase(arg: string): string {
  return /^--?\w\w/.test(arg)
    ? arg.replace(/^--?([^=]*)/, (_, name: string) => `--${name.toLowerCase()}`)
    : arg;
}

/** What it emits goes where such files usually go. */
const compiling: Known = {
  ...compiler,
  flags: 'hvwbdif',
  valued: 'tmp',
  long: [
    ...(compiler.long ?? []),
    ...toWords(`
      build force dry verbose incremental composite declaration declarationmap emitdeclarationonly sourcemap inlinesourcemap inlinesources removecomments
      allowjs checkjs downleveliteration experimentaldecorators emitdecoratormetadata importhelpers noemithelpers noemitonerror noresolve
      forceconsistentcasinginfilenames usedefineforclassfields allowimportingtsextensions
    `),
  ],
  longValued: [...(compiler.longValued ?? []), ...toWords('project p outdir declarationdir rootdir')],
  values: {
    p: sources,
    project: sources,
    rootdir: sources,
    outdir: /^(?:\.\/)?(?:dist|build|out|output|tmp|temp|types|typings)(?:\/[\w.-]+)*\/?$/,
    declarationdir: /^(?:\.\/)?(?:dist|build|out|output|tmp|temp|types|typings)(?:\/[\w.-]+)*\/?$/,
  },
  plain: sources,
};

function areKnownToCompiler(args: readonly string[], from: number, known: Known): boolean {
  const others = args.filter(
    (word, at) => at < from || !(/^(?:true|false)$/.test(word) && args[at - 1] === '--pretty'),
  );
  return areKnown(others, from, known);
}

/**
 * Whether a compiler at the end of a script only looks at what it is given, and emits no more than it does without. It emits a file beside it, and
 * another project where the settings of this project say.
 */
export function isKnownToCompiler(own: readonly string[], given: readonly string[]): boolean {
  const args = [...own, ...given].map(toPlainCase);
  const last = args[own.length - 1] ?? '';
  // The first word would be the value of the last option of the script.
  if (last.startsWith('-') && last !== '--noemit' && !given[0]?.startsWith('-')) return false;
  const at = args.lastIndexOf('--noemit', own.length - 1);
  const emits = at === -1 || /^(?:false|null)$/i.test(args[at + 1] ?? '');
  return areKnownToCompiler(args, own.length, emits ? compiler : { ...compiler, plain: sources });
}

const text = /^(?!-)[^\0]*$/;
const names = /^\w[\w,-]*$/;

function extend(flags: string, long: string, values: Record<string, RegExp>, plain = isPlainWord): Known {
  const short = Object.keys(values).filter((name) => name.length === 1);
  return {
    flags: `hqs${flags}`,
    valued: short.join(''),
    long: [...usualOptions, ...toWords(long)],
    longValued: Object.keys(values).filter((name) => name.length > 1),
    values,
    value: /^(?:[\w.,:%*+-]*|\d+\/\d+)$/,
    areLettersAlone: true,
    plain,
    behind: { plain },
  };
}

const vitest = extend(
  'vw',
  `
    globals isolate dom allowonly dangerouslyignoreunhandlederrors printconsoletrace disableconsoleintercept clearscreen standalone filesonly includetasklocation
    typecheck typecheck.only coverage.enabled sequence.shuffle pooloptions.threads.singleThread pooloptions.forks.singleFork
  `,
  {
    t: text,
    testnamepattern: text,
    exclude: text,
    reporter: /^(?:default|basic|verbose|tree|dot|json|tap|tap-flat|junit|hanging-process|github-actions)$/,
    environment: /^(?:node|jsdom|happy-dom|edge-runtime)$/,
    pool: /^(?:threads|forks|vmThreads|vmForks)$/,
    hooktimeout: /^\d+$/,
    teardowntimeout: /^\d+$/,
    slowtestthreshold: /^\d+$/,
    'sequence.seed': /^\d+$/,
  },
  /^(?!(?:init|complete)$)/,
);
const jest = extend(
  'bviof',
  `
    json collectcoverage testlocationinresults errorondeprecated clearmocks resetmocks restoremocks usestderr runtestsbypath nostacktrace randomize all
    injectglobals showconfig showseed
  `,
  {
    t: text,
    w: /^[\d%]+$/,
    testnamepattern: text,
    testpathpattern: text,
    testpathpatterns: text,
    testpathignorepatterns: text,
    collectcoveragefrom: text,
    selectprojects: names,
    ignoreprojects: names,
    env: /^(?:node|jsdom)$/,
    testenvironment: /^(?:node|jsdom)$/,
    coverageprovider: /^(?:v8|babel)$/,
    changedsince: /^\w[\w./~^-]*$/,
    seed: /^-?\d+$/,
  },
);
/** Options of a rule may name a plugin to load. Words, numbers and levels do not. */
const pair = /\s*["']?[\w@/-]+["']?\s*:\s*(?:["']?\w+["']?|\[[\w\s,"'-]*\])\s*/.source;
const ruleOfEslint = new RegExp(`^\\{?${pair}(?:,${pair})*\\}?$`);
/** Another name is a file or a package that is loaded. */
const formatOfEslint =
  /^(?:stylish|json|json-with-metadata|html|compact|unix|junit|tap|checkstyle|jslint-xml|visualstudio|codeframe|table)$/;
const eslint = extend(
  'v',
  `
    debug stats fixdryrun eslintrc ignore inlineconfig erroronunmatchedpattern warnignored reportunuseddisabledirectives exitonfatalerror
    passonnopatterns stdin configlookup envinfo
  `,
  {
    ignorepattern: text,
    stdinfilename: /^[\w./-]+$/,
    env: names,
    global: /^[\w,:]+$/,
    reportunuseddisabledirectivesseverity: names,
    f: formatOfEslint,
    format: formatOfEslint,
    rule: ruleOfEslint,
    parseroptions: /^(?:ecmaVersion|sourceType|ecmaFeatures\.\w+):\w+$/,
    printconfig: /^(?!-)[\w@./-]+$/,
    cachestrategy: /^(?:metadata|content)$/,
  },
  text,
);

const paths = /^(?![-@])[^\0]+$/;
/** Its plugins have more options that write files than pytest itself. */
const pytest: Known = {
  flags: 'vqxslh',
  valued: 'krmnpW',
  long: toWords(`
    verbose quiet exitfirst lf last-failed ff failed-first nf new-first sw stepwise sw-skip stepwise-skip co collect-only showlocals no-header no-summary
    disable-warnings disable-pytest-warnings strict strict-markers strict-config fixtures markers setup-show setup-plan doctest-modules runxfail
    cache-clear full-trace version help reuse-db create-db nomigrations cov no-cov cov-branch no-cov-on-fail
    benchmark-only benchmark-skip benchmark-disable forked
  `),
  longValued: toWords(
    'maxfail tb durations durations-min color capture show-capture verbosity deselect ignore ignore-glob timeout numprocesses dist cov-fail-under lfnf reruns import-mode asyncio-mode log-level log-cli-level cov-report',
  ),
  value: paths,
  values: {
    // A plugin is loaded unless it is turned off, and a category of warnings is looked for in a module.
    p: /^no:[\w.-]+$/,
    r: /^[A-Za-z]+$/,
    W: /^(?:ignore|error|default|always|module|once)(?:::(?:[A-Za-z]*Warning)?)?$/,
    // Others write files.
    'cov-report': /^term(?:-missing)?(?::skip-covered)?$/,
  },
  plain: paths,
};
/** It takes the beginning of an option for the whole one. */
const mypy: Known = {
  flags: 'vhV',
  valued: 'pm',
  long: toWords(`
    strict ignore-missing-imports no-incremental pretty no-pretty show-error-codes hide-error-codes show-error-context show-column-numbers show-error-end
    no-error-summary color-output no-color-output check-untyped-defs disallow-untyped-defs disallow-incomplete-defs disallow-untyped-calls
    disallow-untyped-decorators disallow-any-generics disallow-subclassing-any warn-unused-ignores warn-redundant-casts warn-return-any warn-unreachable
    warn-unused-configs no-implicit-optional no-implicit-reexport strict-equality strict-optional namespace-packages explicit-package-bases
    no-site-packages allow-redefinition show-traceback non-interactive verbose version help follow-untyped-imports local-partial-types extra-checks
    warn-no-return no-warn-no-return implicit-optional no-strict-optional disallow-any-unimported disallow-any-expr disallow-any-decorated
    disallow-any-explicit
  `),
  longValued: toWords(
    'python-version platform follow-imports exclude enable-error-code disable-error-code package module output',
  ),
  value: text,
  plain: paths,
};

type Spelling = (arg: string) => string;
const asItIs: Spelling = (arg) => arg;

const tools: Record<string, readonly [known: Known, spelling: Spelling]> = {
  tsc: [compiling, toPlainCase],
  tsgo: [compiling, toPlainCase],
  'vue-tsc': [compiling, toPlainCase],
  vitest: [vitest, toOneSpelling],
  jest: [jest, toOneSpelling],
  eslint: [eslint, toOneSpelling],
  pytest: [pytest, asItIs],
  'py.test': [pytest, asItIs],
  mypy: [mypy, asItIs],
};

/** Their options are taken in any case, with and without dashes in them, and most with `no-` in front. */
function toOneSpelling(arg: string): string {
  return arg.replace(/^--?(?=\w[\w-])([\w-]+)/, (option, name: string) =>
    option.startsWith('--') ? `--${name.replace(/^no-/, '').replaceAll('-', '').toLowerCase()}` : option,
  );
}

/** Where such a tool stands among the words, which are those that it is started with. Undefined if it is not started. */
function findTool(words: readonly string[]): number | undefined {
  const program = toProgram(words[0] ?? '');
  if (Object.hasOwn(tools, program)) return 0;
  const launched = findLaunched(words, (name) => Object.hasOwn(tools, name));
  if (launched === undefined) return undefined;
  const at = words.length - launched.length;
  if (/^py/.test(program)) return /^-\w*m$/.test(words[at - 1] ?? '') ? at : undefined;
  const isModule =
    /^-\w*m$/.test(words[at - 1] ?? '') && /^python[\d.]*$/.test(toProgram(words[at - 2] ?? ''));
  const between = words
    .slice(1, isModule ? at - 2 : at)
    .filter((word, index) => !/^-/.test(word) && !/^-/.test(words[index] ?? ''));
  // `npm install jest` starts nothing, and `npm run jest` a script.
  const starting = program === 'npm' ? /^(?:exec|x)$/ : /^(?:exec|x|dlx|run|workspace)$/;
  const isStarted =
    between.every((word, index) => starting.test(word) || between[index - 1] === 'workspace') &&
    (program !== 'npm' || between.length > 0);
  return isStarted ? at : undefined;
}

/**
 * Whether the words behind those of a rule are harmless, by what is known of their program. `from` is the place of the first one that this is about,
 * among all words. Undefined if too little is known of the program.
 */
export function judgeByKnown(
  named: readonly string[],
  rest: readonly string[],
): { areHarmless: boolean; from: number } | undefined {
  const words = [...named, ...rest];
  const at = findTool(words);
  if (at === undefined) {
    const areHarmless = areHarmlessTo(toProgram(words[0] ?? ''), named, rest);
    return areHarmless === undefined ? undefined : { areHarmless, from: 1 };
  }
  const tool = findLaunched(words, (name) => Object.hasOwn(tools, name))?.[0] ?? toProgram(words[0] ?? '');
  const [known, spelling] = tools[tool] ?? [];
  if (known === undefined || spelling === undefined) return undefined;
  const from = at + 1;
  const judge = known === compiling ? areKnownToCompiler : areKnown;
  return {
    areHarmless: judge(words.slice(from).map(spelling), Math.max(0, named.length - from), known),
    from,
  };
}

/** What may stand in front of such a tool. Other words there name what else is loaded or run. */
const starts =
  /^(?:(?:npx|pnpx|bunx|uvx|pipx run)(?: (?:-y|--yes|--no-install|--bun))*|(?:npm|pnpm|yarn) (?:exec|x|dlx)(?: --)?|bun x|pnpm|yarn(?: workspace [\w@/-]+)?|pnpm (?:-F|--filter)[ =][\w@/.-]+ exec|(?:(?:uv|poetry|pdm|hatch|rye|pipenv) run(?: --(?:frozen|locked|no-sync|offline))*)?(?:(?:^| )python[\d.]* -m)?)$/;

/** Whether a command is one of which all words are known to be harmless. Those of git are looked at for the places that they name, too. */
export function isKnownCommand([name = '', ...args]: readonly string[]): boolean {
  if (toProgram(name) === 'git') return false;
  const judged = judgeByKnown([name], args);
  if (judged?.areHarmless !== true) return false;
  return judged.from === 1 || starts.test([toProgram(name), ...args].slice(0, judged.from - 1).join(' '));
}
