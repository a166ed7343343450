import { posix } from 'node:path';

/** How a shell reads its command line. */
type Grammar = {
  /** Letters that take a value: the rest of the word if `isAttached`, else the next word. */
  valued: string;
  isAttached?: boolean;
  longValued?: readonly string[];
  /** Long options that may also begin with one hyphen. */
  longNames?: readonly string[];
  /** Words that end the options. */
  ends: readonly string[];
  /** Other options that end them. */
  ending?: RegExp;
  /** Whether options are those of `set`: `+` takes them back, and `-o` has their names. */
  isLikeSet?: boolean;
  /** Letters that mean commands on stdin, whatever else is named. */
  stdinLetters?: string;
  /** The signs with which they mean it. */
  stdinSigns?: string;
  /** Whether the shell still reads stdin behind what `-c` says if it has `-s`, too. */
  readsBehindCommand?: boolean;
  /** When it keeps its terminal open, beside its stdin. */
  keepsTerminal?: 'always' | 'interactive' | 'not interactive';
};

const posixEnds = { ends: ['-', '--'], isLikeSet: true, stdinLetters: 's' };
const bashValues = ['rcfile', 'init-file'];
const bashNames = [
  ...bashValues,
  ...'debugger dump-po-strings dump-strings help login noediting noprofile norc posix restricted verbose version'.split(
    ' ',
  ),
];

const bash: Grammar = {
  ...posixEnds,
  valued: 'oO',
  longValued: bashValues,
  longNames: bashNames,
  stdinSigns: '-+',
};
const dash: Grammar = { ...posixEnds, valued: 'o', keepsTerminal: 'interactive', readsBehindCommand: true };
const busybox: Grammar = { ...posixEnds, valued: 'o', keepsTerminal: 'interactive', stdinSigns: '-+' };
const ksh: Grammar = { ...posixEnds, valued: 'o', isAttached: true };
const csh: Grammar = { valued: '', ends: [], ending: /^-[^-]*b/, stdinLetters: 'si' };
const mksh: Grammar = { ...ksh, valued: 'oT', keepsTerminal: 'always' };

const grammars = new Map<string, Grammar>(
  Object.entries({
    bash,
    rbash: bash,
    // Another shell on each system.
    sh: { ...bash, stdinSigns: '-', keepsTerminal: 'interactive' },
    dash,
    ash: busybox,
    busybox,
    ksh,
    ksh93: ksh,
    mksh,
    yash: { ...ksh, longValued: ['rcfile', 'profile'] },
    zsh: {
      valued: 'o',
      isAttached: true,
      longValued: ['emulate'],
      ends: ['-', '--', '+'],
      ending: /^[-+][^-o]*b/,
      isLikeSet: true,
      stdinLetters: 's',
      keepsTerminal: 'not interactive',
    },
    fish: {
      valued: 'cCdDopf',
      isAttached: true,
      longValued: [
        ...['command', 'init-command', 'debug', 'debug-output', 'debug-stack-frames'],
        ...['profile', 'profile-startup', 'features'],
      ],
      ends: ['--'],
    },
    csh,
    tcsh: csh,
  }),
);
/** A shell whose options are not known here. */
const other: Grammar = { valued: '', ends: ['-', '--'] };

export type ShellArguments = {
  /** Where the shell has its commands. `stdin by name` opens it anew. */
  source: 'stdin' | 'stdin by name' | 'elsewhere';
  /** Whether it keeps its terminal open, if it has one. */
  keepsTerminal: boolean;
  /** Whether its options say that it is interactive. */
  isInteractive: boolean;
};

/** What the options of a shell say. */
type Options = { hasCommand: boolean; hasStdin: boolean; isInteractive: boolean };

/** Reads the command line of a shell, of which `name` is the program. */
export function parseShellArguments(name: string, argv: readonly string[]): ShellArguments {
  const [first = '', ...rest] = argv;
  const called = posix.basename(first).replace(/^-/, '');
  const grammar = grammars.get(name) ?? grammars.get(called) ?? other;
  const { options, operand } = parseOptions(grammar, called === 'busybox' ? rest.slice(1) : rest);
  return {
    source: findSource(grammar, options, operand),
    keepsTerminal:
      grammar.keepsTerminal === 'always' ||
      grammar.keepsTerminal === (options.isInteractive ? 'interactive' : 'not interactive'),
    isInteractive: options.isInteractive,
  };
}

function findSource(
  { readsBehindCommand = false }: Grammar,
  { hasCommand, hasStdin }: Options,
  operand: string | undefined,
): ShellArguments['source'] {
  if (hasCommand) return hasStdin && readsBehindCommand ? 'stdin' : 'elsewhere';
  if (hasStdin || operand === undefined) return 'stdin';
  return isStdinName(operand) ? 'stdin by name' : 'elsewhere';
}

const stdinName = String.raw`/(?:dev/(?:stdin|fd/0)|proc/(?:self|thread-self|\$\$)/fd/0)`;
const stdinFile = new RegExp(`^${stdinName}$`);
const sourcing = new RegExp(
  String.raw`(?:^|[;&({\n]|\|\||\b(?:then|else|do|builtin|command)\s)[ \t]*(?:source|\.)[ \t]+${stdinName}(?=[\s;&|)>}]|$)(?![^\n;&|]*<)`,
);

function isStdinName(path: string): boolean {
  return stdinFile.test(posix.normalize(path).replace(/^\/\//, '/'));
}

/** Whether commands in the language of a shell take more of them from stdin: `source /dev/stdin`. */
export function sourcesStdin(commands: string): boolean {
  return sourcing.test(commands);
}

function parseOptions(
  grammar: Grammar,
  words: readonly string[],
): { options: Options; operand: string | undefined } {
  const options: Options = { hasCommand: false, hasStdin: false, isInteractive: false };
  let at = 0;
  while (at < words.length) {
    const word = words[at] ?? '';
    if (grammar.ends.includes(word)) return { options, operand: words[at + 1] };
    if (!isOption(grammar, word)) break;
    at += 1;
    const long = findLong(grammar, word);
    if (long !== undefined) at += applyLong(grammar, long, options);
    else at += applyLetters(grammar, word, words[at], options);
    if (grammar.ending?.test(word)) break;
  }
  return { options, operand: words[at] };
}

function isOption({ isLikeSet = false }: Grammar, word: string): boolean {
  return (word.startsWith('-') && word !== '-') || (isLikeSet && word.startsWith('+'));
}

function findLong({ longNames = [] }: Grammar, word: string): string | undefined {
  if (word.startsWith('--')) return word.slice(2);
  return longNames.find((name) => word === `-${name}`);
}

/** How many words the value takes. */
function applyLong({ longValued = [], isLikeSet = false }: Grammar, long: string, options: Options): number {
  const [name = ''] = long.split('=');
  options.hasCommand ||= !isLikeSet && /^commands?$/.test(name);
  options.isInteractive ||= name === 'interactive';
  return longValued.includes(long) ? 1 : 0;
}

/** How many words the values take. */
function applyLetters(
  { valued, isAttached = false, isLikeSet = false, stdinLetters = '', stdinSigns = '-' }: Grammar,
  word: string,
  next: string | undefined,
  options: Options,
): number {
  const [sign = '', ...letters] = word;
  let taken = 0;
  for (const [at, letter] of letters.entries()) {
    if (letter === 'c') options.hasCommand = true;
    if (stdinLetters.includes(letter)) options.hasStdin = stdinSigns.includes(sign);
    if (letter === 'i') options.isInteractive = sign === '-';
    if (!valued.includes(letter)) continue;
    const rest = isAttached ? letters.slice(at + 1).join('') : '';
    if (letter === 'o' && isLikeSet) applyName(rest || next, sign === '-', options);
    if (rest !== '') return taken;
    taken += 1;
    if (isAttached) return taken;
  }
  return taken;
}

/** `-o` with the long name of a letter. */
function applyName(name: string | undefined, isOn: boolean, options: Options): void {
  const word = (name ?? '').replaceAll(/[-_]/g, '').toLowerCase();
  if (word === 'stdin' || word === 'shinstdin') options.hasStdin = isOn;
  if (word === 'interactive') options.isInteractive = isOn;
}
