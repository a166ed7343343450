import { createCutError, createMissingError } from '../copilot/check-answer.ts';
import type { ChatEvent, FinishEvent } from '../dialects/chat-event.ts';
import type { ToolCallPart } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { advise, anotherModel, askAgain, flag } from '../hint.ts';
import { untilAborted } from '../pause.ts';
import type { Call, CallJournal } from './make-calls.ts';
import type { Approve, Tool, ToolEvent } from './tool.ts';

/**
 * A run: the rounds in which a model answers, and calls tools until it needs no more. Its events are those of one reply, with one `start` and
 * one `finish`; calls and blocks of thinking are counted over the whole run, and a `usage` comes with each round. Between two rounds come the
 * events of the calls.
 */
export type RunEvent = ChatEvent | ToolEvent;

export type RunOptions = {
  /** The answer to the conversation as it is now. */
  ask(tools: readonly Tool[]): AsyncIterable<ChatEvent>;
  /** The tools of a round. Those of a server may come and go. */
  listTools(): Promise<readonly Tool[]>;
  approve: Approve;
  /** For the calls of the last answer. */
  openJournal(): CallJournal;
  /** Calls of the last answer that were not made yet: the run begins with them. */
  pending?: readonly (Pick<ToolCallPart, 'name' | 'arguments'> & { call: number })[];
  /** How often the model may be asked. */
  maxRounds: number;
  signal: AbortSignal;
  /** Milliseconds. */
  now: () => number;
};

/**
 * Throws what `ask` throws, the signal's reason, and CliError `truncated` after the last round that is allowed or an answer that is cut in a
 * call, `upstream` for one that should call and does not.
 */
export async function* runRounds(options: RunOptions): AsyncGenerator<RunEvent> {
  const { ask, openJournal, pending = [], maxRounds, signal } = options;
  const total = createTotal();
  // Most prompts call nothing: what makes calls loads at the first one.
  const make = async (calls: readonly Call[]): Promise<AsyncIterable<ToolEvent>> =>
    (await import('./make-calls.ts')).makeCalls(calls, { ...options, tools, journal: openJournal() });
  // Servers may take long to start.
  const listTools = (): Promise<readonly Tool[]> => untilAborted(options.listTools(), signal);
  let tools = await listTools();
  if (pending.length > 0) {
    const calls = pending.map((call, index) => ({ ...call, index }));
    total.skip(calls.length);
    yield* await make(calls);
  }
  for (let round = 1; ; round += 1) {
    const answer = total.begin();
    for await (const event of ask(tools)) yield* answer.see(event);
    const { calls, finish } = answer.end();
    if (calls.length === 0) {
      if (finish?.reason === 'tool-calls') throw createMissingError();
      if (finish) yield finish;
      return;
    }
    if (!wantsCalls(finish)) throw createHalfError(finish);
    yield* await make(calls);
    if (round >= maxRounds) throw createRoundsError(maxRounds);
    signal.throwIfAborted();
    tools = await listTools();
  }
}

/** Some services say `stop` although they call. Calls of an answer that was cut are not whole. */
function wantsCalls(finish: FinishEvent | undefined): boolean {
  return finish?.reason === 'tool-calls' || finish?.reason === 'stop';
}

function createHalfError(finish: FinishEvent | undefined): CliError {
  if (finish?.reason === 'length') return createCutError('the answer ends in a call of a tool', finish);
  const word = finish?.detail ?? finish?.reason ?? 'nothing';
  return new CliError(
    'truncated',
    `the answer ends in a call of a tool: the service ended it with "${word}"`,
    {
      hint: advise`${askAgain}, or ask ${anotherModel}.`,
      details: { finish_reason: finish?.reason ?? null },
    },
  );
}

function createRoundsError(maxRounds: number): CliError {
  const rounds = maxRounds === 1 ? '1 round' : `${maxRounds} rounds`;
  return new CliError('truncated', `the model was stopped after ${rounds} of tool calls`, {
    hint: advise`What it did is kept in the conversation. Allow more with ${flag('--max-rounds')}.`,
  });
}

/** Makes one reply of several answers. */
function createTotal() {
  let isBegun = false;
  let calls = 0;
  let thoughts = 0;

  function begin() {
    const called: Call[] = [];
    const [firstCall, firstThought] = [calls, thoughts];
    let finish: FinishEvent | undefined;

    function* see(event: ChatEvent): Generator<ChatEvent> {
      switch (event.type) {
        case 'start':
          if (!isBegun) yield event;
          isBegun = true;
          break;
        case 'text-delta':
        case 'usage':
          yield event;
          break;
        case 'reasoning-delta': {
          const index = firstThought + event.index;
          thoughts = Math.max(thoughts, index + 1);
          yield { ...event, index };
          break;
        }
        case 'tool-call-delta': {
          const { index: call, name, arguments: text, whole } = event;
          const index = firstCall + call;
          calls = Math.max(calls, index + 1);
          const known = called[call] ?? { call, index, name: '', arguments: '' };
          called[call] = known;
          if (name !== undefined) known.name = name;
          known.arguments = whole ?? known.arguments + text;
          yield { ...event, index };
          break;
        }
        case 'finish':
          finish = event;
          break;
        default:
          event satisfies never;
      }
    }

    return { see, end: () => ({ calls: called.filter(Boolean), finish }) };
  }

  return {
    begin,
    skip(count: number): void {
      calls += count;
    },
  };
}
