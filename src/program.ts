import { Command } from 'commander';
import { registerAccounts } from './commands/accounts.ts';
import { registerChat, registerRun } from './commands/chat.ts';
import { parseSeconds } from './commands/chat-flags.ts';
import { registerCompletion } from './commands/completion.ts';
import { registerConfig } from './commands/config.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerEndpoints } from './commands/endpoints.ts';
import { registerHelp } from './commands/help.ts';
import { registerLogin } from './commands/login.ts';
import { registerLogout } from './commands/logout.ts';
import { registerMcp } from './commands/mcp.ts';
import { registerModels } from './commands/models.ts';
import { registerServe } from './commands/serve.ts';
import { registerSessions } from './commands/sessions.ts';
import { registerStatus } from './commands/status.ts';
import { registerTemplates } from './commands/templates.ts';
import { registerUsage } from './commands/usage.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { advise, run } from './hint.ts';
import { type ColourChoice, colourChoices } from './terminal/io.ts';

/** The root command. Throws CommanderError instead of ending the process. */
export function createProgram(
  context: Context,
  write: { out: (text: string) => void; err: (text: string) => void },
): Command {
  const program = new Command('copilot-cli')
    .description('Your GitHub Copilot subscription in the terminal and in tools. Not by GitHub.')
    .version(context.version, '-v, --version', 'print the version')
    .option('--account <login>', 'use this account of those that signed in')
    .option('--env-from <path>', 'read environment variables from this file, too')
    .option('--color <when>', 'colour the output: auto, always or never')
    .option('--no-pager', 'print long lists without a pager')
    .option('--debug', 'log requests and stacks to stderr, without secrets')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: write.out,
      writeErr: write.err,
      outputError: () => {},
      getOutHelpWidth: () => toHelpWidth(context),
    })
    .configureHelp({ showGlobalOptions: true });

  const loadChat = () => import('./commands/chat-run.ts');
  registerChat(program, context, async (...given) => (await loadChat()).runChat(...given));
  registerRun(program, context, async (...given) => (await loadChat()).runChat(...given));
  const load = () => import('./runs.ts');
  registerLogin(program, context, async (...given) => (await load()).runLogin(...given));
  registerLogout(program, context, async (...given) => (await load()).runLogout(...given));
  registerStatus(program, context, async (...given) => (await load()).runStatus(...given));
  registerUsage(program, context, async (...given) => (await load()).runUsage(...given));
  registerAccounts(program, context, async (...given) => (await load()).runAccounts(...given));
  registerDoctor(program, context, async (...given) => (await load()).runDoctor(...given));
  registerModels(program, context, async (...given) => (await load()).runModels(...given));
  registerEndpoints(program, context, async (...given) => (await load()).runEndpoints(...given));
  registerMcp(program, context, async (...given) => (await load()).runMcp(...given));
  registerServe(program, context, async (...given) => (await load()).runServe(...given));
  registerSessions(program, context, async (...given) => (await load()).runSessions(...given));
  registerTemplates(program, context, async (...given) => (await load()).runTemplates(...given));
  registerConfig(program, context, async (...given) => (await load()).runConfig(...given));
  registerCompletion(program, context, async (...given) => (await load()).runCompletion(...given));
  registerHelp(program, context, async (...given) => (await load()).runHelp(...given));
  // Last, because commands copy this setting when they are made. Flags after a program that `serve` runs belong to that program.
  return program.enablePositionalOptions();
}

/** The help is laid out for these widths at build time (scripts/build.mjs), and again only for narrower terminals. bin/copilot-cli.js has the same, to load nothing else. */
const helpWidths = [120, 100, 80];

/** A person who exports COLUMNS wants it, as with `man` and Python. A width below that of a phone's terminal is a mistake. */
function toHelpWidth({ io, env }: Context): number {
  const columns = Math.max(40, Number(env.COLUMNS) || (io.stdout.isTerminal ? io.stdout.columns : 80));
  return helpWidths.find((width) => width <= columns) ?? columns;
}

/** Flags that every command has, in any position. */
export type GlobalFlags = {
  account: string | undefined;
  envFile: string | undefined;
  colour: ColourChoice;
  debug: boolean;
  pager: boolean;
};

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

/** The value of `--timeout` in milliseconds, for work before the command runs. Undefined without one; the command reports a wrong one. */
export function readTimeoutMs(argv: readonly string[]): number | undefined {
  const options = untilTerminator(argv);
  const at = options.findLastIndex((option) => /^--timeout(?:=|$)/.test(option));
  if (at === -1) return undefined;
  try {
    return parseSeconds(splitOnce(options[at] ?? '')[1] ?? options[at + 1] ?? '') * 1000;
  } catch {
    return undefined;
  }
}

/**
 * A shell's `*` puts the names of files on the command line, and a repository may have a file called `--mcp-config=evil.json`. Throws CliError
 * `usage` for a flag that is also the name of a file.
 */
export function refuseFlagsOfFiles(argv: readonly string[], isFile: (name: string) => boolean): void {
  // Behind a flag, `--` is its value for who reads on.
  const end = argv.findIndex((word, at) => word === '--' && !argv[at - 1]?.startsWith('-'));
  const words = end === -1 ? argv : argv.slice(0, end + 1);
  const name = words.find((word) => word.length > 1 && word.startsWith('-') && isFile(word));
  if (name === undefined) return;
  throw new CliError('usage', `${name} is a flag, and a file of that name is in this folder`, {
    hint: 'If a * of your shell found the file, write ./* instead. If you mean the flag, use another folder.',
  });
}

/** Takes the global flags out of the command line. Throws CliError `usage` if one lacks its value. */
export function parseInvocation(argv: readonly string[]): Invocation {
  const flags: GlobalFlags = {
    account: undefined,
    envFile: undefined,
    colour: 'auto',
    debug: false,
    pager: true,
  };
  const options = [...untilTerminator(argv)];
  const words = argv.slice(options.length);
  const rest: string[] = [];
  while (options.length > 0) {
    const option = options.shift() ?? '';
    const [name = '', inline] = option.startsWith('--') ? splitOnce(option) : [option];
    if (name === '--debug' && inline === undefined) flags.debug = true;
    else if (name === '--no-pager' && inline === undefined) flags.pager = false;
    else if (name === '--no-color' && inline === undefined) flags.colour = 'never';
    else if (name === '--account') flags.account = inline ?? takeValue(options, name);
    // The old name. Node takes it for a flag of its own, wherever it stands, and waits for ever for a pipe.
    else if (name === '--env-from' || name === '--env-file')
      flags.envFile = inline ?? takeValue(options, name);
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
