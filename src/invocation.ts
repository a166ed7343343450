import { CliError } from './errors.ts';
import { countEdits, findNearest } from './nearest.ts';
import { type ColourChoice, colourChoices } from './terminal/colour.ts';

/** Flags that every command has, wherever they stand. */
export type GlobalFlags = { envFile: string | undefined; colour: ColourChoice; debug: boolean };

/** How a failure is to be told: one line on stderr, and with JSON also one object on stdout. */
export type FailureFormat = 'text' | 'json' | 'jsonl';

export type Invocation = {
  /** What is left for the command: its name first, then its own flags and words. */
  argv: string[];
  flags: GlobalFlags;
};

/** Read apart from everything else, so that a failure to read the rest is told as it was asked for. */
export function readFailureFormat(argv: readonly string[]): FailureFormat {
  const options = untilTerminator(argv);
  if (options.includes('--jsonl')) return 'jsonl';
  return options.includes('--json') ? 'json' : 'text';
}

/**
 * Takes the global flags out of the command line, and names the command: what does not begin with one is a prompt for `chat`.
 * Throws CliError `usage` for one lone word that is, or is close to, the name of a command: a typing error must not become a
 * paid request.
 */
export function parseInvocation(argv: readonly string[], commands: readonly string[]): Invocation {
  const { flags, rest: given } = takeGlobalFlags(argv);
  const rest = given[0] === 'help' ? toHelpFlag(given.slice(1), commands) : given;
  const [first] = rest;
  const ownFlags = ['--help', '-h', '--version', '-V'];
  if (first === undefined || commands.includes(first) || ownFlags.includes(first))
    return { argv: rest, flags };
  checkLoneWord(rest, commands);
  return { argv: ['chat', ...rest], flags };
}

/** `help config set` is `config set --help`. Throws CliError `usage` for a command that does not exist. */
function toHelpFlag(words: readonly string[], commands: readonly string[]): string[] {
  const [command, ...rest] = words.filter((word) => !word.startsWith('-') && word !== 'help');
  if (command === undefined) return ['--help'];
  if (commands.includes(command)) return [command, ...rest, '--help'];
  const [nearest] = findNearest(command, commands, 1);
  throw new CliError('usage', `there is no command ${command}; did you mean "copilot-cli help ${nearest}"?`);
}

function takeGlobalFlags(argv: readonly string[]): { flags: GlobalFlags; rest: string[] } {
  const flags: GlobalFlags = { envFile: undefined, colour: 'auto', debug: false };
  const options = [...untilTerminator(argv)];
  const words = argv.slice(options.length);
  const rest: string[] = [];
  while (options.length > 0) {
    const option = options.shift() ?? '';
    const [name = '', inline] = option.startsWith('--') ? splitOnce(option) : [option];
    if (name === '--debug' && inline === undefined) flags.debug = true;
    else if (name === '--no-color' && inline === undefined) flags.colour = 'never';
    else if (name === '--env-file') flags.envFile = inline ?? takeValue(options, name);
    else if (name === '--color') flags.colour = parseColour(inline ?? takeValue(options, name));
    else rest.push(option);
  }
  return { flags, rest: [...rest, ...words] };
}

function takeValue(options: string[], name: string): string {
  const value = options.shift();
  if (!value) throw new CliError('usage', `${name} needs a value`, { hint: 'See: copilot-cli --help' });
  return value;
}

function parseColour(value: string): ColourChoice {
  const choice = colourChoices.find((candidate) => candidate === value);
  if (choice === undefined)
    throw new CliError('usage', `--color is one of ${colourChoices.join(', ')}, not ${value}`);
  return choice;
}

function splitOnce(option: string): [string, string?] {
  const equals = option.indexOf('=');
  return equals === -1 ? [option] : [option.slice(0, equals), option.slice(equals + 1)];
}

function untilTerminator(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}

/** Flags of `chat` whose value is not a word of the prompt. */
const valueFlags = [
  '-m',
  '--model',
  '-s',
  '--system',
  '--session',
  '--resume',
  '-f',
  '--file',
  '-a',
  '--attach',
  '--schema',
  '-t',
  '--template',
  '-p',
  '--param',
  '-j',
  '--jobs',
  '-o',
  '--output',
  '--extract-to',
  '--effort',
  '--max-tokens',
  '--max-credits',
  '--tools',
  '--timeout',
  '--idle-timeout',
];

function checkLoneWord(rest: readonly string[], commands: readonly string[]): void {
  if (rest.includes('--')) return;
  const words = rest.filter(
    (part, index) => !part.startsWith('-') && !valueFlags.includes(rest[index - 1] ?? ''),
  );
  const [word = ''] = words;
  if (words.length !== 1 || !/^[a-z-]+$/i.test(word)) return;
  const allowed = word.length <= 5 ? 1 : 2;
  const near = commands.find((command) => countEdits(word.toLowerCase(), command) <= allowed);
  if (near === undefined) return;
  const flags = rest.filter((part) => part !== word);
  const problem = word === near ? 'a command comes before its flags' : `${word} is not a command`;
  throw new CliError('usage', `${problem}; did you mean "copilot-cli ${[near, ...flags].join(' ')}"?`, {
    hint: `To send it as a prompt: copilot-cli chat ${word}`,
  });
}
