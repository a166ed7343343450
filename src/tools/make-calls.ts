import type { CallState } from '../conversation/conversation.ts';
import { cutMiddle } from '../cut-middle.ts';
import type { ToolCallPart, ToolMessage } from '../dialects/chat-request.ts';
import { CliError, InterruptedError } from '../errors.ts';
import { isObject, type JsonObject, parseJson } from '../json-value.ts';
import { maskSecrets } from '../redact.ts';
import { quoteValue } from '../terminal-text.ts';
import type { Approve, Outcome, Plan, Refusal, Tool, ToolEvent, Verdict } from './tool.ts';
import { ToolError } from './tool.ts';

/** Where calls are kept, as they are made. `call` counts those of one answer, from 0. */
export type CallJournal = {
  /** Before a call that may change something. */
  began(call: number): void;
  /** The run was stopped before this call was allowed. */
  left(call: number): void;
  ended(call: number, outcome: Outcome & { summary: string; state: CallState }): void;
};

export type CallOptions = {
  tools: readonly Tool[];
  approve: Approve;
  journal: CallJournal;
  signal: AbortSignal;
  /** Milliseconds. */
  now: () => number;
};

/** A call of an answer. */
export type Call = Pick<ToolCallPart, 'name' | 'arguments'> & {
  /** Its number in the answer, and in the run; both from 0. */
  call: number;
  index: number;
};

/** More at the same time would keep the disk busier than the model. */
const mostAtOnce = 8;

/** Characters of a result that a model gets. Tools cut earlier, and better; this is for those that do not. */
const longestResult = 200_000;

type Ended = Extract<ToolEvent, { type: 'tool-ended' }>;

/**
 * Makes the calls of an answer: side by side while they only read, one after the other as soon as one may change something. Each is planned
 * and approved when its turn comes. Returns how each ended. Throws the signal's reason; what ran then is stopped, and said so in the journal.
 */
export async function* makeCalls(
  calls: readonly Call[],
  options: CallOptions,
): AsyncGenerator<ToolEvent, Ended[]> {
  const own = new AbortController();
  const signal = AbortSignal.any([options.signal, own.signal]);
  const channel = createChannel<ToolEvent>();
  const ended: Ended[] = [];
  const emit = (event: ToolEvent): void => {
    if (event.type === 'tool-ended') ended.push(event);
    channel.push(event);
  };
  const work = makeAll(calls, { ...options, signal }, emit).finally(channel.end);
  // The error is thrown below.
  work.catch(() => {});
  try {
    yield* channel.read();
    await work;
  } finally {
    own.abort(options.signal.aborted ? options.signal.reason : new Error('nobody reads the run any more'));
    await work.catch(() => {});
  }
  return ended;
}

async function makeAll(
  calls: readonly Call[],
  options: CallOptions,
  emit: (event: ToolEvent) => void,
): Promise<void> {
  const reading = new Set<Promise<void>>();
  try {
    for (const call of calls) {
      options.signal.throwIfAborted();
      const tool = options.tools.find(({ name }) => name === call.name);
      if (!tool || !onlyReads(tool)) {
        await Promise.all(reading);
        options.signal.throwIfAborted();
        await makeCall(call, tool, options, emit);
        continue;
      }
      if (reading.size >= mostAtOnce) await Promise.race(reading);
      const prepared = await prepare(call, tool, options, emit);
      if (!prepared) continue;
      const one = run(call, prepared, options, emit).finally(() => reading.delete(one));
      // Whoever waits for it gets the error.
      one.catch(() => {});
      reading.add(one);
    }
  } finally {
    // Stopped calls write their results, too.
    await Promise.allSettled(reading);
  }
  options.signal.throwIfAborted();
}

function onlyReads({ effect, server }: Tool): boolean {
  return effect === 'read' || (effect === 'network' && server === undefined);
}

async function makeCall(
  call: Call,
  tool: Tool | undefined,
  options: CallOptions,
  emit: (event: ToolEvent) => void,
): Promise<void> {
  const prepared = await prepare(call, tool, options, emit);
  if (prepared) await run(call, prepared, options, emit);
}

type Prepared = { tool: Tool; plan: Plan };

/** Undefined if the call cannot be made; how it ended is then told. */
async function prepare(
  call: Call,
  tool: Tool | undefined,
  { approve, journal, signal }: CallOptions,
  emit: (event: ToolEvent) => void,
): Promise<Prepared | undefined> {
  const { name, index } = call;
  const end = (state: CallState, summary: string, text: string, refusal?: Refusal): undefined => {
    const parts: ToolMessage['parts'] = [{ type: 'text', text }];
    journal.ended(call.call, { parts, isError: true, summary: toKept(summary), state });
    const facts = { type: 'tool-ended' as const, index, name, summary, state, parts, seconds: 0 };
    emit({ ...facts, ...refusal });
  };
  if (!tool) return end('failed', quoteValue(name), `There is no tool ${name}.`);
  const input = readInput(call.arguments);
  if (!input) return end('failed', name, 'The arguments of this call are no JSON object.');
  let plan: Plan;
  try {
    plan = await tool.plan(input, signal);
  } catch (error) {
    if (!signal.aborted) return end('failed', name, describeFailure(error));
    journal.left(call.call);
    throw signal.reason;
  }
  const facts = { type: 'tool-ended' as const, index, name, summary: plan.summary };
  let verdict: Verdict;
  try {
    verdict = await approve({ tool, plan }, signal);
    signal.throwIfAborted();
  } catch (error) {
    // Whoever leaves the question has refused it. It has no result: the run can go on with it.
    if (signal.aborted) {
      journal.left(call.call);
      emit({ ...facts, state: 'refused', parts: [], seconds: 0 });
    }
    throw error;
  }
  if (!verdict.isAllowed) {
    const { isAllowed: _, reason, ...refusal } = verdict;
    return end('refused', plan.summary, reason, refusal);
  }
  return { tool, plan };
}

/** No arguments are an empty object. */
function readInput(text: string): JsonObject | undefined {
  const value = text.trim() === '' ? {} : parseJson(text);
  return isObject(value) ? value : undefined;
}

/** Only a stop is thrown; the model may do better after any other failure. */
async function run(
  { call, index, name }: Call,
  { tool, plan: { summary, preview, run: runPlan } }: Prepared,
  { journal, signal, now }: CallOptions,
  emit: (event: ToolEvent) => void,
): Promise<void> {
  const beganAt = now();
  // Of what a server does there is only its word.
  if (!onlyReads(tool) || tool.server) journal.began(call);
  emit({ type: 'tool-began', index, name, summary, ...(preview && { preview }) });
  let outcome: Outcome;
  let state: CallState;
  try {
    const onProgress = (sentence: string): void => emit({ type: 'tool-progress', index, sentence });
    outcome = limit(await runPlan({ signal, onProgress }));
    state = outcome.isError ? 'failed' : 'done';
  } catch (error) {
    state = signal.aborted ? 'stopped' : 'failed';
    const text = signal.aborted ? describeStop(signal.reason) : describeFailure(error);
    outcome = { parts: [{ type: 'text', text }], isError: true };
  }
  journal.ended(call, { ...outcome, summary: toKept(summary), state });
  const { parts, changes } = outcome;
  const seconds = (now() - beganAt) / 1000;
  emit({ type: 'tool-ended', index, name, summary, state, parts, seconds, ...(changes && { changes }) });
}

/** The arguments of a call are kept, too; this is for the line that a person reads. */
const longestSummary = 2_000;

function toKept(summary: string): string {
  return summary.slice(0, longestSummary);
}

function describeStop(reason: unknown): string {
  return `${nameStopper(reason)} stopped this call. It may have done a part of its work.`;
}

/** Only Esc and Ctrl+C are the user's word on the call. */
function nameStopper(reason: unknown): string {
  if (reason instanceof InterruptedError) return reason.signal === 'SIGINT' ? 'The user' : reason.signal;
  if (reason instanceof CliError && reason.code === 'timeout') return 'The time limit of the command';
  return reason instanceof Error && reason.name === 'AbortError' ? 'The user' : 'The end of the command';
}

/** Also the words of servers and other programs, which may hold a token. */
function describeFailure(error: unknown): string {
  if (error instanceof ToolError) return maskSecrets(error.message);
  return maskSecrets(`The tool failed: ${error instanceof Error ? error.message : String(error)}`);
}

/** No service takes a result without a part, and none gets a token that a file or a program shows. */
function limit(outcome: Outcome): Outcome {
  let left = longestResult;
  const parts = outcome.parts.map((part) => {
    if (part.type !== 'text') return part;
    // Half a token is not known for one.
    const text = cutMiddle(
      maskSecrets(part.text),
      { length: Math.max(left, 1000) },
      (count) => `… ${count} characters are left out …`,
    );
    left -= text.length;
    return { ...part, text };
  });
  const isEmpty = parts.every((part) => part.type === 'text' && part.text === '');
  return { ...outcome, parts: isEmpty ? [{ type: 'text', text: '(no output)' }] : parts };
}

/** Values of several writers for one reader, in the order in which they came. */
function createChannel<T>() {
  const values: T[] = [];
  let isEnded = false;
  let wake = (): void => {};
  return {
    push(value: T): void {
      values.push(value);
      wake();
    },
    end(): void {
      isEnded = true;
      wake();
    },
    async *read(): AsyncGenerator<T> {
      for (;;) {
        while (values.length > 0) yield values.shift() as T;
        if (isEnded) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
