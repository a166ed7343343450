import type { Context } from '../context.ts';
import { type Conversation, toPlainText } from '../conversation/conversation.ts';
import { listBranch } from '../conversation/current-branch.ts';
import type { QuotaSnapshot } from '../copilot/account.ts';
import { createCutError, describeLimit } from '../copilot/check-answer.ts';
import type { Model } from '../copilot/model.ts';
import type { Retry } from '../copilot/retry.ts';
import type { ChatEvent, FinishEvent } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';
import { selectBlocks, selectCode } from '../extraction/code-blocks.ts';
import { writeBlocks } from '../extraction/write-blocks.ts';
import { advise, askAgain, flag } from '../hint.ts';
import { isObject, parseJson } from '../json-value.ts';
import { writeJsonLines, writeJsonReply } from '../output/reply-json.ts';
import { writeText } from '../output/text.ts';
import { formatQuota } from '../output/usage.ts';
import { holdReply, readText, replayWithText } from '../output/whole-reply.ts';
import type { Wait } from '../terminal/waits.ts';
import type { RunEvent } from '../tools/rounds.ts';
import type { Asked } from './asked.ts';
import type { ChatOptions } from './chat-options.ts';
import { limitReply } from './credits.ts';
import { toEnclosureJson } from './enclosures.ts';
import { followSchema } from './follow-schema.ts';
import type { Opened } from './opened.ts';
import { createRequest, type RequestOptions } from './request.ts';
import { act, dropRemarks, tellCalls } from './run-tools.ts';

/** Asks the model, stores the answer as it comes, and prints it in the requested form. */
export async function answer(
  context: Context,
  opened: Opened,
  {
    options,
    asked: { notices, onNotice },
    wait,
    signal,
  }: { options: ChatOptions; asked: Asked; wait: Wait; signal: AbortSignal },
): Promise<void> {
  const { client, model, file, checker, acting } = opened;
  let quota: QuotaSnapshot | undefined;
  const askOnce = (request: RequestOptions, repairPrompt?: string): AsyncIterable<ChatEvent> => {
    wait.say(`Waiting for ${model.id}`);
    const events = client.ask(createRequest(file.conversation, request), {
      model,
      signal,
      // The person did not say the repair.
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
  let spent = 0;
  /** The same within the credits that are left for all answers to this prompt. */
  async function* askWithinLimit(request: RequestOptions, repairPrompt?: string): AsyncGenerator<ChatEvent> {
    const limited = await limitAnswer(opened, { request, spent, maxCredits: options.maxCredits, signal });
    for await (const event of askOnce(limited, repairPrompt)) {
      if (event.type === 'usage') spent += event.usage.credits ?? event.usage.estimatedCredits ?? 0;
      yield event;
    }
  }
  const askModel = options.maxCredits === undefined ? askOnce : askWithinLimit;
  const ask = (repairPrompt?: string): AsyncIterable<RunEvent> => {
    if (repairPrompt !== undefined) file.say([{ type: 'text', text: repairPrompt }]);
    const { tools = [] } = opened.request.settings;
    if (!acting) {
      const events = askModel(opened.request, repairPrompt);
      return tools.length === 0 ? events : checkCalls(events);
    }
    const run = act(file, acting, {
      ask: (tools) => askModel({ ...opened.request, settings: { ...opened.request.settings, tools } }),
      signal,
      now: context.now,
    });
    const told = tellCalls(run, context, (label) => wait.say(label));
    return isForProgram(context, options) ? dropRemarks(told) : told;
  };
  await print(context, checker ? followSchema(checker, ask) : ask(), { options, opened, notices });
  if (options.showUsage && quota) {
    const { unit } = await client.findBilling();
    await context.io.stderr.write(`${formatQuota(quota, unit)}\n`);
  }
}

/** The request, with the longest answer that the credits allow. Throws CliError `quota` if none are left. */
async function limitAnswer(
  { model, file, cost }: Opened,
  {
    request,
    spent,
    maxCredits,
    signal,
  }: { request: RequestOptions; spent: number; maxCredits: number | undefined; signal: AbortSignal },
): Promise<RequestOptions> {
  if (maxCredits === undefined || !cost) return request;
  if (spent >= maxCredits)
    throw new CliError(
      'quota',
      `the answers so far have cost ${spent} credits, and ${maxCredits} are allowed`,
      {
        hint: advise`Allow more with ${flag('--max-credits')}.`,
      },
    );
  const asked = createRequest(file.conversation, request);
  const maxOutputTokens = await limitReply(asked, { cost, model, maxCredits: maxCredits - spent, signal });
  return { ...request, settings: { ...request.settings, maxOutputTokens } };
}

/** Whoever gets the calls makes them, and would make half a call. Throws CliError `truncated` before the end of such an answer. */
async function* checkCalls(events: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent> {
  const calls: { name: string; arguments: string }[] = [];
  for await (const event of events) {
    if (event.type === 'tool-call-delta') {
      const call = calls[event.index] ?? { name: '', arguments: '' };
      calls[event.index] = {
        name: call.name || (event.name ?? ''),
        arguments: call.arguments + event.arguments,
      };
    }
    const half = event.type === 'finish' ? calls.find((call) => !isWhole(call)) : undefined;
    if (half)
      throw new CliError('truncated', `the call of ${half.name || 'a tool without a name'} is not complete`, {
        hint: advise`${askAgain}, or with a higher ${flag('--max-tokens')}.`,
      });
    yield event;
  }
}

function isWhole(call: { name: string; arguments: string }): boolean {
  return call.name !== '' && isObject(parseJson(call.arguments));
}

/** Whether nobody watches the answer come: then it is words of the model's last round alone. */
function isForProgram({ io }: Context, { format, render }: ChatOptions): boolean {
  return format === 'text' && !io.stdout.isTerminal && render === undefined;
}

/** Updates the wait with what the model does, until its output is shown. */
function describeProgress(
  events: AsyncIterableIterator<ChatEvent>,
  wait: Wait,
): AsyncIterableIterator<ChatEvent> {
  let known: ChatEvent['type'] = 'start';
  let next = async (): Promise<IteratorResult<ChatEvent>> => {
    const result = await events.next();
    if (result.done || result.value.type === known) return result;
    known = result.value.type;
    if (known === 'reasoning-delta') wait.say('The model is thinking');
    if (known !== 'text-delta') return result;
    wait.say('Receiving the answer');
    // Whatever follows passes as it comes: this is in the way of every word.
    next = () => events.next();
    return result;
  };
  return {
    next: () => next(),
    return: async (value) => (await events.return?.(value)) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Reports a retry. On a terminal the seconds count down; without redrawing they are printed once. */
function tellRetry(context: Context, wait: Wait, { seconds, reason, model }: Retry & { model: Model }): void {
  const until = context.now() + seconds * 1000;
  // The service's message may be long, so it comes last and is cut to fit.
  const toSentence = (left: number): string =>
    `Asking again in ${Math.ceil(left)} s (Ctrl+C stops): ${reason}`;
  if (!context.io.stderr.canRedraw) {
    context.notice(`${toSentence(seconds)}.`);
    return;
  }
  wait.say(() => {
    const left = (until - context.now()) / 1000;
    return left > 0 ? toSentence(left) : `Waiting for ${model.id}`;
  });
}

async function print(
  context: Context,
  events: AsyncIterable<RunEvent>,
  { options, opened, notices }: { options: ChatOptions; opened: Opened; notices: readonly string[] },
): Promise<void> {
  const { extract, extractTo, format } = options;
  const { conversation } = opened.file;
  const shown = extract ? extractCode(events, extract) : events;
  const write = format === 'json' ? writeJsonReply : writeJsonLines;
  const finish =
    format === 'text'
      ? await printText(context, shown, options)
      : await write(shown, context.io.stdout, {
          model: options.model ?? opened.model.id,
          conversation: opened.isKept ? conversation.id : undefined,
          attachments: opened.said.enclosures.map(toEnclosureJson),
          notices,
        });
  const isCut = finish?.reason === 'length';
  if (extractTo !== undefined) writeFiles(context, extractTo, { conversation, isCut });
  if (isCut) context.warn(`the answer reached ${describeLimit(finish)} and may be incomplete.`);
}

/** Lays out Markdown for a person; prints code and JSON unchanged. */
async function printText(
  context: Context,
  events: AsyncIterable<RunEvent>,
  options: ChatOptions,
): Promise<FinishEvent | undefined> {
  const { io } = context;
  const isProse = options.extract === undefined && options.schema === undefined;
  const isRendered = options.render ?? (isProse && io.stdout.canRedraw);
  if (!isRendered) return writeText(events, io, options);
  const { writeRendered } = await import('../output/rendered.ts');
  const { openMarkdown } = await import('../output/open-markdown.ts');
  const { divertMessages, onExit } = context;
  const markdown = openMarkdown(context, io.stdout);
  return writeRendered(events, io, { ...options, markdown, divertMessages, onExit });
}

/** The same reply with its code for a text. */
export async function* extractCode(
  events: AsyncIterable<RunEvent>,
  { language, last }: { language?: string | undefined; last: boolean },
): AsyncGenerator<RunEvent> {
  const gathered = yield* holdReply(events);
  const finish = gathered.findLast((event) => event.type === 'finish');
  let code: string;
  try {
    const isCut = finish?.reason === 'length';
    code = selectCode(readText(gathered), { ...(language !== undefined && { language }), last, isCut });
  } catch (error) {
    if (error instanceof CliError && error.code !== 'truncated' && finish?.reason === 'length')
      throw createCutError(error.message, finish, error);
    throw error;
  }
  yield* replayWithText(gathered, code);
}

/** Each code block of the last answer as a file. */
export function writeFiles(
  context: Context,
  folder: string,
  { conversation, isCut }: { conversation: Conversation; isCut: boolean },
): void {
  const answer = listBranch(conversation).at(-1);
  const paths = writeBlocks(folder, selectBlocks(answer ? toPlainText(answer) : '', { isCut }));
  for (const path of paths) context.notice(`wrote ${path}`);
}
