import { readRolesOfHg } from './option-words.ts';
import { isLongOption } from './program-options.ts';

/** Programs with subcommands: which of them start other programs, and which may be another one under its own name. */

/** Options of git in front of its subcommand that take the next word. */
const valued = /^(?:-C|-c|--git-dir|--work-tree|--namespace|--config-env|--super-prefix|--attr-source)$/;

/** They lead to another repository or change how paths are read; all others in front of the subcommand may start something. */
const leading =
  /^(?:-C|-p|-P|--paginate|--no-pager|--version|--help|--bare|--(?:git-dir|work-tree|namespace|attr-source)(?:=.*)?|--no-(?:replace-objects|lazy-fetch|optional-locks|advice)|--(?:literal|glob|noglob|icase)-pathspecs)$/;

type GitWords = {
  /** Options in front of the subcommand, with their values. */
  before: readonly string[];
  command: string | undefined;
  rest: readonly string[];
};

function readGit(args: readonly string[]): GitWords {
  let at = 0;
  while (args[at]?.startsWith('-')) at += valued.test(args[at] ?? '') ? 2 : 1;
  return { before: args.slice(0, at), command: args[at], rest: args.slice(at + 1) };
}

/** Subcommands that start what an argument, a setting or whoever is on the other side names. */
const starting =
  /^(?:filter-branch|credential.*|daemon|shell|send-email|instaweb|web--browse|hook|difftool|mergetool|remote-\w+|upload-(?:pack|archive)|receive-pack|http-backend|sh-\w+|for-each-repo)$/;
const readingConfig = /^(?:--get(?:-all|-regexp|-urlmatch|-color|-colorbool)?|--list|-l)$/;

function readsConfig(rest: readonly string[]): boolean {
  return /^(?:get|list)$/.test(rest[0] ?? '') || rest.some((arg) => readingConfig.test(arg));
}

const startingOptions =
  '--upload-pack --receive-pack --config --exec --ext-diff --textconv --open-files-in-pager --template --filters --strategy --extcmd --tool'.split(
    ' ',
  );
/** They write, or read beside the repository. */
const furtherOptions =
  '--output --no-index --separate-git-dir --contents --recurse-submodules --output-directory --unsafe-paths'.split(
    ' ',
  );
/** Behind these, `-o` writes nothing. */
const withOtherO = /^(?:ls-files|commit)$/;
/** Letters of options that run something only behind this subcommand. */
const startingLetters: Record<string, string> = { rebase: 'xs', clone: 'uc', merge: 's', pull: 's' };

/** A remote with a helper of its own, or with options for ssh in place of a host. */
const startingRemote = /(?:^|=)[\w-]+::|^(?:ssh|git\+ssh)?:\/\/-/;
const placeElsewhere = /(?:^|[=:]|^-\w+)(?:\/|~|\.\.(?:\/|$))|\/\.\.(?:\/|$)/;

/** They take the next word. Whatever they may be cut short to counts. */
const valuedOptions =
  '--repo --remote --jobs --depth --deepen --shallow-since --shallow-exclude --refmap --strategy --strategy-option --server-option --push-option --negotiation-tip'.split(
    ' ',
  );
/** A host, and a path behind the colon. */
const hostAndPath = /^[^/:-][^/:]*:/;

/** The words with which git reaches a host by ssh. Behind the name of a remote, such a word says what is pushed or fetched. */
function listHosts(command: string, rest: readonly string[]): string[] {
  if (!/^(?:push|pull|fetch|ls-remote|remote|submodule|archive)$/.test(command)) return [];
  const isSurelyValue = (at: number): boolean =>
    /^-[jsX]$/.test(rest[at - 1] ?? '') || valuedOptions.includes(rest[at - 1] ?? '');
  // What is cut short may also be an option without a value: `--se` is `--set-upstream` of push.
  const mayBeValue = (at: number): boolean =>
    isSurelyValue(at) || (!rest[at - 1]?.includes('=') && isLongOption(rest[at - 1] ?? '', valuedOptions));
  const takesOne =
    /^(?:push|pull|fetch|ls-remote)$/.test(command) && !rest.some((arg) => isLongOption(arg, ['--multiple']));
  const isRemote = (arg = ''): boolean => isLongOption(arg, ['--repo', '--remote']);
  const behind = rest.filter((_, at) => isRemote(rest[at - 1]));
  const values = rest.filter(isRemote).flatMap((arg) => /=(.*)$/s.exec(arg)?.[1] ?? []);
  if (command === 'archive') return [...behind, ...values].filter(isHost);
  const plain = [isSurelyValue, mayBeValue].map((isValue) =>
    rest.filter((arg, at) => !arg.startsWith('-') && !isValue(at)),
  );
  const named = plain.flatMap((words) => (takesOne ? words.slice(0, 1) : words));
  const withUser = plain.flat().filter((arg) => /^[\w.-]+@[\w.-]+:/.test(arg));
  return [...named, ...behind, ...values, ...withUser].filter(isHost);
}

function isHost(word: string): boolean {
  return hostAndPath.test(word);
}

/** The first argument with which git does more than its subcommand does here, and whether one starts another program. Undefined if there is none. */
export function findGitOption(args: readonly string[]): { option: string; isOpaque: boolean } | undefined {
  const { before, command = '', rest } = readGit(args);
  const hasLetter = (arg: string, letters: string): boolean =>
    letters !== '' && new RegExp(`^-[A-Za-z0-9]*[${letters}]`).test(arg);
  // They start the words behind them.
  const words = command === 'submodule' ? ['foreach'] : command === 'bisect' ? ['visualize', 'view'] : [];
  const foreach = rest.find((arg) => words.includes(arg));
  const starters = [
    ...before.filter((arg) => arg.startsWith('-') && !leading.test(arg)),
    ...(starting.test(command) || (command === 'config' && !readsConfig(rest)) ? [command] : []),
    ...(foreach === undefined ? [] : [foreach]),
    ...rest.filter(
      (arg) =>
        startingRemote.test(arg) ||
        isLongOption(arg, startingOptions) ||
        hasLetter(arg, `O${(Object.hasOwn(startingLetters, command) && startingLetters[command]) || ''}`),
    ),
  ];
  const [option] = [
    ...starters,
    ...before.filter((arg) => arg.startsWith('-') && !/^--(?:no-pager|version|help)$/.test(arg)),
    ...(command === 'config' ? [command] : []),
    ...rest.filter(
      (arg) =>
        placeElsewhere.test(arg) ||
        isLongOption(arg, furtherOptions) ||
        (!withOtherO.test(command) && hasLetter(arg, 'o')),
    ),
    ...listHosts(command, rest),
  ];
  return option === undefined ? undefined : { option, isOpaque: starters.length > 0 };
}

/** Others may be an alias of the person's, or a program beside git. */
export const gitCommands = new Set(
  words(`
    add am apply archive bisect blame branch cat-file check-ignore cherry cherry-pick checkout clean clone commit count-objects describe diff
    diff-files diff-index diff-tree fetch for-each-ref format-patch fsck gc grep init log ls-files ls-remote ls-tree
    merge merge-base mv name-rev notes pull push range-diff rebase reflog remote reset restore rev-list rev-parse revert rm shortlog
    show show-branch show-ref sparse-checkout stash status switch symbolic-ref tag verify-commit verify-tag version
    whatchanged worktree
  `),
);

/** They are no part of another command either: most change nothing. */
const ownGitCommands = new Set(
  words(`
    annotate check-attr check-mailmap check-ref-format column config diff-pairs fast-export fmt-merge-msg get-tar-commit-id help init-db
    merge-tree patch-id show-index stage stripspace submodule var verify-pack
  `),
);

const sameCommands: Record<string, string> = { stage: 'add', annotate: 'blame', 'init-db': 'init' };

/** `git stage` is `git add`, and so is `git-stage` in the folder of git's programs. Takes the name of a program as `toProgram` gives it. */
export function toUsualWords(
  program: string,
  said: readonly string[],
): [program: string, args: readonly string[]] {
  const beside = /^git-(\w.*)$/.exec(program)?.[1];
  if (program !== 'git' && beside === undefined) return [program, said];
  const args = beside === undefined ? said : [beside, ...said];
  const { before, command = '' } = readGit(args);
  const usual = Object.hasOwn(sameCommands, command) ? sameCommands[command] : undefined;
  return ['git', usual === undefined ? args : args.toSpliced(before.length, 1, usual)];
}

/** Names in full. A part of a name is enough for hg, and an alias may have any other. */
const hgCommands = new Set(
  words(`
    add addremove annotate archive backout bisect blame bookmark bookmarks branch branches bundle cat checkout ci clone co commit config copy cp diff
    export files forget graft grep heads help id identify import in incoming init locate log manifest merge mv out outgoing parents
    paths phase pull push recover remove rename resolve revert rm root serve st status sum summary tag tags tip unbundle up update verify version
    absorb amend evolve prune purge rebase shelve split strip topic topics uncommit unshelve
  `),
);

const hgLetters = /^-[AaBbCcDdFfGgHhIiklmMnNpPqrsSuUvwWXyZ0-9]+$|^-r[\w:.()@-]+$/;
const hgOptions = new Set(
  words(`
    --abort --active --added --addremove --after --all --amend --base --binary --bookmark --branch --change --changeset --check --clean --close-branch
    --closed --color --confirm --continue --copies --date --debug --delete --deleted --dest --destination --dry-run --exclude --follow
    --follow-first --force --from --git --graph --grep --help --hidden --ignore-all-space --ignore-blank-lines --ignore-case --ignore-space-at-eol
    --ignore-space-change --ignored --include --id --keyword --limit --line-number --line-range --list --local --mark --mercurial --merge --message
    --modified --new-branch --newest-first --no-backup --no-commit --no-merges --no-status --nodates --noninteractive --noprefix --num --number
    --only-branch --only-merges --patch --print0 --prune --public --pull --quiet --rank --rebase --removed --remove --rename --rev
    --reverse --root --search --secret --show-function --similarity --source --stat --stop --tags --text --to --topo --topology --traceback --type
    --unified --uncompressed --unknown --unmark --unresolved --update --user --verbose --version --draft --outgoing --insecure --bad --good --skip --reset
    --noupdate --updaterev --keep --collapse --interactive
  `),
);
/** A word with a brace is a template itself, and no file of one. */
const hgStyles = /^(?:compact|default|changelog|status|phases|show|bisect|xml|json|cbor|debug)$|\{/;

/**
 * Whether a word makes hg do more than its subcommand: an option that is not known to run nothing and to write nowhere else, a file with a
 * template, another machine. `named` are the words of a rule behind the program.
 */
export function isBeyondHg(named: readonly string[], rest: readonly string[]): boolean {
  const [command = ''] = [...named, ...rest].filter((word) => !word.startsWith('-'));
  if (named.length === 0 && command !== '' && !hgCommands.has(command)) return true;
  const roles = readRolesOfHg([...named, ...rest]).slice(named.length);
  return rest.some((word, at) => {
    const before = rest[at - 1] ?? named.at(-1) ?? '';
    if (roles[at]?.has('value') && /^(?:-T|--template|--style)$/.test(before) && !hgStyles.test(word))
      return true;
    if (word === '--' || !roles[at]?.has('option')) return false;
    const template = /^(?:-T|--(?:template|style)(?:=|$))(.*)$/s.exec(word)?.[1];
    if (template !== undefined) return template !== '' && !hgStyles.test(template);
    if (word.includes('://')) return !/^(?:clone|pull|push)$/.test(command);
    if (!/^-./.test(word)) return false;
    if (word.startsWith('--')) return !hgOptions.has(word.replace(/=.*$/s, ''));
    if (command === 'archive' && word === '-t') return false;
    // `bisect -c` runs a command.
    return !hgLetters.test(word) || (command === 'bisect' && word.includes('c'));
  });
}

export const ghCommands = new Set(
  words(`
    alias api attestation auth browse cache codespace config extension gist gpg-key help issue label org pr preview project release repo
    ruleset run search secret ssh-key status variable version workflow
  `),
);

/** Commands of gh that run git. */
const ghStartingGit =
  /^(?:pr (?:create|new|checkout|co|merge|close|update-branch|revert)|repo (?:clone|create|new|fork|sync|rename|set-default)|issue (?:develop|create|new)|gist|release|codespace|auth|extension|alias)(?: |$)/;
const sendingOfApi = /^(?:-[XfF]|--(?:method|field|raw-field|input)(?:=|$)|graphql$)/;

/** Of what is not known better. */
const anyCalls = 'fetch checkout pull push';

/** Other programs around git, and which commands of git they make: front ends, what runs hooks or publishes, and what looks through commits. */
const gitFronts = new Map(
  [
    [
      'hub glab tea tig lazygit gitui jj brz bzr gt sl stg yadm vcsh ghstack spr graphite etckeeper',
      anyCalls,
    ],
    [
      'lerna changeset release-it semantic-release standard-version commit-and-tag-version np bumpversion bump2version bump-my-version tbump goreleaser',
      'commit tag push',
    ],
    ['pre-commit prek lefthook overcommit husky lint-staged pretty-quick cz czg commitizen', 'commit'],
    ['gitleaks trufflehog', 'log'],
  ].flatMap(([names = '', calls = '']) => words(names).map((name) => [name, calls] as const)),
);

/** Takes the name of a program as `toProgram` gives it. */
export function isAroundGit(program: string): boolean {
  return /^git(?:-|$)/.test(program) || gitFronts.has(program);
}

/** Commands of gh that start git, if at all, only for names of remotes and branches. */
const quietOfGh =
  /^(?:alias|api|attestation|auth|browse|cache|completion|config|gpg-key|help|label|org|preview|project|ruleset|run|search|secret|ssh-key|status|variable|version|workflow)(?: |$)|^(?:pr|issue|repo|release|gist|codespace|extension) (?:archive|autolink|browse|checks|comment|delete|delete-asset|deploy-key|diff|download|edit|gitignore|license|list|lock|logs|ls|pin|ports|ready|remove|reopen|review|search|status|transfer|unarchive|unlock|unpin|upload|verify|verify-asset|view|watch)(?: |$)|^issue (?:create|new|close)(?: |$)|^gist (?:create|new)(?: |$)/;
const startedByGh: readonly (readonly [words: RegExp, calls: string])[] = [
  [/^pr (?:create|new)(?: |$)/, 'push'],
  [/^release (?:create|new)(?: |$)/, 'log'],
  [/^(?:repo (?:clone|create|new|fork)|gist clone)(?: |$)/, 'clone'],
];

/** The words behind git of each of its commands that a command is, or starts. Takes the name of a program as `toProgram` gives it. */
export function listGitCalls(program: string, said: readonly string[]): readonly (readonly string[])[] {
  const [name, args] = toUsualWords(program, said);
  if (name === 'git') return [args];
  const plain = args.filter((arg, at) => !arg.startsWith('-') && !/^(?:-R|--repo)$/.test(args[at - 1] ?? ''));
  const text = plain.join(' ');
  const started = (calls: string): string[][] => calls.split(' ').map((call) => [call]);
  const front = gitFronts.get(name);
  if (front !== undefined) return started(front);
  if (name === 'gh') {
    if (text === '' || quietOfGh.test(text)) return [];
    return started(startedByGh.find(([pattern]) => pattern.test(text))?.[1] ?? anyCalls);
  }
  if (/^(?:npm|pnpm|yarn|bun)$/.test(name) && /^ver[a-z]* .|^publish(?: |$)/.test(text))
    return started('commit tag');
  // It says in the program from which commit it was built.
  if (name === 'go' && /^(?:build|install|list)(?: |$)/.test(text)) return started('status log');
  return [];
}

/**
 * Whether a command may run this program under another name: by an alias, a part of a name, a program beside it, a part of another
 * command as `git send-pack` is of `push`, or because it runs that program.
 */
export function mayBeAnother(said: string, saidArgs: readonly string[], program: string): boolean {
  const [name, args] = toUsualWords(said, saidArgs);
  switch (name) {
    case 'git': {
      const { command } = readGit(args);
      const isUsual = command === undefined || gitCommands.has(command) || ownGitCommands.has(command);
      return program === 'git' && !isUsual;
    }
    case 'hg': {
      const command = args.find((arg) => !arg.startsWith('-'));
      return program === 'hg' && command !== undefined && !hgCommands.has(command);
    }
    case 'gh': {
      const named = args.filter(
        (arg, at) => !arg.startsWith('-') && !/^(?:-R|--repo)$/.test(args[at - 1] ?? ''),
      );
      const [command] = named;
      if (command === undefined || (program !== 'git' && program !== 'gh')) return false;
      if (!ghCommands.has(command)) return true;
      if (program === 'git') return ghStartingGit.test(named.slice(0, 2).join(' '));
      return command === 'api' && args.some((arg) => sendingOfApi.test(arg));
    }
    default:
      return program === 'git' && gitFronts.has(name);
  }
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
