import { knownOfGit } from './known-git.ts';
import { areKnown, type Judge, type Known } from './known-options.ts';
import { words as toWords } from './program-options.ts';

const names = /^[\w:][\w:.-]*$/;
const paths = /^(?!-)[\w./-]+$/;
/** The file of another target, and not the name of one. */
const namesOfCargo = /^(?!-|.*\.json$)[\w.,:@/+* -]+$/i;

const cargo: Known = {
  flags: 'qvrh',
  valued: 'jFp',
  long: toWords(`
    quiet verbose offline locked frozen keep-going release all-features no-default-features workspace all lib bins examples tests benches all-targets
    ignore-rust-version future-incompat-report timings help
  `),
  longValued: toWords(
    'color jobs profile features package exclude bin example test bench target message-format',
  ),
  value: namesOfCargo,
};

function extend(long: string, further: Known = {}): Known {
  return { ...cargo, ...further, long: [...(cargo.long ?? []), ...toWords(long)] };
}

const lints: Known = {
  valued: 'WADF',
  long: ['no-deps'],
  longValued: toWords('warn allow deny forbid force-warn cap-lints'),
  value: names,
};
const compiling = extend('no-deps', { behind: lints });
const testing = extend('no-run no-fail-fast doc', {
  plain: names,
  behind: {
    flags: 'qh',
    long: toWords(
      'nocapture no-capture show-output ignored include-ignored exact list quiet help test bench report-time shuffle',
    ),
    longValued: toWords('test-threads skip color format shuffle-seed'),
    value: names,
    plain: names,
  },
});

const cargoCommands: Record<string, Known> = {
  build: cargo,
  check: cargo,
  clippy: compiling,
  rustc: compiling,
  rustdoc: compiling,
  doc: extend('no-deps document-private-items'),
  metadata: { ...extend('no-deps'), longValued: toWords('format-version filter-platform color features') },
  test: testing,
  bench: testing,
  tree: {
    ...extend('invert prune duplicates no-dedupe'),
    flags: 'qvhd',
    valued: 'pFeif',
    longValued: toWords(
      'package exclude invert prune depth edges charset format target features color filter-platform',
    ),
    value: /^(?!-|.*\.json$)[\w.,:@/+*{} -]+$/i,
  },
  fmt: {
    flags: 'qvh',
    valued: 'p',
    long: toWords('all check quiet verbose help'),
    longValued: toWords('package message-format'),
    plain: paths,
    behind: {
      flags: 'qvlh',
      long: toWords('check quiet verbose files-with-diff help'),
      longValued: toWords('edition color'),
      plain: paths,
    },
  },
};
const shortOfCargo: Record<string, string> = { b: 'build', c: 'check', d: 'doc', t: 'test' };
const inFront = /^(?:-[qvVh]+|--(?:quiet|verbose|version|help|list|offline|locked|frozen))$/;

function isKnownToCargo(args: readonly string[], from: number): boolean | undefined {
  const at = args.findIndex((arg) => !/^[-+]/.test(arg));
  // The value of an option would be taken for the subcommand.
  if (args.some((arg, index) => index >= from && (index < at || at === -1) && !inFront.test(arg)))
    return false;
  const said = args[at] ?? '';
  const command = Object.hasOwn(shortOfCargo, said) ? (shortOfCargo[said] ?? '') : said;
  const known = Object.hasOwn(cargoCommands, command) ? cargoCommands[command] : undefined;
  if (known !== undefined) return areKnown(args.slice(at + 1), from - at - 1, known);
  // The program of the folder gets what is behind two dashes. What others hand on is not known.
  const end = args.indexOf('--');
  const isHarmless = args.every(
    (arg, index) =>
      index < from ||
      (end === -1 || index < end
        ? !/^-Z|\.json$/i.test(arg)
        : /^(?:run|r)$/.test(command) || !/^-./.test(arg) || arg === '--'),
  );
  return isHarmless ? undefined : false;
}

const text = /^(?!-)[^\0]*$/;
/** A third part would be another host. */
const repository = /^(?:github\.com\/)?[\w.-]+\/[\w.-]+$/i;
const gh: Known = {
  // Some letters take a value in one of these commands and none in another: what follows is a name then.
  flags: 'acdvyh',
  valued: 'RqtABHlLSsmibejuOr',
  long: toWords(`
    comments draft all help verbose log log-failed exit-status watch required fail-fast name-only patch conflict-status yaml archived no-archived fork source
    exclude-drafts exclude-pre-releases include-prs merged locked match-sensitive
  `),
  longValued: toWords(`
    repo json jq template assignee author app base head label limit search state milestone mention interval color exclude branch commit created event
    status user workflow attempt job order sort language topic visibility ref owner updated closed merged-at involves review review-requested reviewed-by
    checks filename extension size match license stars forks followers good-first-issues help-wanted-issues number-topics
  `),
  value: text,
  values: { R: repository, repo: repository },
  plain: /^(?:https:\/\/github\.com\/\S*|(?!-|[a-z][\w+.-]*:\/\/)[^\0]+)$/i,
};
const ghOfRepositories: Known = {
  ...gh,
  plain: /^(?:https:\/\/github\.com\/\S*|(?:github\.com\/)?[\w.-]+(?:\/[\w.-]+)?)$/i,
};
const search: Known = { ...gh, values: {}, plain: text };

const packages = /^(?!-)[\w./~+-]+$/;
const goBuild: Known = {
  long: toWords('a n v x race msan asan cover json trimpath modcacherw'),
  longValued: toWords('p tags mod buildmode covermode coverpkg'),
  values: { mod: /^(?:readonly|vendor)$/ },
  plain: packages,
};

function extendGo(long: string, longValued: string, further: Known = {}): Known {
  return {
    ...goBuild,
    ...further,
    long: [...(goBuild.long ?? []), ...toWords(long)],
    longValued: [...(goBuild.longValued ?? []), ...toWords(longValued)],
    values: { ...goBuild.values, ...further.values },
  };
}

/** A function of these templates asks for a module by its name. */
const templateOfGo = /^(?!-)(?!.*\bmodule\b)/s;
const goList = extendGo('deps test e find export compiled', 'f', { values: { f: templateOfGo } });

const goCommands: Record<string, Known> = {
  build: goBuild,
  vet: extendGo('', 'c'),
  fmt: {
    long: toWords('n x'),
    longValued: toWords('mod'),
    values: { mod: /^(?:readonly|vendor)$/ },
    plain: packages,
  },
  doc: { long: toWords('all c cmd short src u'), plain: packages },
  version: { long: toWords('m v json'), plain: packages },
  list: goList,
  // Others are asked for on the network.
  'list -m': {
    ...goList,
    long: toWords('e json u deps versions retracted m'),
    plain: /^(?:all|[\w-]+(?:\/[\w-]+)*)$/,
  },
  test: extendGo(
    'short failfast benchmem fullpath',
    'run skip bench benchtime count timeout cpu parallel list shuffle vet',
    {
      values: { run: text, skip: text, bench: text, list: text },
    },
  ),
};

/** One dash is as good as two, and `-test.run` is `-run`. */
function isKnownToGo([command = '', ...args]: readonly string[], from: number): boolean | undefined {
  const isOfModules = command === 'list' && args.some((arg) => /^--?(?:m|u|versions)(?:=|$)/.test(arg));
  const known = Object.hasOwn(goCommands, command)
    ? goCommands[isOfModules ? 'list -m' : command]
    : undefined;
  const usual = args.map((arg) => arg.replace(/^--?(?:test\.)?(?=\w)/, '--'));
  return known && areKnown(usual, from - 1, known);
}

function isKnownToGit([command = '', ...args]: readonly string[], from: number): boolean | undefined {
  const known = Object.hasOwn(knownOfGit, command) ? knownOfGit[command] : undefined;
  return known && areKnown(args, from - 1, known);
}

const docker: Known = {
  flags: 'aqlst',
  valued: 'fn',
  long: toWords('all quiet latest size no-trunc digests tree help'),
  longValued: toWords('filter last format'),
  value: text,
  plain: /^(?!-)[\w./:@-]+$/,
};
/** No file of a template. */
const outputs = /^(?:json|yaml|wide|name|(?:jsonpath(?:-as-json)?|custom-columns|(?:go-)?template)=[^\0]*)$/;
const kubectl: Known = {
  flags: 'Awh',
  valued: 'nloL',
  long: toWords(`
    all-namespaces watch watch-only show-labels no-headers ignore-not-found show-kind show-managed-fields show-events previous all-containers
    timestamps follow recursive help
  `),
  longValued: toWords(`
    namespace selector field-selector output sort-by label-columns container since since-time tail max-log-requests api-version chunk-size limit-bytes
  `),
  value: text,
  values: { o: outputs, output: outputs },
  plain: /^(?!-)[\w./,-]+$/,
};

/** Its files are called as their URLs say. Others are written by more options than these, and sent. */
const wget: Known = {
  flags: 'qvcNSxrpkKmEL46hV',
  valued: 'tTwQlARUXIn',
  long: toWords(`
    quiet verbose no-verbose continue timestamping server-response spider recursive page-requisites convert-links no-parent no-clobber no-directories
    no-host-directories force-directories mirror https-only inet4-only inet6-only no-check-certificate show-progress no-cache retry-connrefused
    no-cookies no-proxy no-config no-hsts ignore-length adjust-extension relative random-wait content-disposition trust-server-names version help
  `),
  longValued: toWords(`
    tries timeout connect-timeout read-timeout dns-timeout wait waitretry level accept reject user-agent header referer limit-rate quota max-redirect
    progress exclude-directories include-directories cut-dirs method compression retry-on-http-error
  `),
  value: text,
  values: { n: /^[vcHdp]+$/, method: /^(?:GET|HEAD)$/ },
  plain: /^(?![-@])\S+$/,
};

/** Names of packages and of what is known about them: no file, and no other server. */
const listing: Known = {
  flags: 'aglr',
  valued: 'w',
  long: toWords(`
    all global long json parseable prod dev production depth omit include workspaces include-workspace-root link package-lock-only recursive only-projects
    lockfile-only no-optional no-color pattern
  `),
  longValued: toWords('depth omit include workspace pattern filter only'),
  value: /^(?!-)[\w.,@*/-]+$/,
  plain:
    /^@?[\w*][\w.*-]*(?:\/[\w.*-]+)?(?:@(?:npm:@?[\w.-]+(?:\/[\w.-]+)?@)?[\w.^~<>=|*+ -]*)?(?:\[[\w.]*\][\w.]*)*$/,
};

const looking = '(?:pr|issue|run|release|workflow) (?:view|list|status|checks|diff)';
/** By the words of their subcommands. */
const families: Record<string, readonly [subcommand: RegExp, words: number, known: Known][]> = {
  gh: [
    // The name of a workflow. For the others, this letter opens a browser.
    [/^run list(?: |$)/, 2, { ...gh, valued: `${gh.valued}w` }],
    [new RegExp(`^${looking}(?: |$)`), 2, gh],
    [/^repo (?:view|list)(?: |$)/, 2, ghOfRepositories],
    [/^search \w+(?: |$)/, 2, search],
  ],
  docker: [
    [/^(?:ps|images)(?: |$)/, 1, docker],
    [
      /^logs(?: |$)/,
      1,
      {
        ...docker,
        flags: 'ft',
        valued: 'n',
        long: toWords('follow timestamps details help'),
        longValued: toWords('tail since until'),
      },
    ],
  ],
  npm: [[/^(?:ls|list|outdated|view)(?: |$)/, 1, listing]],
  pnpm: [[/^(?:ls|list|outdated)(?: |$)/, 1, listing]],
  yarn: [[/^(?:list|outdated)(?: |$)/, 1, listing]],
  wget: [[/^/, 0, wget]],
  wget2: [[/^/, 0, wget]],
  kubectl: [
    [/^(?:get|describe|explain)(?: |$)/, 1, kubectl],
    [/^logs(?: |$)/, 1, { ...kubectl, flags: 'fph', valued: 'ncl' }],
  ],
};

function isKnownToFamily(program: string): Judge {
  return (args, from) => {
    const said = args.join(' ');
    const [, count = 0, known] = families[program]?.find(([subcommand]) => subcommand.test(said)) ?? [];
    return known && areKnown(args.slice(count), from - count, known);
  };
}

const programs: Record<string, Judge> = {
  cargo: isKnownToCargo,
  git: isKnownToGit,
  go: isKnownToGo,
  ...Object.fromEntries(Object.keys(families).map((program) => [program, isKnownToFamily(program)])),
};

/** Whether all words behind those of a rule are harmless to a program. Undefined if too little is known of it. The first of the words is `program`, without its folder. */
export function areHarmlessTo(
  program: string,
  named: readonly string[],
  rest: readonly string[],
): boolean | undefined {
  const isKnown = Object.hasOwn(programs, program) ? programs[program] : undefined;
  return isKnown?.([...named.slice(1), ...rest], named.length - 1);
}
