import { extractCode, writeFiles } from '../chat/code.ts';
import { limitReply } from '../chat/credit-limit.ts';
import { printRequest } from '../chat/dry-run.ts';
import { askEachLine } from '../chat/each-line.ts';
import { followSchema, loadSchema, toSchemaPrompt } from '../chat/follow-schema.ts';
import { collectInput, composeSystem, loadRepositoryInstructions } from '../chat/input.ts';
import { loadPromptFile } from '../chat/prompt-file.ts';
import { loadTools } from '../chat/tools-file.ts';
import type { Context } from '../context.ts';
import { chooseConversation } from '../conversation/choose-conversation.ts';
import { type Conversation, listBranch, toMessages } from '../conversation/conversation.ts';
import { composePrompt, stdinMark } from '../conversation/prompt.ts';
import { createConversationStore } from '../conversation/store.ts';
import type { CopilotClient } from '../copilot/client.ts';
import type { Model } from '../copilot/model.ts';
import type { QuotaSnapshot } from '../copilot/quota-headers.ts';
import type { ChatEvent } from '../dialects/chat-event.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { AuthenticationError, CliError } from '../errors.ts';
import { writeJsonReply } from '../output/json.ts';
import { writeJsonLines } from '../output/jsonl.ts';
import { writeText } from '../output/text.ts';
import { formatQuota } from '../output/usage.ts';
import { untilAborted } from '../pause.ts';
import { signIn } from '../sign-in/sign-in.ts';
import { readStdinText } from '../terminal/stdin-text.ts';
import type { ChatOptions } from './chat.ts';

/** How long a pipe that came along with a prompt may stay silent, in milliseconds, before the prompt goes out without it. */
const stdinPatienceMs = 3_000;

export async function runChat(context: Context, options: ChatOptions): Promise<void> {
  const { timeoutMs } = options;
  if (timeoutMs === undefined) return answer(context, context.signal, options);
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort(
      new CliError('timeout', `it took longer than ${timeoutMs / 1000} s`, {
        hint: 'Allow more with --timeout.',
      }),
    );
  }, timeoutMs);
  try {
    await answer(context, AbortSignal.any([context.signal, deadline.signal]), options);
  } finally {
    clearTimeout(timer);
  }
}

async function answer(context: Context, signal: AbortSignal, options: ChatOptions): Promise<void> {
  if (options.model?.trim() === '')
    throw new CliError('usage', '--model needs the name of a model', { hint: 'See: copilot-cli models' });
  if (options.words.filter((word) => word === stdinMark).length > 1) {
    throw new CliError('usage', `"${stdinMark}" can stand in the prompt once only`);
  }
  const settings = {
    ...(options.effort !== undefined && { reasoning: { effort: options.effort } }),
    ...(options.maxTokens !== undefined && { maxOutputTokens: options.maxTokens }),
    ...(options.tools !== undefined && { tools: loadTools(options.tools) }),
  };
  if (options.batch) return askEachLine(context, { ...options, ...options.batch, settings, signal });
  const stdin = await readStdin(context, signal, options);
  const loaded = options.promptFile && (await loadPromptFile(options.promptFile, { ...context, stdin }));
  const prompt = loaded
    ? composePrompt([loaded.prompt], options.words.join(' '))
    : composePrompt(options.words, stdin);
  const hasFiles = options.files.length + options.attachments.length > 0;
  if (prompt === undefined && !hasFiles) {
    throw new CliError('usage', 'there is no prompt', {
      hint: 'Give one: copilot-cli chat "why is the sky blue?"',
    });
  }
  const client = await context.connect();
  await ensureSignedIn(context, client);
  const store = createConversationStore({
    folder: context.dataFolder,
    now: context.now,
    onNotice: context.warn,
  });
  const choice = options.dryRun ? { ...options.conversation, save: false } : options.conversation;
  const file = chooseConversation(store, choice, (name) =>
    context.notice(`There was no conversation ${name}; it begins here.`),
  );
  const wanted = options.model ?? loaded?.model ?? findModelInUse(file.conversation);
  const { model } = await untilAborted(client.chooseModel(wanted), signal);
  checkEffort(options.effort, model);
  const checker = options.schema === undefined ? loaded?.checker : await loadSchema(options.schema);
  const system = options.system ?? loaded?.system;
  const takesSchema = model.abilities.includes('structured-output');
  const limits: { maxOutputTokens?: number } = {};
  const createRequest = (): ChatRequest => ({
    model: model.id,
    messages: toMessages(listBranch(file.conversation)),
    ...settings,
    ...limits,
    ...(checker &&
      takesSchema && {
        responseFormat: { type: 'json-schema', name: 'answer', schema: checker.schema, strict: false },
      }),
  });
  const { parts, paths } = await collectInput(context, {
    prompt: prompt ?? '',
    files: options.files,
    attachments: options.attachments,
    model,
    signal,
  });
  // A conversation that goes on has heard them.
  const isNew = file.conversation.head === undefined || system !== undefined;
  const instructions = options.instructions && isNew ? await loadRepositoryInstructions(context, paths) : [];
  if (checker && !takesSchema) parts.push({ type: 'text', text: toSchemaPrompt(checker.schema) });
  file.say(parts, { system: composeSystem(instructions, system) });
  if (options.maxCredits !== undefined)
    limits.maxOutputTokens = await limitReply(createRequest(), model, options.maxCredits);
  if (options.dryRun) return printRequest(context, client, { request: createRequest(), model, instructions });

  let quota: QuotaSnapshot | undefined;
  const ask = (repairPrompt?: string): AsyncIterable<ChatEvent> => {
    if (repairPrompt !== undefined) file.say([{ type: 'text', text: repairPrompt }]);
    const events = client.ask(createRequest(), {
      model,
      signal,
      // What we ask again is nothing that the person said.
      ...(repairPrompt !== undefined && { initiator: 'agent' as const }),
      idleTimeoutMs: options.idleTimeoutMs,
      onNotice: context.warn,
      onQuota: (snapshot) => {
        quota = snapshot;
      },
      onWait: ({ seconds, reason }) =>
        context.notice(`${reason}; asking again in ${Math.ceil(seconds)} s. Ctrl+C stops.`),
    });
    return file.record(events, { model: model.id });
  };
  const events = checker ? followSchema(checker, ask) : ask();
  const asked = {
    model: options.model ?? model.id,
    conversation: options.conversation.save ? file.conversation.id : undefined,
  };
  const { stdout } = context.io;
  const shown = options.extract ? extractCode(events, options.extract) : events;
  const finish =
    options.format === 'text'
      ? await writeText(shown, context.io, options)
      : await (options.format === 'json' ? writeJsonReply : writeJsonLines)(shown, stdout, asked);
  if (options.extractTo !== undefined) writeFiles(context, options.extractTo, file.conversation);
  if (options.showUsage && quota) await context.io.stderr.write(`${formatQuota(quota)}\n`);
  if (finish === 'length')
    context.warn("the answer stops at the model's output limit; it may not be complete.");
}

/** The model of the last answer: nobody expects another voice in the middle of a conversation. */
function findModelInUse(conversation: Conversation): string | undefined {
  return listBranch(conversation).findLast((turn) => turn.role === 'assistant')?.model;
}

/** Throws CliError `usage` with the words that the model takes. A model without any may still take a budget for it. */
function checkEffort(effort: string | undefined, { id, efforts }: Model): void {
  if (effort === undefined || efforts.length === 0 || efforts.includes(effort)) return;
  throw new CliError('usage', `${id} does not take the effort ${effort}`, {
    hint: `It takes: ${efforts.join(', ')}`,
  });
}

async function readStdin(
  context: Context,
  signal: AbortSignal,
  { words, stdin, promptFile, files, attachments }: ChatOptions,
): Promise<string | undefined> {
  const input = context.io.stdin;
  const marked = words.includes(stdinMark);
  if (!stdin && marked) throw new CliError('usage', `--no-stdin and a "${stdinMark}" cannot both be given`);
  if (!stdin || (input.isTerminal && !marked)) return undefined;
  const hasPrompt = words.length + files.length + attachments.length > 0 || promptFile !== undefined;
  const patience = hasPrompt && !marked ? stdinPatienceMs : undefined;
  const text = await readStdinText(input, { patience, signal });
  if (text === undefined) {
    context.warn(
      `stdin is a pipe that stayed silent for ${stdinPatienceMs / 1000} s, so the prompt goes out without it. Wait for it with "${stdinMark}", or leave it alone with --no-stdin.`,
    );
  }
  return text;
}

/** Where a person sits at the terminal, a missing sign-in is a question and not the end. */
async function ensureSignedIn(context: Context, client: CopilotClient): Promise<void> {
  try {
    await client.getSession();
  } catch (error) {
    if (!(error instanceof AuthenticationError) || !context.prompter.isAvailable) throw error;
    if (context.record.readLogin() !== undefined || context.credentials.findShadow() !== undefined)
      throw error;
    if (!(await context.prompter.confirm('You are not signed in. Sign in now?'))) throw error;
    await signIn(context, { github: context.credentials.findHost(), browser: true });
  }
}
