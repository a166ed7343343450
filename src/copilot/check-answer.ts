import type { ChatEvent, FinishEvent } from '../dialects/chat-event.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import { isCut, isWindowFull } from '../dialects/finish-words.ts';
import { CliError } from '../errors.ts';
import { advise, anotherModel, askAgain, flag } from '../hint.ts';
import { maskStart } from '../redact.ts';
import { createVisibleCheck, isVisible, toOneLine } from '../terminal-text.ts';
import { createThinkingCheck } from '../thinking-in-text.ts';

type AnswerCheckOptions = {
  /** Whether the caller runs the tools that the model calls: then calls alone are an answer. */
  runsTools: boolean;
  onNotice?: ((sentence: string) => void) | undefined;
};

/** The parts of an answer that count. */
export type Seen = {
  hasText: boolean;
  isVisible: (piece: string) => boolean;
  hasThought: boolean;
  hasCalls: boolean;
  calls: Set<string>;
  /** Tells text that is thinking. */
  thinking: ReturnType<typeof createThinkingCheck>;
  /** The text as long as it may turn out to be no words. */
  beginning: string;
};

export function createSeen(): Seen {
  return {
    hasText: false,
    isVisible: createVisibleCheck(),
    hasThought: false,
    hasCalls: false,
    calls: new Set(),
    thinking: createThinkingCheck(),
    beginning: '',
  };
}

/**
 * Yields an answer, then throws if it was refused, filtered, cut or empty, or lacks the calls that it speaks of: CliError `content_filter`,
 * `truncated` or `upstream`.
 */
export async function* checkAnswer(
  batches: AsyncIterable<ChatEvent[]>,
  { runsTools, onNotice }: AnswerCheckOptions,
): AsyncGenerator<ChatEvent[]> {
  const seen = createSeen();
  let finish: FinishEvent | undefined;
  for await (const events of batches) {
    for (const event of events) {
      if (event.type === 'finish') finish = event;
      else look(event, seen);
    }
    yield events;
  }
  if (!finish) return;
  weigh(seen);
  const failure = judge(finish, seen, runsTools) ?? judgeEnd(finish);
  if (!failure && runsTools && finish.reason === 'tool-calls' && !seen.hasCalls) throw createMissingError();
  if (failure) throw failure;
  noticeOddEnd(finish, seen, { runsTools, onNotice });
}

/** `ask` of a ModelClient, by way of its `askInBatches`. */
export function askChecked<Options extends Pick<AnswerCheckOptions, 'onNotice'>>(
  askInBatches: (request: ChatRequest, options: Options) => AsyncGenerator<ChatEvent[]>,
  request: ChatRequest,
  options: Options,
): AsyncIterableIterator<ChatEvent> {
  const runsTools = (request.tools?.length ?? 0) > 0;
  return flatten(checkAnswer(askInBatches(request, options), { runsTools, onNotice: options.onNotice }));
}

/** Flattens batches for one reader. Each item costs one promise, where an async generator makes several. */
export function flatten<T>(batches: AsyncGenerator<readonly T[]>): AsyncIterableIterator<T> {
  let batch: readonly T[] = [];
  let position = 0;

  async function nextBatch(): Promise<IteratorResult<T, undefined>> {
    do {
      const { done, value } = await batches.next();
      if (done) return { done, value: undefined };
      batch = value;
      position = 0;
    } while (batch.length === 0);
    return takeNext();
  }

  const takeNext = (): IteratorResult<T> => {
    const value = batch[position] as T;
    position += 1;
    return { done: false, value };
  };

  return {
    next: () => (position < batch.length ? Promise.resolve(takeNext()) : nextBatch()),
    async return() {
      batch = [];
      await batches.return(undefined);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Characters of a service's explanation that are shown. */
const longestExplanation = 500;

/** An answer with more characters says something. */
const longestMarkup = 200;

/** Whether there is nothing but the marks of a code block or of a comment, without content. A comment with words may be what was asked for. */
function isOnlyMarkup(text: string): boolean {
  if (text.length > longestMarkup || !/^\s*(?:```|~~~|<!--)/.test(text)) return false;
  const content = text
    .replace(/^[ \t]*(?:`{3,}|~{3,})[ \t]*[\w+#.-]*[ \t]*$/gm, '')
    .replace(/<!--[\s-]*-->/g, '');
  return !isVisible(content);
}

export function look(event: ChatEvent, seen: Seen): void {
  if (event.type === 'text-delta') {
    seen.hasText ||= seen.isVisible(event.text);
    seen.thinking.push(event.text);
    if (seen.beginning.length <= longestMarkup) seen.beginning += event.text;
  } else if (event.type === 'reasoning-delta') seen.hasThought = true;
  else if (event.type === 'tool-call-delta') {
    seen.hasCalls = true;
    if (event.name !== undefined) seen.calls.add(event.name);
  }
}

/** To be called when an answer has ended: thinking, and marks without content, are no words. */
export function weigh(seen: Seen): void {
  if (seen.hasText && seen.thinking.isOnlyThinking())
    Object.assign(seen, { hasText: false, hasThought: true });
  if (seen.hasText && isOnlyMarkup(seen.beginning)) seen.hasText = false;
}

/** What is wrong with an answer that ended so, if anything. `runsTools`: calls alone are an answer. */
export function judge(finish: FinishEvent, seen: Seen, runsTools: boolean): CliError | undefined {
  const { reason, detail, explanation } = finish;
  const { hasText, hasThought, hasCalls } = seen;
  const details = { finish_reason: reason, ...(detail !== undefined && { finish_detail: detail }) };
  const word = detail === undefined ? '' : ` (${detail})`;
  if (reason === 'refusal') {
    const why = explanation && toOneLine(maskStart(explanation, longestExplanation)).replace(/\.$/, '');
    return new CliError('content_filter', `the model refused to answer${why ? `: ${why}` : ''}`, {
      hint: advise`Word the prompt differently, or ask ${anotherModel}.`,
      details: { ...details, ...(explanation !== undefined && { explanation }) },
    });
  }
  if (reason === 'content-filter') {
    const what = hasText
      ? `the service stopped the answer: its content filter did not let the rest through${word}`
      : `there is no answer: the content filter of the service kept it back${word}`;
    return new CliError('content_filter', what, { hint: 'Word the prompt differently.', details });
  }
  if (hasText || (hasCalls && runsTools)) return undefined;
  if (isWindowFull(finish)) {
    return new CliError(
      'truncated',
      'the answer is empty: the prompt fills the context window of the model',
      {
        hint: advise`Send less, or ask ${anotherModel}.`,
        details,
      },
    );
  }
  if (reason === 'length') {
    return new CliError(
      'truncated',
      `the answer is empty: the model reached its output limit before the first word${hasThought ? ', by thinking' : ''}`,
      { hint: 'Ask again with a higher output limit or less effort.', details },
    );
  }
  return new CliError('upstream', `the answer is empty${explainSilence(finish, seen)}`, {
    hint: advise`${askAgain}, or ask ${anotherModel}.`,
    details,
  });
}

const incomplete = 'the answer is not complete: ';

/** An answer of which a part came, and why the rest did not. */
export function toIncomplete(reason: string): string {
  return incomplete + reason;
}

/** The reason alone, for a sentence that says already that the answer is incomplete. Undefined if the message is about something else. */
export function findIncompleteReason(message: string): string | undefined {
  return message.startsWith(incomplete) ? message.slice(incomplete.length) : undefined;
}

/** What is wrong with an answer that has something to read. */
export function judgeEnd(finish: FinishEvent): CliError | undefined {
  const { reason, detail } = finish;
  if (reason !== 'other' || (detail !== undefined && !isCut(finish))) return undefined;
  const how = detail === undefined ? 'without a reason' : `with "${detail}"`;
  return new CliError('truncated', toIncomplete(`the service ended it ${how}`), {
    hint: advise`${askAgain}, or ask ${anotherModel}.`,
    details: { finish_reason: reason, ...(detail !== undefined && { finish_detail: detail }) },
  });
}

/** The error for an answer of the reason `length`, of which `message` says why half of it is of no use. */
export function createCutError(message: string, finish: FinishEvent, cause?: unknown): CliError {
  const isFull = isWindowFull(finish);
  return new CliError(
    'truncated',
    `${message}: it stops at the ${isFull ? 'end of the context window' : 'output limit'}`,
    {
      hint: isFull
        ? 'Send less, or ask in a new conversation.'
        : advise`Ask for less, or with a higher ${flag('--max-tokens')}.`,
      cause,
    },
  );
}

/** The error for an answer that ends for a call and has none: what was said before is no answer to whoever runs the calls. */
export function createMissingError(): CliError {
  return new CliError('upstream', 'the model ended its answer to call a tool, and called none', {
    hint: advise`${askAgain}, or ask ${anotherModel}.`,
    details: { finish_reason: 'tool-calls' },
  });
}

function explainSilence({ reason, detail }: FinishEvent, { hasCalls, hasThought, calls }: Seen): string {
  if (hasCalls) return `: the model called ${listCalls(calls)}, which nobody runs here`;
  if (detail?.toLowerCase() === 'malformed_function_call')
    return `: the model tried to call a tool and got the call wrong (${detail})`;
  if (detail !== undefined) return `: the service ended it with "${detail}"`;
  if (reason === 'other') return ': the service ended it without a reason';
  if (reason === 'tool-calls') return ': the model ended it to call a tool, and called none';
  return hasThought ? ': the model thought, and then said nothing' : ': the model said nothing';
}

/** There are words to read, but they may not be all. */
export function noticeOddEnd(
  { reason, detail }: FinishEvent,
  { hasCalls, calls }: Seen,
  { runsTools, onNotice }: AnswerCheckOptions,
): void {
  if (hasCalls && !runsTools) onNotice?.(`The model called ${listCalls(calls)}, which nobody runs here.`);
  if (reason === 'tool-calls' && !hasCalls)
    onNotice?.('The model ended the answer to call a tool, and called none; it may not be complete.');
  const how = detail === undefined ? 'without a reason' : `with "${detail}"`;
  if (reason === 'other') onNotice?.(`The service ended the answer ${how}; it may not be complete.`);
}

/** Where an answer of the reason `length` stops. */
export function describeLimit(finish: FinishEvent): string {
  return isWindowFull(finish) ? "the end of the model's context window" : "the model's output limit";
}

function listCalls(calls: ReadonlySet<string>): string {
  return [...calls].map((name) => `the tool ${name}`).join(' and ') || 'a tool';
}
