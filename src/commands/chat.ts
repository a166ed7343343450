import type { Command } from 'commander';
import { readConversation } from '../chat/conversation-flags.ts';
import { type ChatFlags, checkBatch, checkValues } from '../chat/flag-checks.ts';
import {
  collect,
  parseCredits,
  parseJobs,
  parseSeconds,
  parseTokens,
  usualJobs,
} from '../chat/flag-values.ts';
import type { PromptFile } from '../chat/prompt-file.ts';
import { anyLanguage, readShellWords, type ShellWords } from '../chat/shell-words.ts';
import type { Context } from '../context.ts';
import type { ConversationChoice } from '../conversation/choose-conversation.ts';
import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';
import { stdinMark } from '../prompt-text.ts';
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
  /** What request and reply may cost together, in AI credits; all of them, where each line is asked by itself. */
  maxCredits: number | undefined;
  /** A file of tools that the model may call. */
  tools: string | undefined;
  /** A prompt that is kept in a file; the words follow it. */
  promptFile: PromptFile | undefined;
  /** Files, folders, globs and addresses whose text goes along. */
  files: string[];
  /** Images and documents that go along. */
  attachments: string[];
  /** Whether words were taken as files, because they stood behind one. */
  hasShellFiles: boolean;
  /** The files that stood behind one `-f` together, for each such flag. */
  fileLists: string[][];
  /** Whether the instruction files of the repository count. */
  instructions: boolean;
  /** Print the code of the answer alone. */
  extract: { language?: string | undefined; last: boolean } | undefined;
  /** A folder for the code blocks of the answer. */
  extractTo: string | undefined;
  /** A file that holds the JSON Schema which the answer must follow. */
  schema: string | undefined;
  /** Ask each line of stdin, or each of the files, by itself. */
  batch: { each: 'line' | 'file'; jobs: number; output: string | undefined } | undefined;
  /** Print the request, and send nothing to the model. */
  dryRun: boolean;
  format: 'text' | 'json' | 'jsonl';
  /** Whether Markdown is laid out; undefined for: where a person reads it. */
  render: boolean | undefined;
  showReasoning: boolean;
  showUsage: boolean;
  /** False leaves stdin alone. */
  stdin: boolean;
  /** How long all of it may take, in milliseconds. */
  timeoutMs: number | undefined;
  /** How long the service may stay silent, in milliseconds. */
  idleTimeoutMs: number | undefined;
};

export function registerChat(parent: Command, context: Context, run: Run<ChatOptions>): void {
  const command = parent
    .command('chat')
    .description('ask a model; the answer is printed as it arrives')
    .argument('[prompt...]', 'the prompt; "-" marks the place of stdin, which otherwise follows the prompt')
    .option('-t, --template <name>', 'a prompt template, by name or path; the words follow it')
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

/** Gives what the words of the shell were read as, once they were. */
function addFlags(command: Command, context: Context): () => ShellWords | undefined {
  command
    .option('-p, --param <name=value>', 'a value for the prompt template; repeatable', collect)
    .option('-m, --model <model>', 'the model to ask')
    .option('-s, --system <text>', 'the system prompt')
    .option(
      '-f, --file <path>',
      'add the text of a file, a folder, a glob or a URL; "-" is stdin; repeatable',
      collect,
    )
    .option('-a, --attach <path>', 'add an image or a PDF, by path or URL; "-" is stdin; repeatable', collect)
    .option('--no-instructions', 'ignore AGENTS.md and the instruction files of the repository')
    .option('-c, --continue', 'continue the last conversation')
    .option('--session <name>', 'continue the conversation with this name or id, or begin one with this name')
    .option(
      '--resume [name]',
      'continue the conversation with this name or id; without a value, choose from a list',
    )
    .option('--fork', 'continue in a copy of the conversation')
    .option('--no-save', 'do not keep the conversation')
    .option('--effort <effort>', 'reasoning effort, as the model names it: low, high, …')
    .option('--max-tokens <count>', 'maximum length of the answer, in tokens', parseTokens)
    .option(
      '--max-credits <count>',
      'maximum cost in AI credits (US$ 0.01); stops the answer there, or begins no further line',
      parseCredits,
    )
    .option(
      '--tools <file>',
      'tools that the model may call; their calls are printed in the JSON, and nothing is run',
    )
    .option('-x, --extract [language]', 'print the code of the answer alone; -x=python for one language')
    .option('--xl, --extract-last', 'print the last code block alone')
    .option('--extract-to <folder>', 'write each code block of the answer into a file of this folder')
    .option(
      '--schema <file>',
      'JSON Schema that the answer must follow; if it does not, the model is asked once more',
    )
    .option('--each-line', 'send the prompt with each line of stdin, and print a line of JSON for each')
    .option('--each-file', 'send the prompt with each file of -f, and print a line of JSON for each')
    .option('-j, --jobs <count>', 'number of lines or files to ask about at the same time (4)', parseJobs)
    .option(
      '-o, --output <file>',
      'file for the lines of JSON; the same command continues with what has no answer',
    )
    .option('--dry-run', 'print the request, its tokens and its estimated cost; send nothing to the model')
    .option('--render', 'format Markdown even if the answer goes to a pipe or a file')
    .option('--raw', 'do not format Markdown on a terminal either')
    .option('--json', 'print one JSON object at the end')
    .option('--jsonl', 'print each event as a line of JSON')
    .option('--reasoning', "show the model's reasoning on stderr")
    .option('--usage', 'show tokens and cost on stderr')
    .option('--no-stdin', 'do not read stdin')
    .option('--timeout <seconds>', 'give up if the whole command takes longer', parseSeconds)
    .option('--idle-timeout <seconds>', 'give up if the service stays silent for longer', parseSeconds);
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

/** Each word that was taken as a file stands behind the file in front of it. */
function listTogether(files: readonly string[], words: readonly string[]): string[][] {
  const lists: string[][] = [];
  for (const file of files) {
    const last = lists.at(-1);
    if (last && words.includes(file)) last.push(file);
    else lists.push([file]);
  }
  return lists.filter(({ length }) => length > 1);
}

/** Throws CliError `usage` for flags that do not go together. */
function toOptions(
  words: string[],
  flags: ChatFlags,
  file: Omit<PromptFile, 'values'> | undefined,
  shellWords: ShellWords | undefined,
): ChatOptions {
  const { json = false, jsonl = false, timeout, idleTimeout } = flags;
  const language = flags.extract === anyLanguage ? undefined : flags.extract;
  const isExtract = flags.extract !== undefined || flags.extractLast === true;
  if (json && jsonl) throw new CliError('usage', '--json and --jsonl cannot both be given');
  if (isExtract && flags.schema !== undefined)
    throw new CliError('usage', '--extract and --schema cannot both be given');
  if (flags.render && flags.raw) throw new CliError('usage', '--render and --raw cannot both be given');
  if (flags.render && (isExtract || json || jsonl || flags.schema !== undefined))
    throw new CliError('usage', '--render is for answers in words, not for code or JSON');
  if (isExtract && (json || jsonl)) throw new CliError('usage', '--extract prints code, not JSON');
  if (words.filter((given) => given === stdinMark).length > 1)
    throw new CliError('usage', `"${stdinMark}" can appear in the prompt only once`);
  checkValues(flags);
  checkBatch(flags, words);
  if (flags.tools !== undefined && !json && !jsonl && !flags.dryRun)
    throw new CliError('usage', '--tools needs --json or --jsonl, which print the calls');
  if (flags.param && !file)
    throw new CliError('usage', '--param needs a prompt template', {
      hint: advise`Name one with ${flag('--template')}.`,
    });
  return {
    promptFile: file && { ...file, values: flags.param ?? [] },
    words,
    model: flags.model,
    system: flags.system,
    conversation: readConversation(flags),
    effort: flags.effort,
    maxTokens: flags.maxTokens,
    maxCredits: flags.maxCredits,
    tools: flags.tools,
    files: flags.file ?? [],
    attachments: flags.attach ?? [],
    hasShellFiles: (shellWords?.files.length ?? 0) > 0,
    fileLists: listTogether(flags.file ?? [], shellWords?.files ?? []),
    instructions: flags.instructions,
    extract: isExtract ? { language, last: flags.extractLast ?? false } : undefined,
    extractTo: flags.extractTo,
    schema: flags.schema,
    batch: readBatch(flags),
    dryRun: flags.dryRun ?? false,
    render: flags.render ? true : flags.raw ? false : undefined,
    format: json ? 'json' : jsonl ? 'jsonl' : 'text',
    showReasoning: flags.reasoning ?? false,
    showUsage: flags.usage ?? false,
    stdin: flags.stdin,
    timeoutMs: timeout === undefined ? undefined : timeout * 1000,
    idleTimeoutMs: idleTimeout === undefined ? undefined : idleTimeout * 1000,
  };
}
