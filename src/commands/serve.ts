import type { Command } from 'commander';
import { collect, parseCount, parseMegabytes, parsePort } from '../chat/flag-values.ts';
import type { Context } from '../context.ts';
import type { Run } from './run.ts';

export type ServeOptions = {
  host: string;
  /** Undefined for the usual one; 0 for any that is free. */
  port: number | undefined;
  apiKey: string | undefined;
  allowedOrigins: string[];
  /** The longest body that is read, in bytes. */
  maxBodyBytes: number;
  /** How many answers are asked for at the same time. */
  concurrency: number;
  /** Show what goes on as a view that is drawn again. */
  ui: boolean;
};

type ServeFlags = {
  host: string;
  port?: number;
  apiKey?: string;
  allowOrigin?: string[];
  maxBody?: number;
  maxConcurrent?: number;
  ui?: boolean;
};

/** Images of a long conversation add up. */
const usualMaxBodyMb = 64;
/** Copilot counts requests that come at once as abuse; agents that work side by side need some. */
const usualConcurrency = 16;

export function registerServe(parent: Command, context: Context, run: Run<ServeOptions>): void {
  parent
    .command('serve')
    .description('answer tools that speak the OpenAI or the Anthropic API, with every model of your account')
    .option('--host <address>', 'the address to listen on; any but this machine needs a key', '127.0.0.1')
    .option(
      '-p, --port <number>',
      'the port to listen on; 0 for any that is free (default: PORT, or 4141)',
      parsePort,
    )
    .option('--api-key <key>', 'demand this key of every caller (default: COPILOT_CLI_API_KEY)')
    .option('--allow-origin <origin>', 'let pages of this origin call from a browser', collect)
    .option('--max-body <mb>', `the longest request, in MB (default: ${usualMaxBodyMb})`, parseMegabytes)
    .option(
      '--max-concurrent <number>',
      `how many answers are asked for at the same time (default: ${usualConcurrency})`,
      parseCount,
    )
    .option('--ui', 'show what goes on in a live view')
    .action((flags: ServeFlags) => run(context, toOptions(flags)));
}

function toOptions(flags: ServeFlags): ServeOptions {
  const { host, port, apiKey, allowOrigin = [], maxBody = usualMaxBodyMb, ui = false } = flags;
  return {
    host,
    port,
    apiKey,
    allowedOrigins: allowOrigin,
    maxBodyBytes: maxBody * 2 ** 20,
    concurrency: flags.maxConcurrent ?? usualConcurrency,
    ui,
  };
}
