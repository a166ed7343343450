import { type Command, Option } from 'commander';
import { collectOrigin, parseCount, parseMegabytes, parsePort } from '../chat/flag-values.ts';
import { clientNames } from '../clients/client-names.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import type { Run } from './run.ts';

/** Where the server listens, and whom it answers. */
export type ServerOptions = {
  host: string;
  /** Undefined for the usual one; 0 for any that is free. */
  port: number | undefined;
  apiKey: string | undefined;
  allowedOrigins: string[];
  /** The longest body that is read, in bytes. */
  maxBodyBytes: number;
  /** How many answers are asked for at the same time. */
  concurrency: number;
};

export type ServeOptions =
  | (ServerOptions & {
      action: 'listen';
      /** Show what goes on as a view that is drawn again. */
      ui: boolean;
    })
  | (ServerOptions & {
      action: 'set-up';
      client: string;
      /** Print what a client needs, write it into the client's files, or take it out of them again. */
      mode: 'print' | 'write' | 'undo';
      model: string | undefined;
      json: boolean;
    })
  | (ServerOptions & { action: 'run'; argv: string[]; model: string | undefined });

type ServeFlags = {
  host: string;
  port?: number;
  apiKey?: string;
  allowOrigin?: string[];
  maxBody?: number;
  maxConcurrent?: number;
  ui?: boolean;
  for?: string;
  write?: boolean;
  undo?: boolean;
  model?: string;
  json?: boolean;
};

/** Images of a long conversation add up. */
const usualMaxBodyMb = 64;
/** Copilot counts requests that come at once as abuse; agents that work side by side need some. */
const usualConcurrency = 16;

export function registerServe(parent: Command, context: Context, run: Run<ServeOptions>): void {
  const serve = parent
    .command('serve')
    .description('answer tools that speak the OpenAI or the Anthropic API, with every model of your account')
    .option('--host <address>', 'the address to listen on; any but this machine needs a key', '127.0.0.1')
    .option('-p, --port <number>', 'the port; 0 for any that is free (default: PORT, or 4141)', parsePort)
    .option('--api-key <key>', 'demand this key of every caller (default: COPILOT_CLI_SERVER_KEY)')
    .option(
      '--allow-origin <origin>',
      'let pages of this origin, and callers that know this server by its host, in',
      collectOrigin,
    )
    .option('--max-body <mb>', `the longest request, in MB (default: ${usualMaxBodyMb})`, parseMegabytes)
    .option(
      '--max-concurrent <number>',
      `how many answers are asked for at the same time (default: ${usualConcurrency})`,
      parseCount,
    )
    .option('--ui', 'show what goes on in a live view')
    .addOption(
      new Option('--for <client>', 'print how this client is pointed at the server').choices(clientNames),
    )
    .option('--write', "with --for: write that into the client's own settings, with a backup")
    .option('--undo', 'with --for: take it out of them again')
    .option('-m, --model <name>', 'with --for: the model that the client shall use')
    .option('--json', 'with --for: print JSON')
    .helpCommand(false)
    .enablePositionalOptions()
    .action((flags: ServeFlags) => run(context, toOptions(flags)));
  serve
    .command('run')
    .description('start a server for one program, run it with the right variables, and end with it')
    .argument('<program...>', 'the program and its own words')
    .option('-m, --model <name>', 'the model that the program shall use')
    .passThroughOptions()
    .allowUnknownOption()
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', '\nFlags of serve stand before run: copilot-cli serve --port 5000 run -- claude')
    .action((argv: string[], _, command: Command) => {
      checkProgram(argv);
      const { model, ...flags } = command.optsWithGlobals<ServeFlags>();
      return run(context, { action: 'run', argv, model, ...toServerOptions(flags) });
    });
}

/** What begins like a flag is one that stands in the wrong place. */
function checkProgram([program = '']: readonly string[]): void {
  if (!program.startsWith('-')) return;
  throw new CliError('usage', `${program} is no program`, {
    hint: advise`Flags of serve stand before run: ${run('serve --port 5000 run -- claude')}`,
  });
}

function toOptions(flags: ServeFlags): ServeOptions {
  const { for: client, write = false, undo = false, model, json = false, ui = false } = flags;
  const server = toServerOptions(flags);
  if (client === undefined) {
    const [lone] =
      Object.entries({ write, undo, json, model: model !== undefined }).find(([, isGiven]) => isGiven) ?? [];
    if (lone !== undefined) throw new CliError('usage', `--${lone} goes with --for CLIENT`);
    return { action: 'listen', ui, ...server };
  }
  if (write && undo) throw new CliError('usage', '--write and --undo are opposites: choose one');
  return {
    action: 'set-up',
    client,
    mode: write ? 'write' : undo ? 'undo' : 'print',
    model,
    json,
    ...server,
  };
}

/** As the system takes it: IPv6 addresses stand in brackets in URLs alone. */
function readHost(text: string): string {
  const host = text.trim().replace(/^\[(.*)\]$/, '$1');
  if (host === '') throw new CliError('usage', '--host needs an address');
  return host;
}

function toServerOptions(flags: ServeFlags): ServerOptions {
  const host = readHost(flags.host);
  const { port, apiKey, allowOrigin = [], maxBody = usualMaxBodyMb } = flags;
  return {
    host,
    port,
    apiKey,
    allowedOrigins: allowOrigin,
    maxBodyBytes: maxBody * 2 ** 20,
    concurrency: flags.maxConcurrent ?? usualConcurrency,
  };
}
