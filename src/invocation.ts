import { CliError } from './errors.ts';
import { advise, run } from './hint.ts';
import { type ColourChoice, colourChoices } from './terminal/io.ts';

/** Flags that every command has, in any position. */
export type GlobalFlags = { envFile: string | undefined; colour: ColourChoice; debug: boolean };

/** How to report a failure: one line on stderr, and with JSON also one object on stdout. */
export type FailureFormat = 'text' | 'json' | 'jsonl';

export type Invocation = {
  /** The rest: the command's name, its own flags and words. */
  argv: string[];
  flags: GlobalFlags;
};

/** Read first and alone, so that an error in the rest is reported in the requested format. */
export function readFailureFormat(argv: readonly string[]): FailureFormat {
  const options = untilTerminator(argv);
  if (options.includes('--jsonl')) return 'jsonl';
  return options.includes('--json') ? 'json' : 'text';
}

/** Takes the global flags out of the command line. Throws CliError `usage` if one lacks its value. */
export function parseInvocation(argv: readonly string[]): Invocation {
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
  return { argv: [...rest, ...words], flags };
}

function takeValue(options: string[], name: string): string {
  const value = options.shift();
  if (!value) throw new CliError('usage', `${name} needs a value`, { hint: advise`See: ${run('--help')}` });
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
