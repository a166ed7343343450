import { type Command, Option } from 'commander';
import { clientNames } from '../clients/client-names.ts';
import { suggestScheme } from '../config/setting-checks.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import { parsePort } from '../server-port.ts';
import { refuseInheritedFlags } from './inherited-flags.ts';
import type { Run } from './run.ts';

/** The server's address and its allowed callers. */
export type ServerOptions = {
  host: string;
  /** Undefined for the usual one; 0 for any that is free. */
  port: number | undefined;
  apiKey: string | undefined;
  /** A file with a line `LOGIN KEY` for each account that has a key of its own. */
  accountKeysFile: string | undefined;
  allowedOrigins: string[];
  /** The longest body that is read, in bytes. */
  maxBodyBytes: number;
  /** The number of simultaneous answers. */
  concurrency: number;
};

export type ServeOptions =
  | (ServerOptions & {
      action: 'listen';
      /** Show a live view. */
      ui: boolean;
    })
  | (ServerOptions & {
      action: 'set-up';
      client: string;
      /** Print a client's setup, write it into the client's files, or remove it. */
      mode: 'print' | 'write' | 'undo';
      model: string | undefined;
      json: boolean;
    })
  | (ServerOptions & { action: 'run'; argv: string[]; model: string | undefined });

type ServeFlags = {
  host: string;
  port?: number;
  apiKey?: string;
  accountKeys?: string;
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
/** Copilot treats many simultaneous requests as abuse; parallel agents need some. */
const usualConcurrency = 16;

export function registerServe(parent: Command, context: Context, run: Run<ServeOptions>): void {
  const serve = parent
    .command('serve')
    .description('serve every model of your account over the OpenAI and Anthropic APIs')
    .option(
      '--host <address>',
      'the address to listen on; any other than this machine needs a key',
      '127.0.0.1',
    )
    .option('-p, --port <number>', 'the port; 0 for any free one (default: PORT, or 4141)', parsePort)
    .option('--api-key <key>', 'require this key from every caller (default: COPILOT_CLI_SERVER_KEY)')
    .option('--account-keys <file>', 'let each key use its own account: a line "LOGIN KEY" for each')
    .option(
      '--allow-origin <origin>',
      'accept requests from web pages of this origin, and requests whose Host header names it; repeatable',
      collectOrigin,
    )
    .option(
      '--max-body <mb>',
      `maximum size of a request, in MB (default: ${usualMaxBodyMb})`,
      parseMegabytes,
    )
    .option(
      '--max-concurrent <number>',
      `maximum number of answers at the same time (default: ${usualConcurrency})`,
      parseCount,
    )
    .option('--ui', 'show a live view of the requests')
    .optionsGroup('Setup of a client:')
    .addOption(
      new Option('--for <client>', 'print how to point this client at the server').choices(clientNames),
    )
    .option('--write', 'with --for: write that into the settings of the client, with a backup')
    .option('--undo', 'with --for: remove it from those settings')
    .option('-m, --model <model>', 'with --for: the model that the client uses')
    .option('--json', 'with --for: print JSON')
    .helpCommand(false)
    .enablePositionalOptions()
    .action((flags: ServeFlags) => run(context, toOptions(flags)));
  serve
    .command('run')
    .description('run a program with a server of its own, which ends with it')
    .argument('<program...>', 'the program and its arguments')
    .option('-m, --model <model>', 'the model that the program uses')
    .passThroughOptions()
    .allowUnknownOption()
    .configureHelp({ showGlobalOptions: false })
    .action((argv: string[], _, command: Command) => {
      checkProgram(argv);
      refuseInheritedFlags(command, [
        'host',
        'port',
        'apiKey',
        'allowOrigin',
        'maxBody',
        'maxConcurrent',
        'model',
      ]);
      const { model, ...flags } = command.optsWithGlobals<ServeFlags>();
      return run(context, { action: 'run', argv, model, ...toServerOptions(flags) });
    });
}

/** A word like a flag is a misplaced one. */
function checkProgram([program = '']: readonly string[]): void {
  if (!program.startsWith('-')) return;
  throw new CliError('usage', `${program} is not a program`, {
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
  const idle = Object.entries({
    ui,
    'account-keys': flags.accountKeys !== undefined,
    'allow-origin': flags.allowOrigin !== undefined,
    'max-body': flags.maxBody !== undefined,
    'max-concurrent': flags.maxConcurrent !== undefined,
  }).find(([, isGiven]) => isGiven);
  if (idle) throw new CliError('usage', `--${idle[0]} is for the server, and --for sets up a client`);
  if (write && undo) throw new CliError('usage', '--write and --undo cannot both be given');
  return {
    action: 'set-up',
    client,
    mode: write ? 'write' : undo ? 'undo' : 'print',
    model,
    json,
    ...server,
  };
}

/** Brackets around IPv6 addresses belong to URLs only. */
function readHost(text: string): string {
  const host = text.trim().replace(/^\[(.*)\]$/, '$1');
  if (host === '') throw new CliError('usage', '--host needs the address of an interface');
  return host;
}

function toServerOptions(flags: ServeFlags): ServerOptions {
  const host = readHost(flags.host);
  const { port, apiKey, accountKeys, allowOrigin = [], maxBody = usualMaxBodyMb } = flags;
  return {
    host,
    port,
    apiKey,
    accountKeysFile: accountKeys,
    allowedOrigins: allowOrigin,
    maxBodyBytes: maxBody * 2 ** 20,
    concurrency: flags.maxConcurrent ?? usualConcurrency,
  };
}

/** An origin as browsers write it, such as `https://example.com`. Throws CliError `usage`. */
function collectOrigin(text: string, previous: string[] | undefined): string[] {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new CliError(
      'usage',
      `--allow-origin is a URL such as https://example.com, not "${text}"${suggestScheme(text)}`,
    );
  return [...(previous ?? []), url.origin];
}

/** Throws CliError `usage`. */
function parseMegabytes(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new CliError('usage', `--max-body is a number of MB from 1 to 9999, not "${text}"`);
  return Number(text);
}

/** Throws CliError `usage`. */
function parseCount(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text))
    throw new CliError('usage', `--max-concurrent is a number from 1 to 999, not "${text}"`);
  return Number(text);
}
