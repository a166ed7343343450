import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { Run } from './run.ts';

export type ChatOptions = {
  words: string[];
  model: string | undefined;
  system: string | undefined;
  format: 'text' | 'json' | 'jsonl';
  showReasoning: boolean;
  showUsage: boolean;
  /** False leaves stdin alone. */
  stdin: boolean;
  /** How long all of it may take, in milliseconds. */
  timeoutMs: number | undefined;
  /** How long the service may stay silent, in milliseconds. */
  idleTimeoutMs: number | undefined;
};

type ChatFlags = {
  model?: string;
  system?: string;
  json?: boolean;
  jsonl?: boolean;
  reasoning?: boolean;
  usage?: boolean;
  stdin: boolean;
  timeout?: number;
  idleTimeout?: number;
};

export function registerChat(parent: Command, context: Context, run: Run<ChatOptions>): void {
  parent
    .command('chat')
    .description('ask a model; the answer is printed as it arrives')
    .argument('[prompt...]', 'what to ask; "-" marks where stdin goes, which else follows the prompt')
    .option('-m, --model <model>', 'the model to ask')
    .option('-s, --system <text>', 'the system prompt')
    .option('--json', 'print one JSON object at the end')
    .option('--jsonl', 'print each event as a line of JSON')
    .option('--reasoning', "show the model's reasoning on stderr")
    .option('--usage', 'show tokens and cost on stderr')
    .option('--no-stdin', 'do not read stdin')
    .option('--timeout <seconds>', 'give up when it all takes longer', parseSeconds)
    .option('--idle-timeout <seconds>', 'give up when the service stays silent for longer', parseSeconds)
    .action(
      (
        words: string[],
        { model, system, json, jsonl, reasoning, usage, stdin, timeout, idleTimeout }: ChatFlags,
      ) => {
        if (json && jsonl) throw new CliError('usage', '--json and --jsonl cannot both be given');
        return run(context, {
          words,
          model,
          system,
          format: json ? 'json' : jsonl ? 'jsonl' : 'text',
          showReasoning: reasoning ?? false,
          showUsage: usage ?? false,
          stdin,
          timeoutMs: timeout === undefined ? undefined : timeout * 1000,
          idleTimeoutMs: idleTimeout === undefined ? undefined : idleTimeout * 1000,
        });
      },
    );
}

/** Throws CliError `usage`. */
function parseSeconds(text: string): number {
  const seconds = Number(text);
  // A timer cannot wait for longer than 24 days.
  if (text.trim() === '' || !(seconds > 0 && seconds < 2_000_000))
    throw new CliError('usage', `a timeout is a number of seconds, not "${text}"`);
  return seconds;
}
