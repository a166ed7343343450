import { type FlagShape, type Part, readShellWords, scanFlags, takesWord } from './chat/shell-words.ts';
import { toShellWord } from './command-line.ts';
import { CliError } from './errors.ts';
import { isTopicName, topicNames } from './help/topic-names.ts';
import { advise, run, type Sentence, updateCommand } from './hint.ts';
import { findMeantCommand } from './meant-command.ts';
import { countEdits, findNearest, suggest } from './nearest.ts';

export type CommandShape = {
  name(): string;
  readonly commands: readonly CommandShape[];
  readonly options: readonly FlagShape[];
};

/**
 * Puts the command first that a command line without global flags means; anything else is a prompt for `chat`. Turns `help` into `--help`.
 * Throws CliError `usage` for words that look like a command and are none, because a typing error must not become a paid request.
 */
export function nameCommand(
  root: CommandShape,
  argv: readonly string[],
  place: { readonly cwd: string },
): string[] {
  const [first] = argv;
  if (first === undefined) return ['chat'];
  if (['--help', '-h', '--version', '-v'].includes(first)) return [...argv];
  if (first === '-V') return ['--version', ...argv.slice(1)];
  if (first === 'help') return toHelpFlag(root, argv.slice(1));
  const command = root.commands.find((candidate) => candidate.name() === first);
  if (command) return nameSubcommand(root, command, argv);
  const chat = root.commands.find((candidate) => candidate.name() === 'chat');
  const { parts } = readShellWords(argv, chat?.options ?? [], place.cwd);
  // Blanks around a lone word change nothing.
  const words = listWords(parts).map((word) => word.trim());
  if (words.join(' ') === 'help') return ['--help'];
  if (first === 'version' && argv.length === 1) return ['--version'];
  if (first === 'version' && argv.length === 2 && ['--help', '-h'].includes(argv[1] ?? '')) return ['--help'];
  if (parts.every(({ kind }) => kind !== 'end')) checkWords(root, words, parts);
  return ['chat', ...argv];
}

/** A question to print after an unknown flag, if the command has a similar one. */
export function suggestFlag(root: CommandShape, [first, second]: readonly string[], flag: string): string {
  const command = root.commands.find((candidate) => candidate.name() === first);
  const known = [...(command ? findFlags(command, second ?? '') : []), ...root.options];
  return suggest(
    flag,
    known.flatMap(({ long }) => long ?? []),
  );
}

/** The help of the command that begins a command line, as a person types it. */
export function nameHelp(root: CommandShape, [first, second]: readonly string[]): string {
  const command = root.commands.find((candidate) => candidate.name() === first);
  const subcommand = command?.commands.find((candidate) => candidate.name() === second);
  return [command?.name(), subcommand?.name(), '--help'].filter(Boolean).join(' ');
}

function toHelpFlag(root: CommandShape, argv: readonly string[]): string[] {
  const words = argv.filter((word) => !word.startsWith('-') && word !== 'help' && word !== 'version');
  const [first, ...rest] = words;
  if (first === undefined) return ['help', '--help'];
  const command = root.commands.find((candidate) => candidate.name() === first);
  if (rest.length === 0 && isTopicName(first)) return ['help', first];
  if (command) return nameSubcommand(root, command, [first, ...rest, '--help']);
  // A short word is a part of many names.
  const topics = first.length > 2 ? topicNames : [];
  const names = [...root.commands.map((candidate) => candidate.name()), ...topics];
  const meant = meantPages.get(first);
  const problem = `there is no command or topic "${first}"${meant ? `; did you mean copilot-cli help ${meant}?` : suggest(first, names, 'copilot-cli help ')}`;
  throw new CliError('usage', problem, {
    hint: [advise`See all commands and topics: ${run('help')}`, howToAsk(['help', ...words])],
  });
}

/** What people look for by another name. */
const meantPages = new Map<string, string>([
  ...['permission', 'permissions', 'rules', 'approvals'].map((word) => [word, 'tools'] as const),
  ...['conversation', 'conversations'].map((word) => [word, 'sessions'] as const),
]);

/** `help` alone after a command asks for its help. Throws CliError `usage` for an unknown subcommand. */
function nameSubcommand(root: CommandShape, command: CommandShape, argv: readonly string[]): string[] {
  const [name = '', word] = argv;
  const subcommand = command.commands.find((candidate) => candidate.name() === word);
  const path = subcommand && word !== undefined ? [name, word] : [name];
  const flags = [...(subcommand?.options ?? []), ...command.options];
  const parts = scanFlags(argv.slice(path.length), flags, takesNothing);
  const isHelp = listWords(parts).join(' ') === 'help' && parts.every(({ kind }) => kind !== 'end');
  if (isHelp) return [...path, '--help'];
  const names = command.commands.map((candidate) => candidate.name());
  const [, , behind = ''] = argv;
  if (word === 'help' && names.includes(behind)) return [name, behind, '--help'];
  if (subcommand || word === undefined || word.startsWith('-') || names.length === 0) return [...argv];
  const near = findSubcommand(word, command);
  const meant = near === undefined ? findMeantCommand(name, listWords(parts)) : `${name} ${near}`;
  throw new CliError(
    'usage',
    `there is no command "${name} ${word}"${meant === undefined ? '' : `; did you mean "copilot-cli ${meant}"?`}`,
    {
      hint: advise`The commands of ${name} are ${names.join(', ')}. See: ${run(nameHelp(root, [name]))}`,
    },
  );
}

/** `--resume help` resumes a conversation of that name, but `-x help` prints help. */
const takesNothing: typeof takesWord = (flag, following) =>
  flag.long !== '--extract' && takesWord(flag, following);

function listWords(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => (part.kind === 'word' ? part.args : []));
}

/** Commands of gh, llm and GitHub's own CLI, and our equivalents. An empty text: there is none. */
const foreign: Record<string, string> = {
  ...Object.fromEntries(
    'agent agent-task api attestation browse cache codespace collections embed embed-models embed-multi exit extension extensions fragments gist gpg-key issue label licenses org plugin plugins pr preview project quit release repo ruleset schemas secret similar ssh-key uninstall variable workflow'
      .split(' ')
      .map((name) => [name, '']),
  ),
  account: 'accounts list',
  alias: 'models alias',
  aliases: 'models alias',
  billing: 'usage',
  clear: '',
  checkhealth: 'doctor',
  configure: 'config list',
  continue: 'chat --continue',
  delete: 'sessions delete',
  diagnose: 'doctor',
  diagnostics: 'doctor',
  free: 'models',
  history: 'sessions list',
  'log-in': 'login',
  'log-out': 'logout',
  auth: 'login',
  init: 'login',
  install: '--help',
  keys: 'login --with-token',
  list: 'sessions list',
  logs: 'sessions list',
  ls: 'sessions list',
  openai: 'models',
  prompt: 'chat',
  provider: 'endpoints list',
  providers: 'endpoints list',
  quota: 'usage',
  reset: '',
  resume: 'chat --resume',
  search: 'sessions search WORDS',
  settings: 'config list',
  setup: 'login',
  'sign-in': 'login',
  'sign-out': 'logout',
  signin: 'login',
  signout: 'logout',
  tools: 'chat --help',
  troubleshoot: 'doctor',
  update: updateCommand,
  upgrade: updateCommand,
  whoami: 'status',
};

/** Words that follow such a command, besides our own subcommands. */
const subcommandWords = new Set(
  'add bash check clear clone close create del disable edit elvish enable fish get help import info init install ksh list login logout logs ls merge new nu nushell open powershell pwsh refresh remove reset rm run set setup sh show start status stop switch tcsh test token tokens uninstall update upgrade usage version view zsh'.split(
    ' ',
  ),
);

/** Names that programs, ours included, use for the same subcommand. */
const synonyms = [
  ['delete', 'remove', 'rm', 'del', 'prune', 'clean'],
  ['list', 'ls'],
  ['rename', 'mv'],
  ['search', 'find'],
  ['show', 'view'],
];

function findSubcommand(word: string, command: CommandShape): string | undefined {
  const names = command.commands.map((candidate) => candidate.name());
  const same = synonyms.find((group) => group.includes(word.toLowerCase()));
  return names.find((name) => same?.includes(name)) ?? findNearest(word, [...names, 'help'], 1)[0];
}

/** Throws CliError `usage` for a slash command alone, which means nothing to a model. */
function checkChatCommand(words: readonly string[]): void {
  const [word = ''] = words;
  if (words.length !== 1 || !/^(?:\/[a-z?][a-z-]*|:q!?|\?|bye)$/i.test(word)) return;
  throw new CliError('usage', `${word} is a command of the chat`, {
    hint: [advise`Open it with: ${run('chat')}`, howToAsk([word])],
  });
}

/** Throws CliError `usage` for a command, or what looks like one, with few words after it. */
function checkWords(root: CommandShape, words: readonly string[], parts: readonly Part[]): void {
  const [typed = '', behind] = words.map((word) => word.toLowerCase());
  checkChatCommand(words);
  const isSplit = words.length === 2 && /^(?:log|sign) (?:in|out)$/.test(`${typed} ${behind}`);
  const second = isSplit ? undefined : behind;
  // `status.` or `login?` alone is not a sentence.
  const first = isSplit ? `${typed}-${behind}` : words.length === 1 ? typed.replace(/[.?!,:;]+$/, '') : typed;
  if (words.length === 0 || words.length > 4 || !/^[a-z-]+$/.test(first)) return;
  const names = root.commands.map((command) => command.name());
  const own = findMeant(first, [...names, 'help', 'version']);
  const command = root.commands.find((candidate) => candidate.name() === own);
  if (own === undefined && !Object.hasOwn(foreign, first)) {
    checkSubcommand(root, first, words);
    return;
  }
  if (second !== undefined && !isSubcommand(root, second, command)) return;
  // Many words are a sentence, unless they begin with the exact command or nearly so.
  if (words.length > 2 && !isOwnSubcommand(second ?? '', command)) return;
  const hint = howToAsk(words);
  const text = words.join(' ');
  if (own === undefined) throw createForeignError(first, second, hint);
  const subcommand = command && second !== undefined ? findSubcommand(second, command) : undefined;
  const flags = subcommand === undefined ? command?.options : findFlags(command, subcommand);
  // What follows `run` is not a subcommand, and stays.
  const others = words.slice(own === 'run' ? 1 : 2);
  const meant = ['copilot-cli', own, subcommand, ...others, ...listFlags(parts, flags ?? [])];
  const isExact = words[0] === own && (own === 'run' || second === undefined || second === subcommand);
  const problem = isExact
    ? own === 'version'
      ? 'version is a command without flags'
      : 'a command comes before its flags'
    : `${text} is not a command`;
  throw new CliError('usage', `${problem}; did you mean "${meant.filter(Boolean).join(' ')}"?`, { hint });
}

/** Throws CliError `usage` for the name of a subcommand alone, or with that of its command before it: `remove`, `sessions-delete`. */
function checkSubcommand(root: CommandShape, first: string, words: readonly string[]): void {
  // `test` is what people send to see an answer.
  if (words.length !== 1 || first === 'test') return;
  const lines = root.commands.flatMap((command) =>
    command.commands.flatMap((candidate) => {
      const [name, subcommand] = [command.name(), candidate.name()];
      return [subcommand, `${name}-${subcommand}`].includes(first) ? `copilot-cli ${name} ${subcommand}` : [];
    }),
  );
  if (lines.length === 0) return;
  throw new CliError(
    'usage',
    lines.length === 1
      ? `${first} is not a command; did you mean "${lines[0]}"?`
      : `${first} is not a command; it goes with others: ${lines.join(', ')}`,
    { hint: howToAsk(words) },
  );
}

function createForeignError(first: string, second: string | undefined, hint: Sentence): CliError {
  const text = second === undefined ? first : `${first} ${second}`;
  const signs = first === 'auth' && ['login', 'logout', 'status'].find((name) => name === second);
  const meant = signs || foreign[first] || '';
  if (meant === '')
    return new CliError('usage', `${text} is not a command of copilot-cli`, {
      hint: [advise`See what there is: ${run('--help')}`, hint],
    });
  const typed = meant.startsWith('npm ') ? meant : `copilot-cli ${meant}`;
  return new CliError('usage', `${text} is not a command; did you mean "${typed}"?`, { hint });
}

/** Whether a word can follow this command, or any command. */
function isSubcommand(root: CommandShape, word: string, command: CommandShape | undefined): boolean {
  const isAny = root.commands.some((other) => other.commands.some((candidate) => candidate.name() === word));
  return isAny || subcommandWords.has(word) || isOwnSubcommand(word, command);
}

/** A path can follow `run`. */
function isOwnSubcommand(word: string, command: CommandShape | undefined): boolean {
  if (command?.name() === 'run') return /[./]/.test(word);
  return (
    command !== undefined &&
    findMeant(
      word,
      command.commands.map((candidate) => candidate.name()),
    ) !== undefined
  );
}

function findFlags(command: CommandShape | undefined, subcommand: string): FlagShape[] {
  const found = command?.commands.find((candidate) => candidate.name() === subcommand);
  return [...(found?.options ?? []), ...(command?.options ?? [])];
}

/** The typed flags that the intended command has. */
function listFlags(parts: readonly Part[], known: readonly FlagShape[]): string[] {
  const kept = parts.filter(
    (part) =>
      part.kind === 'flag' && known.some(({ long }) => long !== undefined && long === part.flag?.long),
  );
  return kept.flatMap((part) => part.args.map(toShellWord));
}

function howToAsk(words: readonly string[]): Sentence {
  return advise`To send it as a prompt: ${run(`chat ${words.map(toShellWord).join(' ')}`)}`;
}

/** The name that a word equals, or is close enough to for a typing error. Short words are close to many words that are meant as typed. */
function findMeant(word: string, names: readonly string[]): string | undefined {
  if (names.includes(word)) return word;
  const near = names
    .map((name) => ({ name, edits: countEdits(word, name) }))
    .filter(({ name, edits }) => edits <= countAllowed(word, name) || isBeginning(word, name))
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.name;
}

function countAllowed(word: string, name: string): number {
  const sort = (text: string): string => [...text].sort().join('');
  // In a name as short as "run", only swapped letters are an error: "fun" is a word.
  if (name.length <= 3) return sort(word) === sort(name) ? 1 : 0;
  return Math.min(word.length, name.length) <= 5 ? 1 : 2;
}

/** All but one or two letters of a name. */
function isBeginning(word: string, name: string): boolean {
  return word.length >= 4 && name.startsWith(word) && name.length - word.length <= 2;
}
