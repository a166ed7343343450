import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { ConversationChoice } from '../conversation/choose-conversation.ts';
import { CliError } from '../errors.ts';
import type { Run } from './run.ts';

export type ChatOptions = {
  words: string[];
  model: string | undefined;
  system: string | undefined;
  /** Which conversation the prompt belongs to, and whether it is kept. */
  conversation: ConversationChoice;
  effort: string | undefined;
  /** The longest reply, in tokens. */
  maxTokens: number | undefined;
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
  continue?: boolean;
  session?: string;
  fork?: boolean;
  save: boolean;
  effort?: string;
  maxTokens?: number;
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
    .option('-c, --continue', 'go on with the last conversation')
    .option('--session <name>', 'go on with the conversation of this name or id, or begin one of this name')
    .option('--fork', 'go on in a copy of the conversation')
    .option('--no-save', 'do not keep the conversation')
    .option('--effort <effort>', 'how much to think, in the words that the model takes: low, high, …')
    .option('--max-tokens <count>', 'the longest answer, in tokens', parseTokens)
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
        { model, system, json, jsonl, reasoning, usage, stdin, timeout, idleTimeout, ...flags }: ChatFlags,
      ) => {
        if (json && jsonl) throw new CliError('usage', '--json and --jsonl cannot both be given');
        return run(context, {
          words,
          model,
          system,
          conversation: {
            continueLast: flags.continue ?? false,
            session: flags.session,
            fork: flags.fork ?? false,
            save: flags.save,
          },
          effort: flags.effort,
          maxTokens: flags.maxTokens,
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
function parseTokens(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new CliError('usage', `--max-tokens is a number of tokens, not "${text}"`);
  return Number(text);
}

/** Throws CliError `usage`. */
function parseSeconds(text: string): number {
  const seconds = Number(text);
  // A timer cannot wait for longer than 24 days.
  if (text.trim() === '' || !(seconds > 0 && seconds < 2_000_000))
    throw new CliError('usage', `a timeout is a number of seconds, not "${text}"`);
  return seconds;
}
