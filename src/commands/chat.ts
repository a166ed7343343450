import type { Command } from 'commander';
import type { ChatOptions } from '../chat/chat-options.ts';
import type { PromptFile } from '../chat/prompt-file.ts';
import { anyLanguage, readShellWords, type ShellWords } from '../chat/shell-words.ts';
import { isStdinPath } from '../chat/stdin-input.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, flag, modelList, run as runHint } from '../hint.ts';
import { stdinMark } from '../prompt-text.ts';
import {
  addChatFlags,
  type ChatFlags,
  chatFlags,
  type FlagName,
  type FlagRow,
  flagGroups,
  readToolUse,
  usualJobs,
} from './chat-flags.ts';
import type { Run } from './run.ts';

export function registerChat(parent: Command, context: Context, run: Run<ChatOptions>): void {
  const command = parent
    .command('chat')
    .description('ask a model; the answer is printed as it arrives')
    .argument('[prompt...]', 'the prompt; "-" marks the place of stdin, which otherwise follows the prompt')
    .optionsGroup(flagGroups.asked)
    .option('-t, --template <template>', 'a prompt template, by name or path; the words follow it')
    .action((words: string[], flags: ChatFlags) => {
      const { template } = flags;
      const file = template === undefined ? undefined : { source: template, isPath: false };
      return run(context, toOptions(words, flags, file, remark(context, shellWords())));
    });
  const shellWords = addFlags(command, context);
}

/** The same for a prompt that is a file, which can be executable: `#!/usr/bin/env -S copilot-cli run`. */
export function registerRun(parent: Command, context: Context, run: Run<ChatOptions>): void {
  const command = parent
    .command('run')
    .description('send a prompt template; its file may begin with #!/usr/bin/env -S copilot-cli run')
    .argument('<file>', 'the file of the prompt template')
    .argument('[words...]', 'text that follows the template')
    .action((source: string, words: string[], flags: ChatFlags) =>
      run(context, toOptions(words, flags, { source, isPath: true }, remark(context, shellWords()))),
    );
  const shellWords = addFlags(command, context);
}

/** Adds the flags of both commands. The returned function gives the parsed shell words, once available. */
function addFlags(command: Command, context: Context): () => ShellWords | undefined {
  addChatFlags(command);
  const parse = command.parseOptions.bind(command);
  let shellWords: ShellWords | undefined;
  command.parseOptions = (argv) => {
    shellWords = readShellWords(argv, command.options, context.cwd);
    return parse(shellWords.argv);
  };
  return () => shellWords;
}

function remark(context: Context, shellWords: ShellWords | undefined): ShellWords | undefined {
  for (const sentence of shellWords?.remarks ?? []) context.notice(sentence);
  for (const path of shellWords?.leftOut ?? [])
    context.warn(
      `${path} is left out: it looks like a file of secrets. To send it, give it a flag of its own.`,
    );
  return shellWords;
}

function readBatch({ eachLine, eachFile, jobs = usualJobs, output }: ChatFlags): ChatOptions['batch'] {
  if (!eachLine && !eachFile) return undefined;
  return { each: eachLine ? 'line' : 'file', jobs, output };
}

/** Throws CliError `usage` for flags that do not go together. */
function toOptions(
  words: string[],
  flags: ChatFlags,
  file: Omit<PromptFile, 'values'> | undefined,
  shellWords: ShellWords | undefined,
): ChatOptions {
  checkFlags(flags, { words, hasPromptFile: file !== undefined });
  const { extract, extractLast = false, resume } = flags;
  const language = typeof extract === 'string' && extract !== anyLanguage ? extract : undefined;
  return {
    promptFile: file && { ...file, values: flags.param ?? [] },
    words,
    interactive: flags.interactive ?? false,
    model: flags.model,
    system: flags.system,
    conversation: {
      continueLast: flags.continue ?? false,
      session: typeof resume === 'string' ? resume : flags.session,
      mustExist: typeof resume === 'string',
      picks: resume === true,
      fork: flags.fork ?? false,
      save: flags.save ?? true,
    },
    effort: flags.effort,
    maxTokens: flags.maxTokens,
    maxCredits: flags.maxCredits,
    tools: flags.tools,
    toolUse: readToolUse(flags),
    files: flags.file ?? [],
    attachments: flags.attach ?? [],
    hasShellFiles: (shellWords?.files.length ?? 0) > 0,
    fileLists: shellWords?.lists ?? [],
    instructions: flags.instructions ?? true,
    extract: extract !== undefined || extractLast ? { language, last: extractLast } : undefined,
    extractTo: flags.extractTo,
    schema: flags.schema,
    batch: readBatch(flags),
    dryRun: flags.dryRun ?? false,
    render: flags.render ? true : flags.raw ? false : undefined,
    format: flags.json ? 'json' : flags.jsonl ? 'jsonl' : 'text',
    showReasoning: flags.reasoning ?? false,
    showUsage: flags.usage ?? false,
    stdin: flags.stdin ?? true,
    timeoutMs: toMs(flags.timeout),
    idleTimeoutMs: toMs(flags.idleTimeout),
  };
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Flags that cannot both be given. */
const exclusive: readonly (readonly [FlagName, FlagName])[] = [
  ['json', 'jsonl'],
  ['extract', 'schema'],
  ['extractLast', 'schema'],
  ['render', 'raw'],
  ['resume', 'continue'],
  ['resume', 'session'],
  ['eachLine', 'eachFile'],
  // It prints calls, and runs nothing.
  ['tools', 'use'],
  ['tools', 'allowTool'],
  ['tools', 'allowAllTools'],
  ['tools', 'mcpConfig'],
];

/** Throws CliError `usage` for empty values, and for flags and words that do not go together. */
function checkFlags(
  flags: ChatFlags,
  { words, hasPromptFile }: { words: readonly string[]; hasPromptFile: boolean },
): void {
  const isGiven = (name: FlagName): boolean => {
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
  isGiven: (name: FlagName) => boolean,
): void {
  const useless = entries().flatMap(([name, row]) => (row.inChat || !isGiven(name) ? [] : [toLong(row)]));
  if (useless.length > 0)
    throw new CliError('usage', `--interactive opens the chat, which takes no ${useless.join(', ')}`, {
      hint: advise`To print one answer and end, leave ${flag('-i')} out.`,
    });
  if (words.includes(stdinMark) || [...file, ...attach].some(isStdinPath))
    throw new CliError('usage', `the chat reads keys from stdin, so "${stdinMark}" cannot be used`, {
      hint: advise`Name the file: ${runHint('chat -i "explain this" -f FILE')}`,
    });
}

/** Refuses flags without meaning in a batch, instead of ignoring them unseen. */
function checkBatch(flags: ChatFlags, words: readonly string[], isGiven: (name: FlagName) => boolean): void {
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

function entries(): [FlagName, FlagRow][] {
  return Object.entries(chatFlags) as [FlagName, FlagRow][];
}

function nameFlag(name: FlagName): string {
  return toLong(chatFlags[name]);
}

/** `--extract` of `-x, --extract [language]`. */
function toLong({ flags }: FlagRow): string {
  return /--[a-z]{3}[a-z-]*/.exec(flags)?.[0] ?? flags;
}
