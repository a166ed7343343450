import type { FinishReason, Usage } from '../dialects/chat-event.ts';
import {
  type AssistantMessage,
  createTextMessage,
  type Message,
  type ToolCallPart,
  type ToolMessage,
  type UserMessage,
} from '../dialects/chat-request.ts';
import { type PromptText, readSpans } from '../prompt-text.ts';

/** A message and the one that it follows. Turns form a tree, so nothing is ever overwritten. */
export type Turn = UserTurn | AssistantTurn;

type TurnBase = {
  /** Unique within the conversation. */
  id: string;
  /** Undefined for a first turn. */
  parent: string | undefined;
  /** ISO 8601. */
  at: string;
  /** The turn on another branch that this one repeats. Search and sums count that one. */
  copyOf?: string;
};

export type UserTurn = TurnBase & {
  role: 'user';
  parts: UserMessage['parts'];
  /** The typed parts of the prompt, if they may mention a file. The rest is data. */
  typed?: PromptText['typed'];
  /** The system prompt from here until a later turn has another one. */
  system?: string;
  /** Compaction keeps this turn and its answer as they are. */
  pinned?: boolean;
  /** The head of the branch that the next answer summarises. */
  compactedFrom?: string;
};

export type AssistantTurn = TurnBase & {
  role: 'assistant';
  parts: AssistantMessage['parts'];
  model: string;
  /** What the person chose for it: a word, or a number of tokens for thinking. */
  effort?: string;
  usage?: Usage;
  /** Undefined while the answer is written, or if it was cut off. */
  finish?: FinishReason;
  /** The error that cut the answer off. */
  failure?: string;
  /** What came of its calls, by their number in the answer. A call without an entry was not begun. */
  results?: CallResult[];
};

/** Without parts, the program ended during the call: what the call changed is unknown. */
export type CallResult = {
  /** Which call of the answer, from 0. */
  call: number;
  /** What it did, for a person. Undefined in journals of older versions, as is `state`. */
  summary?: string;
  state?: CallState;
  parts?: ToolMessage['parts'];
  isError?: boolean;
  changes?: FileChange[];
};

/** How a call went. `refused`: nobody said yes. `stopped`: the person or a signal ended it. */
export type CallState = 'done' | 'failed' | 'refused' | 'stopped';

/** A file before a call changed it, and a hash of what the call made of it. Undefined: there was, or is, no such file. */
export type FileChange = {
  /** Absolute. */
  path: string;
  before: string | undefined;
  /** SHA-256, in hexadecimal. */
  after: string | undefined;
  /** The text that `after` is the hash of. Undefined in journals of older versions. */
  made?: string;
};

/** Everything that was said, and the current position. */
export type Conversation = {
  id: string;
  name: string | undefined;
  /** A single prompt of a script or a shell, without a name. It is kept, but hidden from the chats. */
  isOneShot: boolean;
  /** Whether it began as a copy of another one. */
  isCopy: boolean;
  /** ISO 8601. */
  createdAt: string;
  updatedAt: string;
  turns: Map<string, Turn>;
  /** The last turn of the current branch. Undefined before the first turn, or if everything was undone. */
  head: string | undefined;
  /** Every turn that was the head, oldest first. */
  heads: string[];
  /** Sums over all branches. Copied turns count once. */
  sums: ConversationSums;
};

export type ConversationSums = {
  turns: number;
  /** Of the last answer. */
  model: string | undefined;
  /** The known cost of all answers, in AI credits. */
  credits: number | undefined;
};

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

/** A branch up to its last answer. Prompts without an answer are not sent again. */
export function listAnswered(branch: readonly Turn[]): readonly Turn[] {
  return branch.slice(0, branch.findLastIndex(isAnswer) + 1);
}

/** Thinking without text or a call is not an answer. */
export function isAnswer({ role, parts }: Turn): boolean {
  return role === 'assistant' && parts.some(({ type }) => type !== 'reasoning');
}

/** How often the current branch was prompted and answered. The prompt of a summary does not count. */
export function countPrompts(conversation: Conversation): number {
  return listBranch(conversation).filter(isSaid).length;
}

export function findSystem(branch: readonly Turn[]): string | undefined {
  for (let index = branch.length - 1; index >= 0; index -= 1) {
    const turn = branch[index];
    if (turn?.role === 'user' && turn.system !== undefined) return turn.system;
  }
  return undefined;
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
  if (!turn.results) return { role: 'assistant', parts };
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

/** A call that was not started has no result; the dialects tell the model. */
function toResults(turn: AssistantTurn, ids: readonly string[]): ToolMessage[] {
  // Calls side by side end in any order; the prompt is cached in one.
  const inOrder = (turn.results ?? []).toSorted((one, other) => one.call - other.call);
  return inOrder.flatMap(({ call, parts, isError }): ToolMessage | [] => {
    const callId = ids[call];
    if (callId === undefined) return [];
    if (!parts) return { role: 'tool', callId, parts: [{ type: 'text', text: lostResult }], isError: true };
    return { role: 'tool', callId, parts, isError: isError ?? false };
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

export function listCalls({ parts }: AssistantTurn): ToolCallPart[] {
  return parts.filter((part) => part.type === 'tool-call');
}

/**
 * The head that an undo or an edit left. In this order:
 * 1. the latest head that grew from here;
 * 2. if nothing was answered since the last answer, the latest that grew from that answer;
 * 3. the latest whose branch replaces one of our prompts by another.
 */
export function findRedo(conversation: Conversation): string | undefined {
  const branch = listBranch(conversation);
  const answered = branch.findLast(isAnswer)?.id;
  const isHere = new Set(branch.map(({ id }) => id));
  const grewFrom = (start: string | undefined): string | undefined =>
    conversation.heads.findLast(
      (candidate) =>
        !isHere.has(candidate) &&
        (start === undefined || listBranch(conversation, candidate).some(({ id }) => id === start)),
    );
  return (
    grewFrom(conversation.head) ??
    (answered === conversation.head ? undefined : grewFrom(answered)) ??
    findReplaced(conversation, branch)
  );
}

/** The latest head of a branch in which another prompt replaces one of this branch. */
function findReplaced(conversation: Conversation, branch: readonly Turn[]): string | undefined {
  const isHere = new Set(branch.map(({ id }) => id));
  const prompts = new Set(branch.flatMap((turn) => (isSaid(turn) ? [turn.parent] : [])));
  return conversation.heads.findLast((candidate) => {
    const other = listBranch(conversation, candidate).filter(({ id }) => !isHere.has(id));
    const [first] = other;
    return first && isSaid(first) && prompts.has(first.parent) && other.some(isAnswer);
  });
}

/** Whether this is a prompt of the person and not of a summary. */
function isSaid(turn: Turn): boolean {
  return turn.role === 'user' && turn.compactedFrom === undefined;
}

const titleLength = 80;

/** Whether a branch begins with this turn because older turns were summed up. */
export function isSummary(turn: Turn): boolean {
  return turn.role === 'user' && turn.compactedFrom !== undefined && turn.copyOf === undefined;
}

/** The name, or else the first words of a prompt. Attached text is the title only if there is nothing else. */
export function toTitle({ name, turns, isCopy }: Conversation): string {
  if (name !== undefined) return name;
  // Piped text can be megabytes long.
  const beginning = findFirstPrompt(turns)
    .trimStart()
    .slice(0, 10 * titleLength);
  const title = Array.from(beginning.replaceAll(/\s+/g, ' ')).slice(0, titleLength).join('').trimEnd();
  return isCopy ? `${title} (copy)`.trimStart() : title;
}

function findFirstPrompt(turns: Conversation['turns']): string {
  for (const turn of turns.values()) {
    const prompt = turn.role === 'user' && !isSummary(turn) ? toPrompt(turn) : '';
    if (prompt !== '') return prompt;
  }
  return '';
}

/** The person's own words, which come before the attached files. */
export function toPrompt({ parts }: Turn): string {
  const texts = parts as { type: string; text?: string }[];
  return texts.find(({ type, text = '' }) => type === 'text' && text.trim() !== '')?.text ?? '';
}

/** The same, with the typed parts. Text is data unless it is known to be typed. */
export function toSaidPrompt(turn: UserTurn): PromptText {
  const text = toPrompt(turn);
  return { text, typed: readSpans(turn.typed, text.length) };
}

export function toPlainText({ parts }: Turn): string {
  return (parts as { type: string; text?: string }[])
    .flatMap((part) => (part.type === 'text' ? [part.text ?? ''] : []))
    .join('\n\n');
}
