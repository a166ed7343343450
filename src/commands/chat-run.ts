import { extractCode, writeFiles } from '../chat/code.ts';
import { checkCredits, limitReply } from '../chat/credit-limit.ts';
import { withDeadline } from '../chat/deadline.ts';
import { printRequest } from '../chat/dry-run.ts';
import { type Enclosure, tellEnclosures, toEnclosureJson } from '../chat/enclosures.ts';
import { followReading } from '../chat/follow-reading.ts';
import { followSchema, loadSchema, toSchemaPrompt } from '../chat/follow-schema.ts';
import { type LoadedPrompt, loadPromptFile } from '../chat/prompt-file.ts';
import {
  checkEffort,
  createRequest,
  findModelInUse,
  type RequestSettings,
  takesSchema,
} from '../chat/request.ts';
import { say } from '../chat/say.ts';
import { nameStdin, readStdinInput } from '../chat/stdin-input.ts';
import { loadTools } from '../chat/tools-file.ts';
import { describeSilence, waitForStdin } from '../chat/wait-for-stdin.ts';
import { describeProgress, tellRetry } from '../chat/wait-words.ts';
import type { Context } from '../context.ts';
import {
  type ConversationChoice,
  chooseConversation,
  isOneShot,
} from '../conversation/choose-conversation.ts';
import type { ConversationFile } from '../conversation/conversation-file.ts';
import { createConversationStore } from '../conversation/store.ts';
import type { CopilotClient } from '../copilot/client.ts';
import type { QuotaSnapshot } from '../copilot/quota-headers.ts';
import type { ChatEvent, FinishReason } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';
import { advise, conversationList, modelList, run } from '../hint.ts';
import { writeJsonReply } from '../output/json.ts';
import { writeJsonLines } from '../output/jsonl.ts';
import { writeText } from '../output/text.ts';
import { formatQuota } from '../output/usage.ts';
import { untilAborted } from '../pause.ts';
import {
  composeParts,
  composePrompt,
  joinWords,
  type PromptText,
  stdinMark,
  toTyped,
} from '../prompt-text.ts';
import { ensureSignedIn } from '../sign-in/sign-in.ts';
import { readStdinBytes } from '../terminal/stdin-text.ts';
import type { Wait } from '../terminal/waits.ts';
import type { ChatOptions } from './chat.ts';

export async function runChat(context: Context, options: ChatOptions): Promise<void> {
  if (isConversation(context, options)) {
    const { startRepl } = await import('../repl/start-repl.ts');
    return startRepl(context, options);
  }
  return withDeadline((signal) => answer(context, signal, options), {
    signal: context.signal,
    timeoutMs: options.timeoutMs,
  });
}

/** Whether a person sits there and asks for nothing in particular: then the two of them talk. */
function isConversation({ io }: Context, options: ChatOptions): boolean {
  const { words, promptFile, files, attachments, extract, schema, batch, dryRun, format, stdin } = options;
  const isBare = words.length + files.length + attachments.length === 0 && promptFile === undefined;
  const isScripted =
    extract !== undefined || schema !== undefined || batch !== undefined || dryRun || format !== 'text';
  return io.stdin.isTerminal && io.stdout.isTerminal && isBare && !isScripted && stdin;
}

async function answer(context: Context, signal: AbortSignal, options: ChatOptions): Promise<void> {
  if (options.model?.trim() === '')
    throw new CliError('usage', '--model needs the name of a model', { hint: advise`See: ${modelList}` });
  const settings = await loadSettings(context, options, signal);
  if (options.batch) {
    const { askBatch } = await import('../chat/ask-batch.ts');
    return askBatch(context, { ...options, ...options.batch, settings, signal });
  }
  const named = nameStdin(options, options.stdin);
  const notices: string[] = [];
  const onNotice = (sentence: string): void => {
    notices.push(sentence);
    context.warn(sentence);
  };
  const stdin = options.stdin && !named.isNamed;
  const { prompt, loaded } = await readPrompt(context, signal, { ...options, stdin, onNotice });
  const client = await context.connect();
  await ensureSignedIn(context, client);
  const wait = context.beginWait('Looking for the model');
  try {
    const ready = { ...named, prompt, loaded, settings, client, wait, notices, onNotice };
    await answerPrompt(context, signal, options, ready);
  } finally {
    wait.end();
  }
}

type ReadyPrompt = ReturnType<typeof nameStdin> & {
  prompt: PromptText;
  loaded: LoadedPrompt | undefined;
  settings: RequestSettings;
  client: CopilotClient;
  wait: Wait;
  /** What was said about the prompt and the request, and how more is said. */
  notices: readonly string[];
  onNotice: (sentence: string) => void;
};

async function answerPrompt(
  context: Context,
  signal: AbortSignal,
  options: ChatOptions,
  { prompt, loaded, files, attachments, isNamed, settings, client, wait, notices, onNotice }: ReadyPrompt,
): Promise<void> {
  const conversation = { ...options.conversation, save: isKept(context, options) };
  const file = openConversation(context, conversation);
  const wanted = options.model ?? loaded?.model ?? findModelInUse(file.conversation);
  const { model } = await untilAborted(client.chooseModel(wanted), signal);
  checkEffort(options.effort, model);
  const { schema } = options;
  const checker =
    schema === undefined ? loaded?.checker : await followReading(context, schema, loadSchema(schema, signal));
  wait.say('Reading what goes along');
  const said = await say(context, file, {
    prompt,
    files,
    attachments,
    lists: options.fileLists,
    readStdin: isNamed
      ? () =>
          waitForStdin(context, () =>
            readStdinBytes(context.io.stdin, { signal, onSilence: () => context.warn(describeSilence()) }),
          )
      : undefined,
    model,
    signal,
    onNotice,
    dataLabel: loaded ? 'the prompt template' : 'stdin',
    isSent: !options.dryRun,
    system: options.system ?? loaded?.system,
    instructions: options.instructions,
    postscript: checker && !takesSchema(model, checker.schema) ? toSchemaPrompt(checker.schema) : undefined,
  });
  tellEnclosures(context, said);
  const requestOptions = { model, settings, checker };
  if (options.maxCredits !== undefined) {
    await checkCredits(client);
    const request = createRequest(file.conversation, requestOptions);
    settings.maxOutputTokens = await limitReply(request, { model, maxCredits: options.maxCredits, signal });
  }
  if (options.dryRun) {
    const request = createRequest(file.conversation, requestOptions);
    return printRequest(context, client, { request, model, signal, notices, ...said });
  }

  let quota: QuotaSnapshot | undefined;
  const ask = (repairPrompt?: string): AsyncIterable<ChatEvent> => {
    wait.say(`Waiting for ${model.id}`);
    if (repairPrompt !== undefined) file.say([{ type: 'text', text: repairPrompt }]);
    const events = client.ask(createRequest(file.conversation, requestOptions), {
      model,
      signal,
      // What we ask again is nothing that the person said.
      ...(repairPrompt !== undefined && { initiator: 'agent' as const }),
      idleTimeoutMs: options.idleTimeoutMs,
      onNotice,
      onQuota: (snapshot) => {
        quota = snapshot;
      },
      onWait: (retry) => tellRetry(context, wait, { ...retry, model }),
    });
    return file.record(describeProgress(events, wait), { model: model.id });
  };
  await print(context, checker ? followSchema(checker, ask) : ask(), {
    ...options,
    conversation,
    model: options.model ?? model.id,
    file,
    enclosures: said.enclosures,
    notices,
  });
  if (options.showUsage && quota) {
    const { unit } = await client.findBilling();
    await context.io.stderr.write(`${formatQuota(quota, unit)}\n`);
  }
}

async function loadSettings(
  context: Context,
  { effort, maxTokens, tools, showReasoning }: ChatOptions,
  signal: AbortSignal,
): Promise<RequestSettings> {
  const reasoning = {
    ...(effort !== undefined && { effort }),
    // Some models keep their thinking to themselves unless they are asked for it.
    ...(showReasoning && { summary: 'auto' as const }),
  };
  return {
    ...(Object.keys(reasoning).length > 0 && { reasoning }),
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    ...(tools !== undefined && { tools: await followReading(context, tools, loadTools(tools, signal)) }),
  };
}

/** What is asked, in words. Throws CliError `usage` where there is nothing to ask. */
async function readPrompt(
  context: Context,
  signal: AbortSignal,
  {
    words,
    stdin,
    promptFile,
    files,
    attachments,
    hasShellFiles,
    onNotice,
  }: ChatOptions & Pick<ReadyPrompt, 'onNotice'>,
): Promise<{ prompt: PromptText; loaded: LoadedPrompt | undefined }> {
  const { cwd, templatesFolder } = context;
  const hasFiles = files.length + attachments.length > 0;
  const hasPrompt = words.some((word) => word.trim() !== '') || hasFiles || promptFile !== undefined;
  const text = await readStdinInput(context, { words, stdin, hasPrompt, signal, onNotice });
  const loaded =
    promptFile &&
    (await followReading(
      context,
      promptFile.source,
      loadPromptFile(promptFile, { cwd, templatesFolder, words, stdin: text, signal }),
    ));
  const prompt = loaded ? composeAround(loaded, text) : composePrompt(words, text);
  if (prompt === undefined && hasShellFiles) {
    throw new CliError('usage', 'there is no prompt, only files', {
      hint: advise`Put it behind them, after "--" if it is the name of a file: ${run('chat -f *.txt -- "summarise"')}`,
    });
  }
  if (prompt === undefined && !hasFiles) {
    throw new CliError('usage', 'there is no prompt', {
      hint: advise`Give one: ${run('chat "why is the sky blue?"')}`,
    });
  }
  return { prompt: prompt ?? toTyped(''), loaded };
}

/** What a prompt file says, and the words behind it; a `-` among those is where stdin goes, unless the file has a place for it. */
function composeAround(loaded: LoadedPrompt, stdin: string | undefined): PromptText | undefined {
  const { prompt, words, usesStdin } = loaded;
  if (!words.includes(stdinMark)) return composeParts([prompt, joinWords(words)]);
  const others = words.filter((word) => word !== stdinMark);
  const said = usesStdin ? joinWords(others) : composePrompt(words, stdin);
  return composeParts([prompt, said ?? toTyped('')]);
}

function openConversation(context: Context, conversation: ConversationChoice): ConversationFile {
  if (conversation.picks)
    throw new CliError('usage', '--resume needs a name or an id where there is a prompt', {
      hint: advise`See: ${conversationList}`,
    });
  const store = createConversationStore({
    folder: context.dataFolder,
    now: context.now,
    onNotice: context.warn,
  });
  return chooseConversation(store, conversation, {
    onNew: (name) => context.notice(`There was no conversation ${name}; it begins here.`),
    oneShot: true,
  });
}

/** A prompt that is only shown leaves no trace, and neither does a one-shot of somebody who keeps none. */
function isKept({ settings }: Context, { conversation, dryRun }: ChatOptions): boolean {
  if (dryRun || !conversation.save) return false;
  return !isOneShot(conversation) || settings.get('keep-one-shots').value === 'on';
}

/** Shows an answer as it was asked for. */
async function print(
  context: Context,
  events: AsyncIterable<ChatEvent>,
  options: ChatOptions & {
    model: string;
    file: ConversationFile;
    enclosures: readonly Enclosure[];
    notices: readonly string[];
  },
): Promise<void> {
  const { io } = context;
  const { file, extract, extractTo, format } = options;
  const conversation = options.conversation.save ? file.conversation.id : undefined;
  const attachments = options.enclosures.map(toEnclosureJson);
  const asked = { model: options.model, conversation, attachments, notices: options.notices };
  const shown = extract ? extractCode(events, extract) : events;
  const finish =
    format === 'text'
      ? await printText(context, shown, options)
      : await (format === 'json' ? writeJsonReply : writeJsonLines)(shown, io.stdout, asked);
  if (extractTo !== undefined) writeFiles(context, extractTo, file.conversation);
  if (finish === 'length')
    context.warn("the answer stops at the model's output limit; it may not be complete.");
}

/** Markdown is laid out where a person reads the answer; code and JSON are what they are. */
async function printText(
  context: Context,
  events: AsyncIterable<ChatEvent>,
  options: ChatOptions,
): Promise<FinishReason> {
  const { io } = context;
  const isProse = options.extract === undefined && options.schema === undefined;
  const isRendered = options.render ?? (isProse && io.stdout.canRedraw);
  if (!isRendered) return writeText(events, io, options);
  const { writeRendered } = await import('../output/rendered.ts');
  const { chooseLook } = await import('../repl/look.ts');
  const { createMarkdownStream } = await import('../markdown/markdown-stream.ts');
  const { theme, links } = chooseLook(context);
  const { divertMessages, onExit } = context;
  const markdown = createMarkdownStream({ theme, links, columns: io.stdout.columns });
  return writeRendered(events, io, { ...options, markdown, divertMessages, onExit });
}
