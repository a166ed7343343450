import { isCredentialFile } from '../../credential-files.ts';
import { ghCommands, gitCommands, isBeyondHg } from './git-words.ts';
import { judgeByKnown } from './known-tools.ts';
import { findMessages, findMessagesOfHg } from './option-words.ts';
import { asksOtherHost, takesFromUrl } from './other-hosts.ts';
import { isBeyondManager, toPackageRunner } from './package-managers.ts';
import { isLongOption, words as toWords } from './program-options.ts';
import { findLaunched, interpreters, launchers, onlyPrints, toProgram } from './runners.ts';
import { givesFurtherTarget } from './targets.ts';

/**
 * Options with which a program writes where a person does not expect it, sends something elsewhere, or loads code. A rule for a prefix does not
 * mean them, unless it names them; a rule for the whole command does. Long ones may have a value behind `=`.
 */
const prettier = /^--(?:write|fix\w*|unsafe|apply[\w-]*|cache-location|reporter-file)(?:=|$)|^-w$/;

const archives = /^(?:-[A-Za-z\d]*[fFOI]|--fi[a-z]*=)?[^-/=][^/=]*:/;

const brz = /^--us(?:i|in|ing)?(?:=|$)/;

const furtherOptions: Record<string, RegExp> = {
  // They change sources, or open a browser.
  cargo: /^fix$|^--(?:fix|open|allow-\w+|broken-code|target-dir|out-dir|artifact-dir|lockfile-path)(?:=|$)/,
  gh: /^--web(?:=|$)|^-[cdvy]*w/,
  // An archive with a host in its name is on that host, and reached by another program.
  tar: archives,
  gtar: archives,
  cpio: archives,
  shuf: /^-[A-Za-z\d#:]*o|^--o/,
  iconv: /^-[A-Za-z\d#:]*o|^--o/,
  xmllint: /^--?(?:o|output|shell|load-trace|xinclude|catalogs|path|postvalid|noent)(?:$|=)/,
  ruff: /^-[A-Za-z\d#:]*o|^--(?:output-file|fix\w*|unsafe-fixes|add-noqa|cache-dir)/,
  yq: /^-[A-Za-z\d#:]*[is]|^--(?:inplace|in-place|split-exp\w*|from-file|security-enable)/,
  file: /^-[A-Za-z\d#:]*[Cm]/,
  kubectl:
    /^-s|^--(?:server|token|cluster|context|user|as[\w-]*|cache-dir|certificate-authority|client-\w+|insecure-[\w-]*|tls-server-name|profile[\w-]*|raw|kustomize|kuberc)(?:=|$)|^-[Aw\d]*k|^(?:-[Aw\d]*o=?|--output=)?(?:(?:go-)?template|jsonpath|custom-columns)-?file(?:=|$)|^(?:.*,)?secrets?(?:$|[,/.])/i,
  vite: /^--open(?:=|$)/,
  go: /^--?(?:test\.)?(?:(?:cover|cpu|mem|block|mutex)profile|trace|outputdir|c|pkgdir|work|fuzz\w*|artifacts|fix|mod=mod|http|debug-\w+|gocoverdir|testlogfile)(?:=|$)/,
  node: /^--(?:redirect-warnings|(?:cpu|heap)-prof[\w-]*|diagnostic-dir|report-[\w-]*|trace-event-[\w-]*|tls-keylog|test-reporter[\w-]*|build-snapshot[\w-]*|snapshot-blob|icu-data-dir|localstorage-file|heapsnapshot[\w-]*|inspect[\w-]*|openssl-[\w-]*|run)(?:=|$)/,
  prettier,
  biome: prettier,
  stylelint: /^-[A-Za-z\d#:]*o|^--(?:fix|output-file|cache-location|custom-formatter|custom-syntax)(?:=|$)/,
  // They run a library, or what another file names.
  openssl: /^--?(?:engine|provider|config|writerand)/,
  'ssh-keygen': /^-[A-Za-z\d#:]*[Dw]/,
  uv: /^-p|^--python(?:=|$)/,
  // The file of a log, and another index.
  pip: /^--(?:py|local-log)|^-[UIoluqvh]*i/,
  'golangci-lint': /^--fix(?:=|$)/,
  knip: /^--(?:fix[\w-]*|allow-remove-files|format)(?:=|$)/,
  // The agent of ssh or a file for what is built, more than a container may have, or a push.
  docker:
    /^--(?:ssh|allow|push|output|cache-to|sbom|attest|secret|iidfile|cidfile|metadata-file|privileged|device|security-opt|cap-add|volumes?(?:-from)?|mount|pid|ipc|uts|net(?:work)?|userns|cgroupns)(?:=|$)|^-[A-Za-z\d#:]*[ov]/,
  'clang-tidy': /^--?(?:load|fix|export-fixes|store-check-profile|config-file|vfsoverlay)/,
  just: /^--?ch/,
  jj: /^--tool(?:=|$)/,
  sl: /^--tool(?:=|$)|^(?:debug.*|extdiff|serve)$/,
  brz,
  bzr: brz,
  apt: /^-[A-Za-z\d#:]*[oc]|^--(?:option|config-file)/,
};

/** The same, of programs that take the beginning of a long option for the whole one. */
const furtherLongOptions: Record<string, readonly string[]> = {
  file: toWords('--compile --magic-file'),
  pip: toWords(
    '--log --log-file --proxy --index-url --extra-index-url --find-links --trusted-host --cert --client-cert --report --cache-dir',
  ),
  ...Object.fromEntries(
    ['mypy', 'dmypy', 'pylint', 'flake8', 'bandit', 'codespell', 'coverage', 'autopep8'].map((name) => [
      name,
      toWords(
        '--config --config-file --rcfile --load-plugins --init-hook --append-config --global-config --python-executable --cache-dir --shadow-file',
      ),
    ]),
  ),
};

/** Whether `curl` would send what is in a file: behind an `@`, and of cookies. It takes the beginning of a long option for the whole one. */
function sendsFile(program: string, rest: readonly string[]): boolean {
  if (program !== 'curl') return false;
  return rest.some((arg, at) => {
    if (/^@|^-[A-Za-z\d#:]*[A-Za-z]@/.test(arg)) return true;
    const [, cookies] = /^(?:-[A-Za-z\d#:]*b|--cooki?e?)(.*)$/s.exec(arg) ?? [];
    return cookies !== undefined && !(cookies || (rest[at + 1] ?? '')).includes('=');
  });
}

const curlFlags = 'sSfLIivkgG46#NROJa';
const curlValued = 'XHmAebur';
const curlOptions = toWords(`
  silent show-error fail fail-with-body location head include verbose insecure globoff get compressed no-buffer remote-time remote-name
  remote-header-name progress-bar no-progress-meter ipv4 ipv6 http1.1 http2 tlsv1.2 tlsv1.3 retry-connrefused retry-all-errors
`);
const curlValuedOptions = toWords(
  'request header max-time connect-timeout user-agent referer cookie user range retry retry-delay retry-max-time url max-redirs limit-rate',
);
/** `file:` and others are no server, and braces may hide them. */
const address = /^(?:https?:\/\/[\w.[\]@:%-]+|[\w.-]+(?::\d+)?)(?:[/?#]\S*)?$/i;

/**
 * Whether `curl` gets more than addresses and these options. The others send a file, write one, read settings or ask elsewhere, and there are too
 * many to name: it has 260, and takes the beginning of each.
 */
function fetchesOtherwise(program: string, rest: readonly string[]): boolean {
  if (program !== 'curl') return false;
  for (let at = 0; at < rest.length; at += 1) {
    const arg = rest[at] ?? '';
    const name = /^--(.+)$/s.exec(arg)?.[1];
    if (name === undefined && /^-./.test(arg)) {
      const end = Array.from(arg).findIndex((sign, index) => index > 0 && !curlFlags.includes(sign));
      if (end === -1) continue;
      if (!curlValued.includes(arg.charAt(end))) return true;
      if (end === arg.length - 1) at += 1;
    } else if (name === undefined || name === 'url') {
      if (name === 'url') at += 1;
      if (!address.test(rest[at] ?? '')) return true;
    } else if (curlValuedOptions.includes(name)) at += 1;
    else if (!curlOptions.includes(name)) return true;
  }
  return false;
}

/** Whether `kubectl` would show what a file names: a manifest of a secret asks for this secret. */
function showsWhatFileNames(program: string, words: readonly string[], rest: readonly string[]): boolean {
  if (!/^(?:kubectl|oc)$/.test(program) || !words.some((word) => /^(?:get|describe)$/.test(word)))
    return false;
  return rest.some((arg) => /^-[Aw\d]*[fR]|^--(?:filename|recursive)(?:=|$)/.test(arg));
}

/** Words that start something else, and so must stand in the rule: `shell(npm:*)` does not mean `npm run build`. */
const startingWords =
  /^(?:exec|run|run-script|rum|urn|shell|eval|repl|foreach|ssh|explore|plugin|rsh|debug|spawn|alias)$/;
/** The same for what starts packages, and for others as a subcommand. Anywhere else they are names. */
const shortStartingWords = /^(?:x|dlx)$/;

/** Whether a word starts something else, apart from texts for people: a message may be one word. */
function startsByWord(named: readonly string[], rest: readonly string[]): boolean {
  const [program = '', ...args] = [...named, ...rest];
  const name = toProgram(program);
  const messages =
    name === 'hg' ? new Set([...findMessagesOfHg(args)].map((at) => at + 1)) : findMessages([name, ...args]);
  const first = args.findIndex((arg) => !arg.startsWith('-')) + 1;
  return rest.some((word, index) => {
    const at = named.length + index;
    if (messages.has(at)) return false;
    return (
      startingWords.test(word) || (shortStartingWords.test(word) && (at === first || launchers.test(name)))
    );
  });
}

/** They load a package that is called `create-NAME`, and run it. */
const packageManagers = /^(?:npm|pnpm|yarn|bun)$/;
/** They run whatever their first argument names. */
const packageRunners = /^(?:npx|pnpx|bunx|uvx|pipx|corepack)$/;

/** Options that sound like a program, a script or a place to write to. Any program may have them. */
const startingOptions =
  /^--?[\w.-]*(?:exec|command|cmd|shell|script|pager|editor|browser|hook|program|plugin|require|loader|import|preload|eval|config|rcfile|init-file|outfile|out-file|output-file|wrapper|askpass|env-file|prefix|cwd|chdir|manifest-path|working-dir|rootdir|root-dir|flags)[\w.-]*(?:=|$)/i;

/** They load a library, choose what starts, or name a program by another word. */
const furtherStartingOptions =
  /^--?(?:engine|provider|provider-path|chooser|choose|testsequencer|sequencer|interpreter|run[_-]under)(?:=|$)|^(?:-o)?(?:Dir|APT|DPkg|Acquire)::/i;

/**
 * Programs take the beginning of a long option for the whole one: `--diff-p` is `--diff-program`. Whatever its last word may be the beginning of
 * counts, but for words that are whole ones.
 */
const cutWords =
  'exec command cmd shell script pager editor browser hook program plugin require loader import preload eval config rcfile wrapper askpass prefix manifest-path flags'.split(
    ' ',
  );
const wholeWords = /^(?:edit|load|as|man)$/;
const wholeOptions = /^(?:pre|conf|imp|env|init)$/;

function isCutShort(arg: string): boolean {
  const words = /^--(?!no-)([a-z][a-z-]*)(?:=|$)/i.exec(arg)?.[1]?.split('-') ?? [];
  const last = words.at(-1)?.toLowerCase() ?? '';
  if (last === '' || wholeWords.test(last)) return false;
  // A single word of one or two letters may be the beginning of any.
  if (words.length === 1 && (last.length < 3 || wholeOptions.test(last))) return false;
  return cutWords.some((word) => word !== last && word.startsWith(last));
}

/** Whether a word takes back an option that the rule names: `--no-check`, `--check=false`, or the same once more with another value. */
function takesBack(named: readonly string[], rest: readonly string[]): boolean {
  const options = named
    .filter((word) => word.startsWith('--'))
    .map((word) => word.slice(2).split('=')[0] ?? '');
  return rest.some((arg) => {
    const name = /^--(?:no-)?([^=]*)/.exec(arg)?.[1] ?? '';
    return name !== '' && options.some((option) => option.startsWith(name) || option === `no-${name}`);
  });
}

/** Options with which an interpreter only looks at the syntax of a file. */
const checkingOptions: Record<string, RegExp> = {
  perl: /^-[A-Za-z\d#:]*c/,
  php: /^(?:-[A-Za-z\d#:]*l|--syntax)/,
  ruby: /^-[A-Za-z\d#:]*c/,
  node: /^(?:-c|--check)$/,
};

/** Whether such a rule means no more than a look, and the command may run something: perl runs the `BEGIN` blocks of a file that it checks. */
function isBeyondCheck(program: string, named: readonly string[], rest: readonly string[]): boolean {
  const name = program.replace(/[\d.]+$/, '');
  const checking = Object.hasOwn(checkingOptions, name) ? checkingOptions[name] : undefined;
  const end = named.findIndex((word, at) => at > 0 && !word.startsWith('-'));
  if (!named.slice(1, end === -1 ? undefined : end).some((word) => checking?.test(word))) return false;
  return rest.some((word) => name === 'perl' || word.startsWith('-'));
}

/** With these options an interpreter takes code. */
const codeOptions = /^-[A-Za-z\d#:]*[cemprEI]|^--(?:eval|print|execute|command|run)|^-$/;
/** Their first argument is code. */
const languages = /^(?:[gmn]?awk|mlr|g?sed|m4|bc|dc|sqlite3|psql|mysql|mariadb|duckdb|xxd)$/;

/**
 * Whether a command does more than the prefix that a rule names, because of the words behind it. A rule for the whole command allows it.
 * `named` are the words of the rule, of which the first is the program.
 */
export function isBeyondPrefix(
  named: readonly string[],
  rest: readonly string[],
  hasGlobs: boolean,
): boolean {
  const name = toProgram(named[0] ?? '');
  const isAlone = named.length === 1;
  // A file may be called `run` or `SHELL=x`.
  if (hasGlobs && !onlyPrints([name]) && rest.some((arg) => /^[^/]*[*?]/.test(arg))) return true;
  const known = judgeByKnown(named, rest);
  if (known?.areHarmless === false) return true;
  // The options of programs in general say nothing about one whose own are known.
  const judged = known ? rest.slice(0, Math.max(0, known.from - named.length)) : rest;
  if (
    languages.test(name) ||
    hasFurtherOption(name, name === 'gh' ? judged : rest) ||
    sendsFile(name, rest) ||
    fetchesOtherwise(name, rest) ||
    asksOtherHost(name, [...named, ...rest], rest) ||
    showsWhatFileNames(name, [...named, ...rest], rest) ||
    takesFromUrl(name, rest) ||
    givesFurtherTarget(named, rest)
  )
    return true;
  const launched = toLaunched([...named, ...rest]);
  if (hasFurtherOption(launched, rest) || takesFromUrl(launched, rest) || takesArgumentsFromFile(name, rest))
    return true;
  if (takesCodeFromElsewhere(name, named, judged)) return true;
  if (name === 'git' && addsSecret([...named.slice(1), ...rest], rest)) return true;
  if (
    interpreters.test(name) &&
    ((isAlone && rest.length === 0) || judged.some((arg) => codeOptions.test(arg)))
  )
    return true;
  if (/^perl[\d.]*$/.test(name) && rest.some((arg) => /^-[^-]*[eExMmI]/.test(arg))) return true;
  if (/^php[\d.]*$/.test(name) && setsMoreOfPhp(rest)) return true;
  if (isBeyondCheck(name, named, rest)) return true;
  if (name === 'git' && isAlone && rest[0] !== undefined && !gitCommands.has(rest[0])) return true;
  if (name === 'gh' && isAlone && rest[0] !== undefined && !ghCommands.has(rest[0])) return true;
  if (name === 'hg' && isBeyondHg(named.slice(1), rest)) return true;
  if (packageRunners.test(name) && isAlone) return true;
  if (named.length === 2 && toPackageRunner(name, named.slice(1)) !== undefined) return true;
  if (isBeyondManager(name, named.slice(1), rest)) return true;
  if (packageManagers.test(name) && isAlone && /^(?:init|create|innit)$/.test(rest[0] ?? '')) return true;
  if (takesBack(named, rest)) return true;
  if (judged.some((arg) => startingOptions.test(arg) || furtherStartingOptions.test(arg) || isCutShort(arg)))
    return true;
  return !onlyPrints([name]) && startsByWord(named, judged);
}

const settingsOfPhp =
  /^(?:memory_limit|max_execution_time|display_errors|error_reporting|date\.timezone|opcache\.enable_cli|pcov\.enabled|xdebug\.mode|zend\.assertions)=[\w./+-]*$/;

/** Whether PHP is given a setting that may load code, or serves the folder. */
function setsMoreOfPhp(rest: readonly string[]): boolean {
  return rest.some((arg, at) => {
    const setting = rest[at - 1] === '-d' ? arg : /^-[a-z]*d(.+)/s.exec(arg)?.[1];
    return /^-[A-Za-z\d]*[BRFSz]/.test(arg) || (setting !== undefined && !settingsOfPhp.test(setting));
  });
}

/** Programs that run code, as packages. */
const furtherInterpreters =
  /^(?:babel-node|vite-node|ts-node-\w+|esno|esr|coffee|lsc|civet|ipython|bpython|ptpython)$/;
const dataUrl = /^(?:-[A-Za-z]|--?[\w.-]+=)?\s*data:[^\s,]*,/i;

/** Whether a command takes code from an argument, behind a starter of packages or as a URL, or runs what lies on a server. */
function takesCodeFromElsewhere(program: string, named: readonly string[], rest: readonly string[]): boolean {
  if (!onlyPrints([program]) && rest.some((arg) => dataUrl.test(arg))) return true;
  if (/^(?:deno|bun)$/.test(program) && rest.some((arg) => /^(?:https?|npm|jsr):/i.test(arg))) return true;
  const isInterpreter = (one: string): boolean => interpreters.test(one) || furtherInterpreters.test(one);
  const launched = findLaunched([...named, ...rest], isInterpreter);
  if (launched && rest.some((arg) => codeOptions.test(arg) || /^https?:/i.test(arg))) return true;
  return program === 'go' && (named[1] ?? rest[0]) === 'run' && rest.some((arg) => /^[^-].*@/.test(arg));
}

/** An example of a file with secrets holds none. */
export function isSecret(path: string): boolean {
  return isCredentialFile(path) && !/\.(?:example|sample|template|dist)$/.test(path);
}

/** `git diff` and `git show` print what git keeps. What git ignores, and what looks like a secret, gets there by a yes alone. */
function addsSecret([command = '', ...args]: readonly string[], rest: readonly string[]): boolean {
  if (!/^(?:add|stage)$/.test(command)) return false;
  if (rest.some((arg) => /^-[A-Za-z\d#:]*f|^--fo/.test(arg))) return true;
  return args.some((arg) => {
    const path = arg.replace(/^:(?:\([^)]*\)|[/^!]*)/, '');
    return rest.includes(arg) && isSecret(path);
  });
}

/** The program that `npx prettier` or `python -m mypy` starts, if its options are known. */
function toLaunched(words: readonly string[]): string {
  return (
    findLaunched(words, (one) => Object.hasOwn(furtherOptions, one) && !packageManagers.test(one))?.[0] ?? ''
  );
}

/** Words with which they mean something else: the commit that is checked out. */
const ofCommits = /^(?:git|jj|hg|sl|gh|tig)$/;

/** Compilers, linkers and others read further arguments, which the rule does not see, from `@FILE`. Packages are called `@scope/name`. */
function takesArgumentsFromFile(program: string, rest: readonly string[]): boolean {
  if (ofCommits.test(program) || onlyPrints([program])) return false;
  const isOfPackages = packageManagers.test(program) || packageRunners.test(program);
  return rest.some(
    (arg) => arg.startsWith('@') && !(isOfPackages && /^@[\w.~-]+\/[\w.~-]+(?:@[^/]*)?$/.test(arg)),
  );
}

/** `rest` are the words that the rule does not name. */
function hasFurtherOption(name: string, rest: readonly string[]): boolean {
  const program = name.replace(/^pip[\d.]+$/, 'pip');
  const further = Object.hasOwn(furtherOptions, program) ? furtherOptions[program] : undefined;
  const long = Object.hasOwn(furtherLongOptions, program) ? furtherLongOptions[program] : [];
  return rest.some((arg) => further?.test(arg) || isLongOption(arg, long ?? []));
}
