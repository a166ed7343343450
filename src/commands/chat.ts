import type { Command } from 'commander';
import type { ChatOptions } from '../chat/chat-options.ts';
import type { PromptFile } from '../chat/prompt-file.ts';
import { anyLanguage, readShellWords, type ShellWords } from '../chat/shell-words.ts';
import type { Context } from '../context.ts';
import { checkFlags } from './chat-checks.ts';
import { addChatFlags, type ChatFlags, flagGroups, readToolUse, usualJobs } from './chat-flags.ts';
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
