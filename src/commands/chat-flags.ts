import type { Command } from 'commander';
import { type ToolUse, usualMaxRounds } from '../chat/chat-options.ts';
import { parseToolKinds, type ToolKind, toolKinds } from '../config/setting-choices.ts';
import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';
import { readAbout, splitRules } from '../tools/approvals/rule-text.ts';

/** Copilot treats many simultaneous requests as abuse. */
export const usualJobs = 4;
const maxJobs = 16;

/** The headings in the help. */
export const flagGroups = {
  asked: 'What is asked:',
  model: 'Which model:',
  output: 'What comes out:',
  tools: 'What the model may do:',
  batch: 'Many prompts:',
  limits: 'Limits:',
  conversation: 'Conversation:',
};

export type FlagRow = {
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
  use: {
    group: 'tools',
    flags: '--use <kinds>',
    about: `kinds of tools to give the model: ${toolKinds.join(', ')}, joined by commas; rules decide each call`,
    parse: parseKinds,
    once: true,
    inChat: true,
  },
  allowTool: {
    group: 'tools',
    flags: '--allow-tool <rule>',
    about: "allow what a rule names: 'shell(git:*)', 'write(src/**)', 'url(HOST)', SERVER; repeatable",
    parse: collectRules,
    once: true,
    inChat: true,
  },
  askTool: {
    group: 'tools',
    flags: '--ask-tool <rule>',
    about: 'ask about what a rule names, whatever allows it; repeatable',
    parse: collectRules,
    once: true,
    inChat: true,
  },
  denyTool: {
    group: 'tools',
    flags: '--deny-tool <rule>',
    about:
      'refuse what a rule names, even with --allow-all-tools; a script can still do it, unless you deny shell, too; repeatable',
    parse: collectRules,
    once: true,
    inChat: true,
  },
  allowAllTools: {
    group: 'tools',
    flags: '--allow-all-tools',
    about: 'allow all that is not denied, without a question',
    once: true,
    inChat: true,
  },
  addDir: {
    group: 'tools',
    flags: '--add-dir <folder>',
    about: 'let tools work in this folder, too; repeatable',
    parse: collect,
    once: true,
    inChat: true,
  },
  maxRounds: {
    group: 'tools',
    flags: '--max-rounds <count>',
    about: `maximum number of requests to the model in one run (default: ${usualMaxRounds})`,
    parse: parseRounds,
    once: true,
    inChat: true,
  },
  mcpConfig: {
    group: 'tools',
    flags: '--mcp-config <file>',
    about: 'MCP servers of a file, or of JSON itself; repeatable',
    parse: collect,
    once: true,
    inChat: true,
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
    about: `number of prompts to send at the same time (default: ${usualJobs})`,
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
    about:
      'maximum cost in AI credits (US$ 0.01 each): cuts the answer off there; a batch starts no further prompt',
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
  save: { group: 'conversation', flags: '--no-save', about: 'do not save the conversation', inChat: true },
} as const satisfies Record<string, FlagRow>;

export type FlagName = keyof typeof chatFlags;

type ValueOf<Row extends FlagRow> = Row extends { parse: (...given: never) => infer Value }
  ? Value
  : Row['flags'] extends `${string}<${string}`
    ? string
    : Row['flags'] extends `${string}[${string}`
      ? string | true
      : boolean;

/** As commander gives them. `--template` is a flag of `chat` alone. */
export type ChatFlags = { [Flag in FlagName]?: ValueOf<(typeof chatFlags)[Flag]> } & { template?: string };

export function addChatFlags(command: Command): void {
  for (const { group, flags, about, parse } of Object.values<FlagRow>(chatFlags)) {
    command.optionsGroup(flagGroups[group]);
    if (parse) command.option(flags, about, parse as (text: string, previous: unknown) => unknown);
    else command.option(flags, about);
  }
}

/** What the flags say. A rule that allows something switches it on, beside what `--use` names; so do servers. */
export function readToolUse(flags: ChatFlags): ToolUse {
  const { use, allowTool = [], allowAllTools = false, mcpConfig = [] } = flags;
  const isAll = allowAllTools && use === undefined;
  const named = [...(use ?? []), ...allowTool.map(toKind), ...(mcpConfig.length > 0 ? ['mcp'] : [])];
  const kinds = isAll ? toolKinds : toolKinds.filter((kind) => named.includes(kind));
  return {
    kinds: use !== undefined || kinds.length > 0 ? kinds : undefined,
    addsKinds: use === undefined && !isAll,
    reads: allowAllTools || (use?.includes('read') ?? false),
    allow: allowTool,
    ask: flags.askTool ?? [],
    deny: flags.denyTool ?? [],
    allowAll: allowAllTools,
    folders: flags.addDir ?? [],
    maxRounds: flags.maxRounds,
    mcpConfig,
  };
}

/** The kind of tools that a rule is about. Pages are fetched by those that read. */
function toKind(rule: string): ToolKind {
  const { kind } = readAbout(rule);
  return kind === 'url' ? 'read' : kind;
}

/** For a flag that may come several times. */
function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** The same for rules, of which one value may have several. */
function collectRules(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), ...splitRules(value)];
}

function parseJobs(text: string): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > maxJobs)
    throw new CliError('usage', `--jobs is a number from 1 to ${maxJobs}, not "${text}"`);
  return jobs;
}

function parseKinds(text: string): ToolKind[] {
  const kinds = parseToolKinds(text);
  if (!kinds)
    throw new CliError(
      'usage',
      `--use takes any of ${toolKinds.join(', ')}, joined by commas, not "${text}"`,
      {
        hint: advise`To let it read the files of this folder: ${flag('--use read')}`,
      },
    );
  return kinds;
}

function parseRounds(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new CliError('usage', `--max-rounds is a number from 1 to 9999, not "${text}"`);
  return Number(text);
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
