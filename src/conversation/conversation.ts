import type { FinishReason, Usage } from '../dialects/chat-event.ts';
import {
  type AssistantMessage,
  createTextMessage,
  type Message,
  type UserMessage,
} from '../dialects/chat-request.ts';
import { type PromptText, readSpans } from '../prompt-text.ts';

/** One message of a conversation, and the one that it follows: turns are a tree, so that nothing said is ever overwritten. */
export type Turn = UserTurn | AssistantTurn;

type TurnBase = {
  /** Good within one conversation. */
  id: string;
  /** Undefined for a first turn. */
  parent: string | undefined;
  /** ISO 8601. */
  at: string;
  /** The turn that this one repeats on another branch: it was said once, and is found and counted there. */
  copyOf?: string;
};

export type UserTurn = TurnBase & {
  role: 'user';
  parts: UserMessage['parts'];
  /** What of the prompt a person typed, if that may mention a file. All else is data when it is edited. */
  typed?: PromptText['typed'];
  /** The system prompt from here on, until a later turn has another one. */
  system?: string;
  /** It and its answer are to stay as they are when older turns are put together in a summary. */
  pinned?: boolean;
  /** The head of the branch that the next answer is a summary of. */
  compactedFrom?: string;
};

export type AssistantTurn = TurnBase & {
  role: 'assistant';
  parts: AssistantMessage['parts'];
  /** The model that was asked. */
  model: string;
  usage?: Usage;
  /** Undefined while it is written, and for ever where it was cut off. */
  finish?: FinishReason;
  /** Why it was cut off, in the words of the error. */
  failure?: string;
};

/** All that was ever said in a conversation, and where it stands. */
export type Conversation = {
  id: string;
  name: string | undefined;
  /** One prompt of a script or a shell that nobody named or went on with: it is kept, and out of the way of chats. */
  isOneShot: boolean;
  /** ISO 8601. */
  createdAt: string;
  updatedAt: string;
  turns: Map<string, Turn>;
  /** The last turn of the branch in use; undefined before the first, and where everything was undone. */
  head: string | undefined;
  /** Every turn that was the head, in the order of time. */
  heads: string[];
  /** What was said on all branches, without what was copied from one to another. */
  sums: ConversationSums;
};

export type ConversationSums = {
  turns: number;
  /** Of the last answer. */
  model: string | undefined;
  /** What the answers cost together, as far as it is known, in AI credits. */
  credits: number | undefined;
};

/** What is derived of a branch; it grows by a turn at a time, is asked for many times a turn, and may have a thousand turns. */
type View = {
  head: string;
  branch: readonly Turn[];
  /** The messages of all turns but the last, which may still be written, and the system prompt that they leave. Handed on with the view. */
  messages: Message[];
  system: string | undefined;
};

/** Of the branches in use. */
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
  // Nobody else has this list, and a new one for each turn of a long chat would be much garbage.
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

/** A branch up to its last answer: what was asked in vain after that is not asked again. */
export function listAnswered(branch: readonly Turn[]): readonly Turn[] {
  return branch.slice(0, branch.findLastIndex(isAnswer) + 1);
}

/** Thinking without a word or a call after it is no answer. */
function isAnswer({ role, parts }: Turn): boolean {
  return role === 'assistant' && parts.some(({ type }) => type !== 'reasoning');
}

/** The system prompt that holds at the end of a branch. */
export function findSystem(branch: readonly Turn[]): string | undefined {
  for (let index = branch.length - 1; index >= 0; index -= 1) {
    const turn = branch[index];
    if (turn?.role === 'user' && turn.system !== undefined) return turn.system;
  }
  return undefined;
}

/** The tokens of the last answer on the branch in use, where the service told them. */
export function findLastUsage(conversation: Conversation): Usage | undefined {
  const last = listBranch(conversation).findLast((turn) => turn.role === 'assistant' && turn.usage);
  return last?.role === 'assistant' ? last.usage : undefined;
}

/** The branch in use as a model is shown it: the latest system prompt first. Answers that were cut before their first word are left out. */
export function listMessages(conversation: Conversation): Message[] {
  if (conversation.head === undefined) return [];
  const { branch, messages, system } = view(conversation, conversation.head);
  const last = branch.slice(-1);
  const text = findSystem(last) ?? system;
  return withSystem(text, [...messages, ...last.flatMap(toMessage)]);
}

/** The same of turns that stand for themselves. */
export function toMessages(branch: readonly Turn[]): Message[] {
  return withSystem(findSystem(branch), branch.flatMap(toMessage));
}

function withSystem(text: string | undefined, said: Message[]): Message[] {
  return text === undefined || text === '' ? said : [createTextMessage('system', text), ...said];
}

function toMessage(turn: Turn): Message | [] {
  if (turn.role === 'assistant' ? !isAnswer(turn) : turn.parts.length === 0) return [];
  if (turn.role === 'user') return { role: 'user', parts: turn.parts };
  const { model } = turn;
  const parts = turn.parts.map((part) => (part.type === 'reasoning' ? { model, ...part } : part));
  return { role: 'assistant', parts };
}

/** The head before the last thing that the person said. Undefined if nothing was said; `to` is undefined for the very beginning. */
export function findUndo(conversation: Conversation): { to: string | undefined } | undefined {
  const last = listBranch(conversation).findLast(({ role }) => role === 'user');
  return last && { to: last.parent };
}

/**
 * The head that an undo or an edit left: the latest one that grew from where we are, or from the last answer, where what was asked since then
 * was asked in vain; else the latest one that begins with another prompt in the place of one of ours.
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

/** The latest head of a branch that answers another prompt in the place of one of this branch. */
function findReplaced(conversation: Conversation, branch: readonly Turn[]): string | undefined {
  const isHere = new Set(branch.map(({ id }) => id));
  const prompts = new Set(branch.flatMap((turn) => (isSaid(turn) ? [turn.parent] : [])));
  return conversation.heads.findLast((candidate) => {
    const other = listBranch(conversation, candidate).filter(({ id }) => !isHere.has(id));
    const [first] = other;
    return first && isSaid(first) && prompts.has(first.parent) && other.some(isAnswer);
  });
}

/** Whether a person said it: a summary takes the place of what was said, too. */
function isSaid(turn: Turn): boolean {
  return turn.role === 'user' && turn.compactedFrom === undefined;
}

const titleLength = 80;

/** The name, or the first words that were said, for a list. What goes along with them is no title, unless there is nothing else. */
export function toTitle({ name, turns }: Conversation): string {
  if (name !== undefined) return name;
  // What was piped in can be megabytes.
  const beginning = findFirstPrompt(turns)
    .trimStart()
    .slice(0, 10 * titleLength);
  return Array.from(beginning.replaceAll(/\s+/g, ' ')).slice(0, titleLength).join('').trimEnd();
}

function findFirstPrompt(turns: Conversation['turns']): string {
  for (const turn of turns.values()) {
    const prompt = turn.role === 'user' ? toPrompt(turn) : '';
    if (prompt !== '') return prompt;
  }
  return '';
}

/** What the person said in their own words, which come before the files that go along. */
export function toPrompt({ parts }: Turn): string {
  const texts = parts as { type: string; text?: string }[];
  return texts.find(({ type, text = '' }) => type === 'text' && text.trim() !== '')?.text ?? '';
}

/** The same, and what of it the person typed: what is not known to be typed is data. */
export function toSaidPrompt(turn: UserTurn): PromptText {
  const text = toPrompt(turn);
  return { text, typed: readSpans(turn.typed, text.length) };
}

/** The text of a turn, without thinking and calls. */
export function toPlainText({ parts }: Turn): string {
  return (parts as { type: string; text?: string }[])
    .flatMap((part) => (part.type === 'text' ? [part.text ?? ''] : []))
    .join('\n\n');
}
