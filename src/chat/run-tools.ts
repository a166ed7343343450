import { toShellWord } from '../command-line.ts';
import type { Context } from '../context.ts';
import type { ConversationFile } from '../conversation/conversation-file.ts';
import { findUnfinished } from '../conversation/current-branch.ts';
import type { ChatEvent } from '../dialects/chat-event.ts';
import type { ToolDefinition } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';
import { toOneLine } from '../terminal-text.ts';
import { andWhatFilesMake } from '../tools/approvals/rule-text.ts';
import { type RunEvent, runRounds } from '../tools/rounds.ts';
import type { Approve, Tool, ToolEvent } from '../tools/tool.ts';

/** What a model may have done for a conversation. */
export type Acting = {
  /** The tools of the next round. */
  listTools(): Promise<readonly Tool[]>;
  approve: Approve;
  /** What the model is told: where it is, and what it may do. The same in all rounds. */
  note: string;
  /** The tools as the model gets them. */
  toDefinition(tool: Tool): ToolDefinition;
  maxRounds: number;
  /** Ends all programs that were started for it. */
  close(): Promise<void>;
};

export type ActOptions = {
  /** Asks for the answer to the conversation, and records it. */
  ask(tools: ToolDefinition[]): AsyncIterable<ChatEvent>;
  /** Goes on with the run at the end of the conversation, if it was cut off between two answers. */
  goesOn?: boolean;
  signal: AbortSignal;
  now: () => number;
};

/** Lets a model answer the conversation, and make calls until it needs no more. Each call is kept with its answer as it is made. */
export function act(
  file: ConversationFile,
  { listTools, approve, toDefinition, maxRounds }: Acting,
  { ask, goesOn = false, signal, now }: ActOptions,
): AsyncGenerator<RunEvent> {
  const unfinished = goesOn ? findUnfinished(file.conversation) : undefined;
  return runRounds({
    ask: (tools) => ask(tools.map(toDefinition)),
    listTools,
    approve,
    openJournal() {
      const turn = file.conversation.head ?? '';
      return {
        began: (call) => file.recordCall(turn, call),
        left: (call) => file.recordLeft(turn, call),
        ended: (call, outcome) => file.recordResult(turn, { call, ...outcome }),
      };
    },
    pending: (unfinished?.pending ?? []).map(({ call, part }) => ({ ...part, call })),
    maxRounds,
    signal,
    now,
  });
}

export function toToolDefinition({ name, description, inputSchema, form }: Tool): ToolDefinition {
  return { name, description, parameters: inputSchema, ...(form && { form }) };
}

/** A summary of a call on one line. It quotes the model. */
const longestSummary = 200;

export function toSummaryLine(summary: string): string {
  const whole = toOneLine(summary);
  const line = ourWords.test(whole) ? JSON.stringify(whole) : whole;
  return line.length > longestSummary ? `${line.slice(0, longestSummary - 1)}…` : line;
}

/** What we say behind such a line. */
const ourWords = /; to allow it\b|, because |: failed$/;

/**
 * Tells on stderr what is done: each call to a person at a terminal, and to every reader each one that was refused, with the flag that would
 * allow it. Throws CliError `forbidden` at the end if all calls of the last round were refused: then it could not do what it was asked to.
 */
export async function* tellCalls(
  events: AsyncIterable<RunEvent>,
  context: Pick<Context, 'notice' | 'warn'>,
  say: (label: string) => void,
): AsyncGenerator<RunEvent> {
  /** The calls since the model last said something. */
  let last: (ToolEvent & { type: 'tool-ended' })[] = [];
  let isNewRound = false;
  const told = new Set<string>();
  for await (const event of events) {
    // Before anything is said of a call, the words before it are out.
    yield event;
    if (event.type === 'tool-began') {
      const line = toSummaryLine(event.summary);
      say(`Running ${line}`);
      context.notice(line);
    } else if (event.type === 'tool-progress') say(toSummaryLine(event.sentence));
    else if (event.type === 'tool-ended') {
      last = isNewRound ? [event] : [...last, event];
      isNewRound = false;
      tellEnd(event, context, told);
    } else isNewRound = true;
  }
  const [refused] = last;
  if (refused && last.every(({ state }) => state === 'refused')) throw createRefusedError(refused);
}

type Ended = ToolEvent & { type: 'tool-ended' };

function tellEnd(
  { state, summary, allow, why, followsFiles }: Ended,
  context: Pick<Context, 'notice' | 'warn'>,
  told: Set<string>,
): void {
  const line = toSummaryLine(summary);
  if (state === 'failed') context.notice(`${line}: failed`);
  if (state !== 'refused') return;
  const because = why === undefined ? '' : `, because ${why}`;
  const further = followsFiles ? andWhatFilesMake('it') : '';
  const way = allow === undefined ? '' : `; to allow it${further}: ${toFlag(allow)}`;
  const sentence = `refused: ${line}${because}${way}`;
  // A model may try the same again and again.
  if (!told.has(sentence)) context.warn(sentence);
  told.add(sentence);
}

function toFlag(rule: string): string {
  return `--allow-tool ${toShellWord(toOneLine(rule))}`;
}

function createRefusedError({ summary, allow }: Ended): CliError {
  return new CliError(
    'forbidden',
    `the model's last tool calls were all refused: ${toSummaryLine(summary)}`,
    {
      hint:
        allow === undefined
          ? 'Its words may still help: they say what it could not do.'
          : advise`To allow it: ${flag(toFlag(allow))}`,
    },
  );
}

/**
 * For a reader that wants the answer alone, such as a pipe: drops what the model said before it called a tool. Each round is held back until
 * it is known to be the last.
 */
export async function* dropRemarks(events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent> {
  let held: RunEvent[] = [];
  try {
    for await (const event of events) {
      if (event.type === 'tool-began' || event.type === 'tool-ended') {
        yield* held.filter(({ type }) => type !== 'text-delta');
        held = [];
        yield event;
      } else if (event.type === 'text-delta') {
        held.push(event);
      } else if (event.type === 'finish') {
        yield* held;
        held = [];
        yield event;
      } else if (held.length > 0) held.push(event);
      else yield event;
    }
  } catch (error) {
    // Half an answer is better than none.
    yield* held;
    throw error;
  }
}
