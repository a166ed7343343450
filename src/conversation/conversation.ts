import type { FinishReason, Usage } from '../dialects/chat-event.ts';
import type { AssistantMessage, ToolCallPart, ToolMessage, UserMessage } from '../dialects/chat-request.ts';
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
  /** The call at whose question the run was stopped. It was not begun, and neither was any behind it. */
  left?: number;
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
  /** There was such a file, and its copy is gone or damaged: `before` is not known. */
  isLost?: true;
};

/** Everything that was said, and the current position. */
export type Conversation = {
  id: string;
  name: string | undefined;
  /** A single prompt of a script or a shell, without a name. It is kept, but hidden from the chats. */
  isOneShot: boolean;
  /** Whether it began as a copy of another one. */
  isCopy: boolean;
  /** Where it began. Undefined if that is not known. */
  folder: string | undefined;
  /** ISO 8601. */
  createdAt: string;
  updatedAt: string;
  turns: Map<string, Turn>;
  /** The last turn of the current branch. Undefined before the first turn, or if everything was undone. */
  head: string | undefined;
  /** Every turn that was the head, oldest first. */
  heads: string[];
  /** What the person chose since the last answer: its model and effort are no longer in force. */
  chosen: ModelChoice | undefined;
  /** Sums over all branches. Copied turns count once. */
  sums: ConversationSums;
};

/** The model for the next prompt, and the effort. Without one the model decides. */
export type ModelChoice = { model: string; effort?: string };

export type ConversationSums = {
  turns: number;
  /** Of the last answer. */
  model: string | undefined;
  /** The known cost of all answers, in AI credits. */
  credits: number | undefined;
};

/** A branch up to its last answer. Prompts without an answer are not sent again. */
export function listAnswered(branch: readonly Turn[]): readonly Turn[] {
  return branch.slice(0, branch.findLastIndex(isAnswer) + 1);
}

/** Thinking without text or a call is not an answer. */
export function isAnswer({ role, parts }: Turn): boolean {
  return role === 'assistant' && parts.some(({ type }) => type !== 'reasoning');
}

export function findSystem(branch: readonly Turn[]): string | undefined {
  for (let index = branch.length - 1; index >= 0; index -= 1) {
    const turn = branch[index];
    if (turn?.role === 'user' && turn.system !== undefined) return turn.system;
  }
  return undefined;
}

export function listCalls({ parts }: AssistantTurn): ToolCallPart[] {
  return parts.filter((part) => part.type === 'tool-call');
}

/** Whether this is a prompt of the person and not of a summary. */
export function isSaid(turn: Turn): boolean {
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
