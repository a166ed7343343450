import {
  type AssistantTurn,
  type Conversation,
  listCalls,
  type Turn,
  toTitle,
  type UserTurn,
} from '../conversation/conversation.ts';
import { listBranch, toResultText } from '../conversation/current-branch.ts';
import { findIncompleteReason } from '../copilot/check-answer.ts';
import { toOneLine } from '../terminal-text.ts';

/** The current branch for a person, without what only a service understands. */
type Transcript = {
  id: string;
  title: string;
  createdAt: string;
  updatedAt: string;
  passages: Passage[];
};

/** What one side said at one time. */
export type Passage = {
  speaker: 'system' | 'user' | 'assistant';
  /** The speaker's name. */
  name: string;
  /** ISO 8601. */
  at: string;
  blocks: Block[];
};

export type Block =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  /** `data` is base64. */
  | { type: 'image'; mediaType: string; data: string; label: string }
  | { type: 'document'; label: string }
  | { type: 'call'; name: string; arguments: string }
  /** `text` is undefined if nobody knows what came of the call. */
  | { type: 'result'; name: string; text: string | undefined; isError: boolean }
  | { type: 'cut'; reason: string };

export function toTranscript(conversation: Conversation): Transcript {
  const { id, createdAt, updatedAt } = conversation;
  const title = toOneLine(toTitle(conversation)) || '(no title)';
  return { id, title, createdAt, updatedAt, passages: listBranch(conversation).flatMap(toPassages) };
}

function toPassages(turn: Turn): Passage[] {
  const { at, role: speaker } = turn;
  if (turn.role === 'assistant')
    return [{ speaker, name: toOneLine(turn.model), at, blocks: toAnswerBlocks(turn) }];
  const said: Passage = { speaker, name: 'You', at, blocks: turn.parts.map(toBlock) };
  if (turn.system === undefined) return [said];
  const blocks: Block[] = [{ type: 'text', text: turn.system }];
  return [{ speaker: 'system', name: 'System prompt', at, blocks }, said];
}

function toBlock(part: UserTurn['parts'][number]): Block {
  if (part.type === 'text') return { type: 'text', text: part.text };
  if (part.type === 'document') {
    const { title, mediaType, data } = part;
    return { type: 'document', label: describeFile(toOneLine(title ?? 'document'), mediaType, data) };
  }
  if ('url' in part.source) return { type: 'text', text: part.source.url };
  const { mediaType, data } = part.source;
  return { type: 'image', mediaType, data, label: describeFile('image', mediaType, data) };
}

function toAnswerBlocks(turn: AssistantTurn): Block[] {
  const { parts, finish, failure } = turn;
  const blocks = parts.flatMap((part): Block[] => {
    if (part.type === 'text') return [{ type: 'text', text: part.text }];
    if (part.type === 'reasoning') return part.text === '' ? [] : [{ type: 'reasoning', text: part.text }];
    return [{ type: 'call', name: toOneLine(part.name), arguments: part.arguments }];
  });
  if (finish !== undefined) return [...blocks, ...toResultBlocks(turn)];
  return [...blocks, { type: 'cut', reason: toOneLine(describeEnd(failure)) }];
}

/** The label before it says that something is missing. */
function describeEnd(failure = 'the answer did not end'): string {
  return findIncompleteReason(failure) ?? failure;
}

/** `view gave:`, and what follows stands below it. */
export function describeResult({ name, text, isError }: Block & { type: 'result' }): string {
  if (text === undefined) return `nobody knows what came of ${name}`;
  return `${name} ${isError ? 'failed' : 'gave'}:`;
}

function toResultBlocks(turn: AssistantTurn): Block[] {
  const calls = listCalls(turn);
  return (turn.results ?? []).map(({ call, parts, isError = false }) => ({
    type: 'result',
    name: toOneLine(calls[call]?.name ?? ''),
    text: parts && toResultText(parts),
    isError,
  }));
}

function describeFile(name: string, mediaType: string, data: string): string {
  return `${name}, ${toOneLine(mediaType)}, ${formatBytes(Buffer.byteLength(data, 'base64'))}`;
}

/** `812 bytes`, `12 kB`, `3.4 MB`. */
function formatBytes(count: number): string {
  if (count < 1000) return `${count} bytes`;
  return count < 999_500 ? `${Math.round(count / 1000)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}
