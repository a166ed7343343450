import { words as toWords } from './program-options.ts';

/** Options of a command that take the next word for their value, and options that do not. Any other option may take it. */
export type Taking = {
  /** Letters without a value, which may stand in a bundle, and letters with one. */
  flags?: string;
  valued?: string;
  /** Long options, without dashes. */
  long?: readonly string[];
  longValued?: readonly string[];
};

/** What a word may be: an option or whatever else is not behind the end of options, the value of the option in front, or behind that end. */
type Role = 'option' | 'value' | 'behind';

/**
 * What each word of a command may be. More than one role: it is not known whether an option in front takes a value, such as the `--` that would
 * otherwise end the options.
 */
export function readRoles(args: readonly string[], taking: Taking): ReadonlySet<Role>[] {
  let roles: ReadonlySet<Role> = new Set(['option']);
  return args.map((arg) => {
    const now = roles;
    roles = new Set([...now].flatMap((role) => listNext(role, arg, taking)));
    return now;
  });
}

function listNext(role: Role, arg: string, taking: Taking): Role[] {
  if (role === 'behind') return ['behind'];
  if (role === 'value') return ['option'];
  if (arg === '--') return ['behind'];
  const takes = takesNext(arg, taking);
  if (takes === undefined) return ['option', 'value'];
  return takes ? ['value'] : ['option'];
}

function takesNext(
  arg: string,
  { flags = '', valued = '', long = [], longValued = [] }: Taking,
): boolean | undefined {
  if (!/^-./.test(arg)) return false;
  if (arg.startsWith('--')) {
    if (arg.includes('=') || long.includes(arg)) return false;
    return longValued.includes(arg) || undefined;
  }
  const at = Array.from(arg).findIndex((letter, index) => index > 0 && !flags.includes(letter));
  if (at === -1) return false;
  return valued.includes(arg.charAt(at)) ? at === arg.length - 1 : undefined;
}

/** Whether a word is the value of an option, and nothing else. */
export function isValue(roles: ReadonlySet<Role> | undefined): boolean {
  return roles?.size === 1 && roles.has('value');
}

/** A text for people. */
const message = { valued: 'm', longValued: ['--message'] };
const flagsOfGit = toWords(`
  --all --allow-empty --allow-empty-message --amend --annotate --append --cached --dry-run --edit --ff --ff-only --force --gpg-sign --include
  --include-untracked --interactive --keep-index --no-commit --no-edit --no-exclude-standard --no-ff --no-gpg-sign --no-index --no-keep-index
  --no-post-rewrite --no-signoff --no-stat --no-verify --only --patch --porcelain --quiet --reset-author --short --sign --signoff --staged --stat
  --untracked --verbose
`);
const ofGit: Readonly<Record<string, Taking>> = {
  commit: { ...message, flags: 'aeinopqsvz', long: flagsOfGit },
  tag: { ...message, flags: 'adefilsv', long: flagsOfGit },
  notes: { ...message, flags: 'f', long: flagsOfGit },
  stash: { ...message, flags: 'akpqSu', long: flagsOfGit },
  merge: { ...message, flags: 'enqv', long: flagsOfGit },
  // The number of a parent.
  revert: { ...message, flags: 'en', long: flagsOfGit },
  grep: { flags: 'acEFGhHiIlLnopPqrvwWz', valued: 'ABCefm', long: flagsOfGit },
  add: { flags: 'AfinNpuv', long: flagsOfGit },
  stage: { flags: 'AfinNpuv', long: flagsOfGit },
};
/** They take options of `git log`, of which `-m` is one without a value. */
const shownStashes = /^(?:list|show)$/;

/** `args` stand behind the subcommand. */
export function readRolesOfGit(command: string, args: readonly string[]): ReadonlySet<Role>[] {
  if (command === 'stash' && shownStashes.test(args[0] ?? '')) return readRoles(args, {});
  return readRoles(args, (Object.hasOwn(ofGit, command) && ofGit[command]) || {});
}

const takingMessage =
  /^(?:commit|ci|amend|backout|import|patch|tag|rebase|shelve|record|uncommit|metaedit|fold|qnew|qrefresh|qcommit)$/;
const ofHg: Taking = {
  ...message,
  flags: 'Aeiqvy',
  long: toWords(
    '--addremove --amend --close-branch --debug --draft --edit --force --interactive --noninteractive --quiet --secret --verbose',
  ),
};

/** `args` stand behind the program. */
export function readRolesOfHg(args: readonly string[]): ReadonlySet<Role>[] {
  const command = args.find((arg) => !arg.startsWith('-')) ?? '';
  return readRoles(args, takingMessage.test(command) ? ofHg : {});
}

const commandsWithMessage = /^(?:commit|tag|notes|stash|merge|revert)$/;

/** Where the words of a command of git stand that are a text for people. */
export function findMessages([program, command = '', ...args]: readonly string[]): ReadonlySet<number> {
  if (program !== 'git' || !commandsWithMessage.test(command)) return new Set();
  return new Set(
    readRolesOfGit(command, args).flatMap((roles, at) =>
      isValue(roles) || (/^--message=/.test(args[at] ?? '') && !roles.has('behind')) ? [at + 2] : [],
    ),
  );
}

/** The same of hg, behind the program. */
export function findMessagesOfHg(args: readonly string[]): ReadonlySet<number> {
  const command = args.find((arg) => !arg.startsWith('-')) ?? '';
  if (!takingMessage.test(command)) return new Set();
  return new Set(
    readRolesOfHg(args).flatMap((roles, at) =>
      isValue(roles) || (/^(?:-m|--message=)./.test(args[at] ?? '') && !roles.has('behind')) ? [at] : [],
    ),
  );
}
