import { type Command, InvalidArgumentError, Option } from 'commander';
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
  allowOrigin: string[];
  maxBody: number;
  maxConcurrent: number;
  ui?: boolean;
};

export function registerServe(parent: Command, context: Context, run: Run<ServeOptions>): void {
  parent
    .command('serve')
    .description('answer tools that speak the OpenAI or the Anthropic API, with every model of your account')
    .option('--host <address>', 'the address to listen on; any but this machine needs a key', '127.0.0.1')
    .option('-p, --port <number>', 'the port to listen on; 0 for any that is free (default: PORT, or 4141)', parsePort)
    .addOption(
      new Option('--api-key <key>', 'demand this key of every caller').env('COPILOT_CLI_API_KEY').hideHelp(false),
    )
    .option('--allow-origin <origin...>', 'let pages of this origin call from a browser', collect, [])
    .option('--max-body <mb>', 'the longest request, in MB', parseMegabytes, 64 * 2 ** 20)
    .option('--max-concurrent <number>', 'how many answers are asked for at the same time', parseCount, 16)
    .option('--ui', 'show what goes on in a live view')
    .action((flags: ServeFlags) => run(context, toOptions(flags)));
}
