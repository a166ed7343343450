import type { Usage } from '../dialects/chat-event.ts';
import {
  createTextMessage,
  type Message,
  type ToolCallPart,
  type ToolMessage,
} from '../dialects/chat-request.ts';
import {
  type AssistantTurn,
  type Conversation,
  findSystem,
  isAnswer,
  isSaid,
  listCalls,
  type Turn,
} from './conversation.ts';

/** Derived from a branch, and cached: it is used many times a turn, and a branch may have a thousand turns. */
type View = {
  head: string;
  branch: readonly Turn[];
  /** The messages and the system prompt of all turns but the last, which may still be written. Passed on with the view. */
  messages: Message[];
  system: string | undefined;
};

/** Keyed by conversation, for its current branch. */
const views = new WeakMap<Conversation, View>();

/** From the first turn to `head`. */
export function listBranch(conversation: Conversation, head = conversation.head): readonly Turn[] {
  if (head === undefined) return [];
  return head === conversation.head ? view(conversation, head).branch : walkBack(conversation, head);
}

function view(conversation: Conversation, head: string): View {
  const known = views.get(conversation);
  if (known?.head === head) return known;
  const turn = conversation.turns.get(head);
  const isNext = turn !== undefined && turn.parent === known?.head;
  const viewed = known && isNext ? extend(known, turn) : createView(head, walkBack(conversation, head));
  views.set(conversation, viewed);
  return viewed;
}

function createView(head: string, branch: readonly Turn[]): View {
  const before = branch.slice(0, -1);
  return { head, branch, messages: before.flatMap(toMessage), system: findSystem(before) };
}

function extend({ branch, messages, system }: View, turn: Turn): View {
  const last = branch.slice(-1);
  // Nobody else has this list. Copying it for each turn of a long chat would make much garbage.
  messages.push(...last.flatMap(toMessage));
  return {
    head: turn.id,
    branch: [...branch, turn],
    messages,
    system: findSystem(last) ?? system,
  };
}

function walkBack(conversation: Conversation, head: string): Turn[] {
  const branch: Turn[] = [];
  const seen = new Set<string>();
  for (let id: string | undefined = head; id !== undefined && !seen.has(id); ) {
    seen.add(id);
    const turn: Turn | undefined = conversation.turns.get(id);
    if (!turn) break;
    branch.push(turn);
    id = turn.parent;
  }
  return branch.reverse();
}

/** How often the current branch was prompted and answered. The prompt of a summary does not count. */
export function countPrompts(conversation: Conversation): number {
  return listBranch(conversation).filter(isSaid).length;
}

/** The usage of the last answer on the current branch, if the service reported it. */
export function findLastUsage(conversation: Conversation): Usage | undefined {
  const last = listBranch(conversation).findLast((turn) => turn.role === 'assistant' && turn.usage);
  return last?.role === 'assistant' ? last.usage : undefined;
}

/** The current branch as a model sees it, with the latest system prompt first. Answers without a word are left out. */
export function listMessages(conversation: Conversation): Message[] {
  if (conversation.head === undefined) return [];
  const { branch, messages, system } = view(conversation, conversation.head);
  const last = branch.slice(-1);
  const text = findSystem(last) ?? system;
  return withSystem(text, [...messages, ...last.flatMap(toMessage)]);
}

/** The same for turns outside a conversation. */
export function toMessages(branch: readonly Turn[]): Message[] {
  return withSystem(findSystem(branch), branch.flatMap(toMessage));
}

function withSystem(text: string | undefined, said: Message[]): Message[] {
  return text === undefined || text === '' ? said : [createTextMessage('system', text), ...said];
}

function toMessage(turn: Turn): Message | Message[] {
  if (turn.role === 'assistant' ? !isAnswer(turn) : turn.parts.length === 0) return [];
  if (turn.role === 'user') return { role: 'user', parts: turn.parts };
  const { model } = turn;
  const parts = turn.parts.map((part) => (part.type === 'reasoning' ? { model, ...part } : part));
  if (!turn.results && turn.left === undefined) return { role: 'assistant', parts };
  const ids = toOwnIds(listCalls(turn));
  let call = 0;
  const called = parts.map((part) =>
    part.type === 'tool-call' ? { ...part, id: ids[call++] ?? part.id } : part,
  );
  return [{ role: 'assistant', parts: called }, ...toResults(turn, ids)];
}

/** Each call that was made has its result, so each has an id of its own: some models give two calls the same, or none. */
function toOwnIds(calls: readonly ToolCallPart[]): string[] {
  const taken = new Set<string>();
  return calls.map(({ id }, index) => {
    const own = id !== '' && !taken.has(id) ? id : `${id || 'call'}_${index}`;
    taken.add(own);
    return own;
  });
}

const lostResult =
  'The program ended while this call ran. Nobody knows what it has done: look before you call it again.';

const notAllowed = 'This call was not made: the turn was stopped before the user allowed it.';
const notBegun = 'This call was not made: the turn was stopped before it.';

/** Calls side by side end in any order; the prompt is cached in one. */
function toResults({ results = [], left }: AssistantTurn, ids: readonly string[]): ToolMessage[] {
  const byCall = new Map(results.map((result) => [result.call, result]));
  // Without either, others may make the calls.
  if (left === undefined && !ids.some((_, call) => byCall.has(call))) return [];
  return ids.map((callId, call): ToolMessage => {
    const result = byCall.get(call);
    if (result?.parts) return { role: 'tool', callId, parts: result.parts, isError: result.isError ?? false };
    const text = result ? lostResult : call === left ? notAllowed : notBegun;
    return { role: 'tool', callId, parts: [{ type: 'text', text }], isError: true };
  });
}

/** What a call gave, as text. Images are named. */
export function toResultText(parts: ToolMessage['parts']): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '[image]')).join('\n');
}

/** A run that ended between two answers: the calls of the last answer that were not started, by their number in it. */
export type Unfinished = { turn: AssistantTurn; pending: { call: number; part: ToolCallPart }[] };

/**
 * The run at the end of the current branch, if tools ran for its last answer and the model has not seen all results. It goes on with what is
 * pending, and then asks; to ask for that answer once more would make its calls twice.
 */
export function findUnfinished(conversation: Conversation): Unfinished | undefined {
  const turn = listBranch(conversation).at(-1);
  if (turn?.role !== 'assistant' || !turn.results || turn.finish === undefined) return undefined;
  const begun = new Set(turn.results.map(({ call }) => call));
  const pending = listCalls(turn).flatMap((part, call) => (begun.has(call) ? [] : { call, part }));
  return { turn, pending };
}

/** A run at the end of a conversation that was cut off between two answers. */
export type CutRun = {
  /** The answer whose calls were begun: from there it goes on. A part of an answer behind it is asked for again. */
  head: string;
  /** How many of its calls were not made. */
  notMade: number;
};

/** To ask the prompt again would make the calls twice that were made. */
export function findCutRun(conversation: Conversation): CutRun | undefined {
  const last = listBranch(conversation).at(-1);
  if (last?.role !== 'assistant') return undefined;
  const head = last.finish === undefined ? last.parent : last.id;
  const unfinished = head === undefined ? undefined : findUnfinished({ ...conversation, head });
  return unfinished && { head: unfinished.turn.id, notMade: unfinished.pending.length };
}
