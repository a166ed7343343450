import type { FinishReason, Usage } from '../dialects/chat-event.ts';
import type { AssistantMessage, UserMessage } from '../dialects/chat-request.ts';
import type { PromptText } from '../prompt-text.ts';

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
