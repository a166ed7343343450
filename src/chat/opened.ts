import type { Context } from '../context.ts';
import type { ConversationFile } from '../conversation/conversation-file.ts';
import { type ConversationStore, createConversationStore } from '../conversation/store.ts';
import type { CopilotClient } from '../copilot/client.ts';
import type { Model } from '../copilot/model.ts';
import type { ToolDefinition } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { advise, conversationList, flag, modelWith, run } from '../hint.ts';
import { untilAborted } from '../pause.ts';
import type { SchemaChecker } from '../schema/schema-checker.ts';
import { readStdinBytes } from '../terminal/stdin-text.ts';
import type { Wait } from '../terminal/waits.ts';
import type { Asked } from './asked.ts';
import {
  type ChatOptions,
  type ConversationChoice,
  chooseKinds,
  opensReading,
  type ToolUse,
} from './chat-options.ts';
import { checkCredits, createRequestCost, limitReply, type RequestCost } from './credits.ts';
import { tellEnclosures } from './enclosures.ts';
import { loadSchema, toSchemaPrompt } from './follow-schema.ts';
import { toReading } from './named-file.ts';
import { openTools, type ToolsOptions } from './open-tools.ts';
import { checkEffort, createRequest, findModelInUse, type RequestOptions, takesSchema } from './request.ts';
import type { Acting } from './run-tools.ts';
import { type Said, say } from './say.ts';
import { describeSilence, followReading, waitForStdin } from './waiting.ts';

/** A prompt in its conversation, ready to be sent to a model. */
export type Opened = {
  client: CopilotClient;
  model: Model;
  file: ConversationFile;
  /** Whether the conversation is kept. */
  isKept: boolean;
  checker: SchemaChecker | undefined;
  request: RequestOptions;
  said: Said;
  /** What the model may have done. Undefined if nothing. */
  acting: Acting | undefined;
  /** What the requests of this prompt cost, if credits limit it. */
  cost?: RequestCost;
};

/** The conversation for a prompt. */
export type OpenedConversation = {
  file: ConversationFile;
  isKept: boolean;
  /** The name of the model to ask. Undefined for that of the setting, or the service's. */
  wanted: string | undefined;
};

/** Throws CliError `usage` if there is no such conversation. */
export function openConversation(
  context: Context,
  { loaded }: Pick<Asked, 'loaded'>,
  options: ChatOptions,
): OpenedConversation {
  const keeps = isKept(context, options);
  const file = openChosen(context, { ...options.conversation, save: keeps });
  return { file, isKept: keeps, wanted: options.model ?? loaded?.model ?? findModelInUse(file.conversation) };
}

type OpenOptions = {
  options: ChatOptions;
  conversation: OpenedConversation;
  client: CopilotClient;
  wait: Wait;
  signal: AbortSignal;
};

/** Chooses the model and what it may use, and adds the prompt with its attachments. */
export async function openAnswer(context: Context, asked: Asked, open: OpenOptions): Promise<Opened> {
  const { options, conversation, client, wait, signal } = open;
  const { loaded, onNotice } = asked;
  const { wanted, file } = conversation;
  const kinds = chooseKinds(options.toolUse, loaded?.use);
  const { model } = await untilAborted(client.chooseModel(wanted), signal);
  checkEffort(options.effort, model);
  const { schema } = options;
  const checker =
    schema === undefined
      ? loaded?.checker
      : await followReading(context, schema, loadSchema(schema, toReading(context, signal)));
  const acting = await findActing(context, options, {
    kinds,
    reads: opensReading(options.toolUse, loaded?.use),
    model,
    conversation: file.conversation.id,
    onNotice,
  });
  try {
    // Servers that cannot be used are found out before anything is kept or sent.
    if (acting) wait.say('Waiting for tools');
    const tools = acting && (await untilAborted(acting.listTools(), signal)).map(acting.toDefinition);
    return await sayAndOpen(context, asked, { ...open, model, checker, acting, tools });
  } catch (error) {
    await acting?.close();
    throw error;
  }
}

async function sayAndOpen(
  context: Context,
  { prompt, loaded, files, attachments, isStdinNamed, settings, onNotice }: Asked,
  {
    options,
    conversation: { file, isKept: keeps },
    client,
    wait,
    signal,
    model,
    checker,
    acting,
    tools,
  }: OpenOptions & Pick<Opened, 'model' | 'checker' | 'acting'> & { tools: ToolDefinition[] | undefined },
): Promise<Opened> {
  wait.say('Reading attachments');
  const readStdin = (): Promise<Buffer> =>
    waitForStdin(context, () =>
      readStdinBytes(context.io.stdin, { signal, onSilence: () => context.warn(describeSilence()) }),
    );
  const said = await say(context, file, {
    prompt,
    isFromShell: true,
    files,
    attachments,
    lists: options.fileLists,
    readStdin: isStdinNamed ? readStdin : undefined,
    model,
    signal,
    onNotice,
    dataLabel: loaded ? 'the prompt template' : 'stdin',
    isSent: !options.dryRun,
    system: options.system ?? loaded?.system,
    instructions: options.instructions,
    postscript: checker && !takesSchema(model, checker.schema) ? toSchemaPrompt(checker.schema) : undefined,
  });
  tellEnclosures(context, said, onNotice);
  const request = { model, settings: { ...settings, ...(tools && { tools }) }, checker, note: acting?.note };
  const opened = { client, model, file, isKept: keeps, checker, request, said, acting };
  if (options.maxCredits === undefined) return opened;
  await checkCredits(client, model);
  const { maxCredits } = options;
  const cost = await createRequestCost(model, { ofOneConversation: true });
  const maxOutputTokens = await limitReply(createRequest(file.conversation, request), {
    cost,
    model,
    maxCredits,
    signal,
  });
  return { ...opened, cost, request: { ...request, settings: { ...request.settings, maxOutputTokens } } };
}

/** Undefined if the model may do nothing. Throws CliError `usage` for flags that then have no meaning, and for rules that are none. */
async function findActing(
  context: Context,
  { toolUse }: ChatOptions,
  { kinds, ...rest }: Pick<ToolsOptions, 'kinds' | 'reads' | 'model' | 'conversation' | 'onNotice'>,
): Promise<Acting | undefined> {
  if (kinds.length === 0) {
    checkUnused(toolUse);
    return undefined;
  }
  if (!rest.model.abilities.includes('tools'))
    throw new CliError('model', `${rest.model.id} cannot use tools`, {
      hint: advise`Nothing was sent. Choose ${modelWith('tools')}.`,
    });
  return openTools(context, { toolUse, kinds, ...rest });
}

function checkUnused({ ask, deny, folders, maxRounds }: ToolUse): void {
  const [name] = [
    ask.length > 0 ? '--ask-tool' : [],
    deny.length > 0 ? '--deny-tool' : [],
    folders.length > 0 ? '--add-dir' : [],
    maxRounds === undefined ? [] : '--max-rounds',
  ].flat();
  if (name === undefined) return;
  throw new CliError('usage', `${name} needs tools`, {
    hint: advise`To let it read the files of this folder: ${flag('--use read')}`,
  });
}

function openChosen(context: Context, conversation: ConversationChoice): ConversationFile {
  if (conversation.picks)
    throw new CliError('usage', '--resume with a prompt needs a name or an id', {
      hint: advise`See: ${conversationList}`,
    });
  const store = createConversationStore({
    folder: context.dataFolder,
    now: context.now,
    cwd: context.cwd,
    onNotice: context.warn,
  });
  return chooseConversation(store, conversation, {
    onNew: (name) => context.notice(`There is no conversation ${name}; it begins here.`),
    oneShot: true,
  });
}

/** A dry run leaves no trace, nor does a one-shot if the person keeps none. */
function isKept({ settings }: Context, { conversation, dryRun }: ChatOptions): boolean {
  if (dryRun || !conversation.save) return false;
  return !isOneShot(conversation) || settings.get('keep-one-shots').value === 'on';
}

/** An existing conversation, or a new one. */
type ChosenConversation = { id: string } | { id: undefined; name: string | undefined };

/** Throws CliError `usage` if there is nothing to continue. `onNew` gets the name of a new one, which may be a typing error. */
export function findConversation(
  store: ConversationStore,
  { continueLast, session, mustExist, fork }: ConversationChoice,
  onNew: (name: string) => void,
): ChosenConversation {
  if (continueLast && session !== undefined)
    throw new CliError('usage', '--continue and --session cannot both be given');
  if (fork && !continueLast && session === undefined)
    throw new CliError('usage', '--fork needs a conversation to copy', {
      hint: advise`Add ${flag('--continue')}, or ${flag('--session NAME')}.`,
    });
  const id = continueLast ? findLast(store) : session === undefined ? undefined : store.find(session);
  if (id !== undefined) return { id };
  if (session !== undefined && fork)
    throw new CliError('usage', `there is no conversation ${session} to copy`);
  if (session !== undefined && mustExist)
    throw new CliError('usage', `there is no conversation ${session}`, {
      hint: advise`See: ${conversationList}`,
    });
  if (session !== undefined) onNew(session);
  return { id, name: session };
}

function isOneShot({ continueLast, session }: ConversationChoice): boolean {
  return !continueLast && session === undefined;
}

/** Opens the conversation of a prompt. `oneShot` hides a new one without a name from the chats. Throws as `findConversation` does. */
export function chooseConversation(
  store: ConversationStore,
  choice: ConversationChoice,
  { onNew, oneShot = false }: { onNew: (name: string) => void; oneShot?: boolean },
): ConversationFile {
  const { fork, save } = choice;
  const chosen = findConversation(store, choice, onNew);
  if (chosen.id === undefined)
    return store.create({ name: chosen.name, save, oneShot: oneShot && isOneShot(choice) });
  const file = store.open(chosen.id, { save });
  return fork ? store.create({ from: file.conversation, save }) : file;
}

function findLast(store: ConversationStore): string {
  const last = store.findLast();
  if (last === undefined) {
    const kept = store.list().length > 0;
    throw new CliError('usage', 'there is no conversation to continue', {
      hint: kept
        ? advise`Single prompts are kept separately. Continue one by its id: ${run('chat --session ID')}. See: ${conversationList}`
        : advise`Begin one with a name: ${run('chat --session NAME "hello"')}`,
    });
  }
  return last;
}
