import { isObject, parseJson } from '../json-value.ts';
import { type Conversation, toTitle } from './conversation.ts';

/** What a list shows of a conversation. */
export type Summary = {
  id: string;
  name: string | undefined;
  /** The name, or the first words. */
  title: string;
  /** ISO 8601. */
  createdAt: string;
  updatedAt: string;
  /** All that were ever said, on every branch. */
  turns: number;
  /** Of the last answer. */
  model: string | undefined;
  /** What the answers cost together, as far as it is known, in AI credits. */
  credits: number | undefined;
  /** See Conversation. Undefined in an index that an older version wrote. */
  isOneShot?: boolean;
  /** An answer is being written, or was when its process was killed: the journal knows more than this. */
  open: boolean;
};

export function toSummary(conversation: Conversation, open: boolean): Summary {
  const { id, name, createdAt, updatedAt, sums, isOneShot } = conversation;
  return { id, name, title: toTitle(conversation), createdAt, updatedAt, ...sums, isOneShot, open };
}

/** Those that somebody may want to go on with. */
export function listChats(summaries: readonly Summary[]): Summary[] {
  return summaries.filter(({ isOneShot }) => !isOneShot);
}

/** A shorter beginning of an id stands for nothing. */
const minIdLength = 4;

/** Those whose id begins so. */
export function listBegun(summaries: readonly Summary[], beginning: string): Summary[] {
  return beginning.length < minIdLength ? [] : summaries.filter(({ id }) => id.startsWith(beginning));
}

/** The one that a name, an id or the beginning of an id stands for. */
export function findSummary(summaries: readonly Summary[], nameOrId: string): Summary | undefined {
  const named = summaries.find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (named) return named;
  const begun = listBegun(summaries, nameOrId);
  return begun.length === 1 ? begun[0] : undefined;
}

export function parseSummary(line: string): Summary | undefined {
  const value = parseJson(line);
  return isObject(value) && typeof value.id === 'string' && typeof value.updatedAt === 'string'
    ? (value as unknown as Summary)
    : undefined;
}
