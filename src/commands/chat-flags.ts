import type { Command } from 'commander';
import { isStdinPath } from '../chat/stdin-input.ts';
import { CliError } from '../errors.ts';
import { advise, flag, modelList, run } from '../hint.ts';
import { stdinMark } from '../prompt-text.ts';

/** Copilot treats many simultaneous requests as abuse. */
export const usualJobs = 4;
const maxJobs = 16;

/** The headings in the help. */
export const flagGroups = {
  asked: 'What is asked:',
  model: 'Which model:',
  output: 'What comes out:',
  batch: 'Many prompts:',
  limits: 'Limits:',
  conversation: 'Conversation:',
};

type FlagRow = {
  group: keyof typeof flagGroups;
  /** As commander reads them. */
  flags: string;
  about: string;
  /** Throws CliError `usage`. */
  parse?: (text: string, previous?: never) => unknown;
  /** An empty value is usually a variable of a script that was not set: as a path it would be the current folder. */
  mayBeEmpty?: true;
  /** The flag has no meaning in a batch. */
  once?: true;
  /** The flag has a meaning in the chat, too. */
  inChat?: true;
};

/** The flags of `chat` and `run`, in the order of their help, by the names that commander gives them. */
export const chatFlags = {
  param: {
    group: 'asked',
    flags: '-p, --param <name=value>',
    about: 'a value for the prompt template; repeatable',
    parse: collect,
    mayBeEmpty: true,
    inChat: true,
  },
  file: {
    group: 'asked',
    flags: '-f, --file <path>',
    about: 'add the text of a file, a folder, a glob or a URL; "-" is stdin; repeatable',
    parse: collect,
    inChat: true,
  },
  attach: {
    group: 'asked',
    flags: '-a, --attach <path>',
    about: 'add an image or a PDF, by path or URL; "-" is stdin; repeatable',
    parse: collect,
    inChat: true,
  },
  system: {
    group: 'asked',
    flags: '-s, --system <text>',
    about: 'the system prompt',
    mayBeEmpty: true,
    inChat: true,
  },
  instructions: {
    group: 'asked',
    flags: '--no-instructions',
    about: 'ignore AGENTS.md and other instruction files',
    inChat: true,
  },
  stdin: { group: 'asked', flags: '--no-stdin', about: 'do not read stdin', inChat: true },
  tools: {
    group: 'asked',
    flags: '--tools <file>',
    about: 'tools that the model may call; their calls are printed in the JSON, and nothing is run',
    once: true,
  },
  model: { group: 'model', flags: '-m, --model <model>', about: 'the model to ask', inChat: true },
  effort: {
    group: 'model',
    flags: '--effort <effort>',
    about: 'reasoning effort as the model names it: low, high…',
    inChat: true,
  },
  extract: {
    group: 'output',
    flags: '-x, --extract [language]',
    about: 'print the code of the answer alone; -x=python for one language',
  },
  extractLast: { group: 'output', flags: '--xl, --extract-last', about: 'print the last code block alone' },
  extractTo: {
    group: 'output',
    flags: '--extract-to <folder>',
    about: 'write each code block into a file of this folder',
    once: true,
  },
  schema: {
    group: 'output',
    flags: '--schema <file>',
    about: 'JSON Schema that the answer must follow; if it does not, the model is asked once more',
  },
  json: { group: 'output', flags: '--json', about: 'print one JSON object at the end', once: true },
  jsonl: { group: 'output', flags: '--jsonl', about: 'print each event as a line of JSON', once: true },
  render: {
    group: 'output',
    flags: '--render',
    about: 'format Markdown in a pipe or a file, too',
    once: true,
  },
  raw: { group: 'output', flags: '--raw', about: 'do not format Markdown on a terminal either' },
  reasoning: {
    group: 'output',
    flags: '--reasoning',
    about: "show the model's reasoning on stderr",
    once: true,
  },
  usage: { group: 'output', flags: '--usage', about: 'show tokens and cost on stderr' },
  dryRun: {
    group: 'output',
    flags: '--dry-run',
    about: 'print the request, its tokens and its estimated cost; send nothing to the model',
  },
  eachLine: {
    group: 'batch',
    flags: '--each-line',
    about: 'send the prompt with each line of stdin, and print a line of JSON for each',
  },
  eachFile: {
    group: 'batch',
    flags: '--each-file',
    about: 'send the prompt with each file of -f, and print a line of JSON for each',
  },
  jobs: {
    group: 'batch',
    flags: '-j, --jobs <count>',
    about: `number of prompts to send at the same time (${usualJobs})`,
    parse: parseJobs,
  },
  output: {
    group: 'batch',
    flags: '-o, --output <file>',
    about: 'file for the lines of JSON; the same command continues with what has no answer',
  },
  maxTokens: {
    group: 'limits',
    flags: '--max-tokens <count>',
    about: 'maximum length of the answer, in tokens',
    parse: parseTokens,
  },
  maxCredits: {
    group: 'limits',
    flags: '--max-credits <count>',
    about: 'maximum cost in AI credits (US$ 0.01); stops the answer there, or begins no further line',
    parse: parseCredits,
  },
  timeout: {
    group: 'limits',
    flags: '--timeout <seconds>',
    about: 'give up if the whole command takes longer',
    parse: parseSeconds,
  },
  idleTimeout: {
    group: 'limits',
    flags: '--idle-timeout <seconds>',
    about: 'give up if the service stays silent for longer',
    parse: parseSeconds,
  },
  interactive: {
    group: 'conversation',
    flags: '-i, --interactive',
    about: 'open the chat, and send the prompt there first',
    once: true,
    inChat: true,
  },
  continue: {
    group: 'conversation',
    flags: '-c, --continue',
    about: 'continue the last conversation',
    once: true,
    inChat: true,
  },
  resume: {
    group: 'conversation',
    flags: '--resume [conversation]',
    about: 'continue the conversation with this name or id; without a value, choose from a list',
    once: true,
    inChat: true,
  },
  session: {
    group: 'conversation',
    flags: '--session <conversation>',
    about: 'continue the conversation with this name or id, or begin one with this name',
    once: true,
    inChat: true,
  },
  fork: {
    group: 'conversation',
    flags: '--fork',
    about: 'continue in a copy of the conversation',
    once: true,
    inChat: true,
  },
  save: { group: 'conversation', flags: '--no-save', about: 'do not keep the conversation', inChat: true },
} as const satisfies Record<string, FlagRow>;

type Name = keyof typeof chatFlags;

type ValueOf<Row extends FlagRow> = Row extends { parse: (...given: never) => infer Value }
  ? Value
  : Row['flags'] extends `${string}<${string}`
    ? string
    : Row['flags'] extends `${string}[${string}`
      ? string | true
      : boolean;

/** As commander gives them. `--template` is a flag of `chat` alone. */
export type ChatFlags = { [Flag in Name]?: ValueOf<(typeof chatFlags)[Flag]> } & { template?: string };

const exclusive: readonly (readonly [Name, Name])[] = [
  ['json', 'jsonl'],
  ['extract', 'schema'],
  ['extractLast', 'schema'],
  ['render', 'raw'],
  ['resume', 'continue'],
  ['resume', 'session'],
  ['eachLine', 'eachFile'],
];

export function addChatFlags(command: Command): void {
  for (const { group, flags, about, parse } of Object.values<FlagRow>(chatFlags)) {
    command.optionsGroup(flagGroups[group]);
    if (parse) command.option(flags, about, parse as (text: string, previous: unknown) => unknown);
    else command.option(flags, about);
  }
}

/** Throws CliError `usage` for empty values, and for flags and words that do not go together. */
export function checkFlags(
  flags: ChatFlags,
  { words, hasPromptFile }: { words: readonly string[]; hasPromptFile: boolean },
): void {
  const isGiven = (name: Name): boolean => {
    const value = flags[name];
    return chatFlags[name].flags.startsWith('--no-') ? value === false : value !== undefined;
  };
  for (const [name, row] of entries()) {
    const values = [flags[name]].flat();
    if (!row.mayBeEmpty && values.some((value) => typeof value === 'string' && value.trim() === ''))
      throw new CliError('usage', `${toLong(row)} needs a value`, {
        ...(name === 'model' && { hint: advise`See: ${modelList}` }),
      });
  }
  if (flags.template?.trim() === '') throw new CliError('usage', '--template needs a value');
  for (const [one, other] of exclusive) {
    if (isGiven(one) && isGiven(other))
      throw new CliError('usage', `${nameFlag(one)} and ${nameFlag(other)} cannot both be given`);
  }
  const isExtract = isGiven('extract') || isGiven('extractLast');
  const isJson = isGiven('json') || isGiven('jsonl');
  if (flags.render && (isExtract || isJson || isGiven('schema')))
    throw new CliError('usage', '--render is for answers in words, not for code or JSON');
  if (isExtract && isJson) throw new CliError('usage', '--extract prints code, not JSON');
  if (words.filter((word) => word === stdinMark).length > 1)
    throw new CliError('usage', `"${stdinMark}" can appear in the prompt only once`);
  if (flags.interactive) checkInteractive(flags, words, isGiven);
  checkBatch(flags, words, isGiven);
  if (isGiven('tools') && !isJson && !flags.dryRun)
    throw new CliError('usage', '--tools needs --json or --jsonl, which print the calls');
  if (isGiven('param') && !hasPromptFile)
    throw new CliError('usage', '--param needs a prompt template', {
      hint: advise`Name one with ${flag('--template')}.`,
    });
}

/** The same for the chat, which prints no data and reads the keyboard. */
function checkInteractive(
  { file = [], attach = [] }: ChatFlags,
  words: readonly string[],
  isGiven: (name: Name) => boolean,
): void {
  const useless = entries().flatMap(([name, row]) => (row.inChat || !isGiven(name) ? [] : [toLong(row)]));
  if (useless.length > 0)
    throw new CliError('usage', `--interactive opens the chat, which takes no ${useless.join(', ')}`, {
      hint: advise`To print one answer and end, leave ${flag('-i')} out.`,
    });
  if (words.includes(stdinMark) || [...file, ...attach].some(isStdinPath))
    throw new CliError('usage', `the chat reads keys from stdin, so "${stdinMark}" cannot be used`, {
      hint: advise`Name the file: ${run('chat -i "explain this" -f FILE')}`,
    });
}

/** Refuses flags without meaning in a batch, instead of ignoring them unseen. */
function checkBatch(flags: ChatFlags, words: readonly string[], isGiven: (name: Name) => boolean): void {
  const { eachLine, eachFile, file = [], attach = [] } = flags;
  if (!eachLine && !eachFile) {
    if (isGiven('jobs') || isGiven('output'))
      throw new CliError('usage', '--jobs and --output belong to --each-line and --each-file');
    return;
  }
  if (eachFile && file.length === 0)
    throw new CliError('usage', '--each-file needs files to ask about', {
      hint: advise`Name files, folders or globs with ${flag('-f')}.`,
    });
  if (eachFile && words.includes(stdinMark))
    throw new CliError(
      'usage',
      `--each-file reads no stdin, so a "${stdinMark}" in the prompt has no meaning`,
      { hint: advise`Leave it out. To ask about what is piped in, leave ${flag('--each-file')} out.` },
    );
  const useless = entries().flatMap(([name, row]) => (row.once && isGiven(name) ? [toLong(row)] : []));
  if (eachLine && isGiven('stdin')) useless.push('--no-stdin');
  if ([...file, ...attach].some(isStdinPath)) useless.push('file of stdin');
  if (useless.length === 0) return;
  throw new CliError('usage', `--each-${eachLine ? 'line' : 'file'} takes no ${useless.join(', ')}`, {
    hint: 'It asks several times, prints a line of JSON for each answer, and keeps no conversation.',
  });
}

function entries(): [Name, FlagRow][] {
  return Object.entries(chatFlags) as [Name, FlagRow][];
}

function nameFlag(name: Name): string {
  return toLong(chatFlags[name]);
}

/** `--extract` of `-x, --extract [language]`. */
function toLong({ flags }: FlagRow): string {
  return /--[a-z]{3}[a-z-]*/.exec(flags)?.[0] ?? flags;
}

/** For a flag that may come several times. */
function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

function parseJobs(text: string): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > maxJobs)
    throw new CliError('usage', `--jobs is a number from 1 to ${maxJobs}, not "${text}"`);
  return jobs;
}

function parseTokens(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new CliError('usage', `--max-tokens is a number of tokens, not "${text}"`);
  return Number(text);
}

function parseCredits(text: string): number {
  const credits = Number(text);
  if (text.trim() === '' || !(credits > 0 && credits < 1e9))
    throw new CliError('usage', `--max-credits is a number of AI credits, not "${text}"`);
  return credits;
}

export function parseSeconds(text: string): number {
  const seconds = Number(text);
  // A timer cannot wait for longer than 24 days.
  if (text.trim() === '' || !(seconds > 0 && seconds < 2_000_000))
    throw new CliError('usage', `a timeout is a number of seconds, not "${text}"`);
  return seconds;
}
