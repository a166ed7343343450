import type { FinishReason, Usage } from '../dialects/chat-event.ts';
import type { AssistantMessage, UserMessage } from '../dialects/chat-request.ts';
import { isObject, parseJson } from '../json-value.ts';
import type { PromptText } from '../prompt-text.ts';
import {
  type AssistantTurn,
  type CallResult,
  type CallState,
  type Conversation,
  type ConversationSums,
  type FileChange,
  isSaid,
  type ModelChoice,
} from './conversation.ts';

/** The journal format. A journal of a newer version is refused. */
export const journalVersion = 1;

/** A line of a journal. An answer is written as it arrives: its beginning, its pieces, its end. */
export type JournalRecord =
  | {
      type: 'conversation';
      version: number;
      id: string;
      at: string;
      name?: string;
      copiedFrom?: string;
      /** Absolute. Undefined in journals of older versions. */
      folder?: string;
      /** Began as a single prompt of a script or a shell. */
      oneShot?: true;
    }
  | UserRecord
  | {
      type: 'assistant';
      id: string;
      parent: string;
      at: string;
      model: string;
      effort?: string;
      copyOf?: string;
    }
  | { type: 'text'; turn: string; text: string }
  | { type: 'reasoning'; turn: string; index: number; text: string; opaque?: string; redacted?: boolean }
  | { type: 'call'; turn: string; index: number; id?: string; name?: string; arguments: string }
  | { type: 'end'; turn: string; at: string; finish?: FinishReason; usage?: Usage; failure?: string }
  /** A call of an answer was begun: it may have changed something from here on. */
  | { type: 'begun'; turn: string; call: number; at: string }
  /** The run was stopped before this call was allowed. */
  | { type: 'left'; turn: string; call: number; at: string }
  | ({ type: 'result'; turn: string; at: string } & StoredResult)
  | { type: 'head'; to: string | null; at: string }
  | { type: 'name'; name: string; at: string }
  | { type: 'pin'; prompt: string; pinned: boolean; at: string }
  /** The person continues a one-shot. */
  | { type: 'chat' }
  | ({ type: 'model' } & ModelChoice);

type UserRecord = {
  type: 'user';
  id: string;
  parent: string | null;
  at: string;
  parts: StoredPart[];
  typed?: PromptText['typed'];
  system?: string;
  copyOf?: string;
  compactedFrom?: string;
};

type StoredResult = {
  call: number;
  summary?: string;
  state?: CallState;
  parts: StoredPart[];
  isError?: boolean;
  changes?: StoredChange[];
};

/** The texts of a file are files, too. What one call made is what the next one finds, and is kept once. */
type StoredChange = { path: string; before?: StoredPart; after?: string; made?: StoredPart; isLost?: true };

export type Part = UserMessage['parts'][number];

/** A part in a journal. Images and documents are files, named by a hash of their content. */
export type StoredPart =
  | Extract<Part, { type: 'text' }>
  | { type: 'image'; mediaType: string; file: string }
  | { type: 'document'; mediaType: string; file: string; title?: string };

export type StorePart = (part: Part) => StoredPart;
export type LoadPart = (part: StoredPart) => Part;

/** Undefined if the line is torn, or not a record. */
export function parseRecord(line: string): JournalRecord | undefined {
  const value = parseJson(line);
  return isObject(value) && isRecord(value) ? (value as unknown as JournalRecord) : undefined;
}

/** Whether a line is whole and may be from a newer version. The journal is then intact. */
export function isForeignRecord(line: string): boolean {
  const value = parseJson(line);
  return isObject(value) && typeof value.type === 'string' && !Object.hasOwn(required, value.type);
}

export function formatRecord(record: JournalRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Required fields. */
const required: Record<JournalRecord['type'], Record<string, 'string' | 'number' | 'object' | 'boolean'>> = {
  conversation: { version: 'number', id: 'string', at: 'string' },
  user: { id: 'string', at: 'string', parts: 'object' },
  assistant: { id: 'string', parent: 'string', at: 'string', model: 'string' },
  text: { turn: 'string', text: 'string' },
  reasoning: { turn: 'string', index: 'number', text: 'string' },
  call: { turn: 'string', index: 'number', arguments: 'string' },
  end: { turn: 'string', at: 'string' },
  begun: { turn: 'string', call: 'number', at: 'string' },
  left: { turn: 'string', call: 'number', at: 'string' },
  result: { turn: 'string', call: 'number', at: 'string', parts: 'object' },
  head: { at: 'string' },
  name: { name: 'string', at: 'string' },
  pin: { prompt: 'string', pinned: 'boolean', at: 'string' },
  chat: {},
  model: { model: 'string' },
};

const requiredFields = new Map(
  Object.entries(required).map(([type, fields]) => [type, Object.entries(fields)]),
);

/** Must be fast: long conversations have hundreds of thousands of records. */
function isRecord(value: Record<string, unknown>): boolean {
  const fields = requiredFields.get(String(value.type));
  if (!fields) return false;
  for (const [name, type] of fields) if (typeof value[name] !== type || value[name] === null) return false;
  return true;
}

export function createConversation(record: JournalRecord & { type: 'conversation' }): Conversation {
  return {
    id: record.id,
    name: record.name,
    isOneShot: record.oneShot === true,
    isCopy: record.copiedFrom !== undefined,
    folder: record.folder,
    createdAt: record.at,
    updatedAt: record.at,
    turns: new Map(),
    head: undefined,
    heads: [],
    chosen: undefined,
    sums: { turns: 0, model: undefined, credits: undefined },
  };
}

/** Applies a record to a conversation. Ignores records about unknown turns. */
export function applyRecord(conversation: Conversation, record: JournalRecord, loadPart: LoadPart): void {
  if ('at' in record) conversation.updatedAt = record.at;
  switch (record.type) {
    case 'conversation':
      break;
    case 'user': {
      const { type: role, parent, parts, ...rest } = record;
      conversation.turns.set(record.id, {
        ...rest,
        role,
        parent: parent ?? undefined,
        parts: parts.map(loadPart),
      });
      if (record.copyOf === undefined) conversation.sums.turns += 1;
      moveHead(conversation, record.id);
      break;
    }
    case 'assistant': {
      const { type: role, ...rest } = record;
      conversation.turns.set(record.id, { ...rest, role, parts: [] });
      if (record.copyOf === undefined) {
        conversation.sums.turns += 1;
        conversation.sums.model = record.model;
        const answered = conversation.turns.get(record.parent);
        // A later round of a run that had begun before keeps its model, and a summary says nothing about the next prompt.
        if (answered && isSaid(answered)) conversation.chosen = undefined;
      }
      moveHead(conversation, record.id);
      break;
    }
    case 'head':
      moveHead(conversation, record.to ?? undefined);
      break;
    case 'name':
      conversation.name = record.name;
      conversation.isOneShot = false;
      break;
    case 'chat':
      conversation.isOneShot = false;
      break;
    case 'model': {
      const { type: _, ...chosen } = record;
      conversation.chosen = chosen;
      break;
    }
    case 'pin': {
      const turn = conversation.turns.get(record.prompt);
      if (turn?.role === 'user') turn.pinned = record.pinned;
      break;
    }
    default: {
      const turn = conversation.turns.get(record.turn);
      if (turn?.role !== 'assistant') break;
      if (record.type === 'begun' || record.type === 'result') applyResult(turn, record, loadPart);
      else if (record.type === 'left') turn.left = record.call;
      else applyPiece(turn, record);
      if (record.type === 'end' && turn.copyOf === undefined) addCost(conversation.sums, record.usage);
    }
  }
}

function moveHead(conversation: Conversation, to: string | undefined): void {
  conversation.head = to;
  if (to !== undefined) conversation.heads.push(to);
}

function addCost(sums: ConversationSums, usage: Usage | undefined): void {
  const cost = usage?.credits ?? usage?.estimatedCredits;
  if (cost !== undefined) sums.credits = (sums.credits ?? 0) + cost;
}

/** The first result of a call counts: no call is made twice. */
function applyResult(
  turn: AssistantTurn,
  record: Extract<JournalRecord, { type: 'begun' | 'result' }>,
  loadPart: LoadPart,
): void {
  turn.results ??= [];
  const { call } = record;
  let known = turn.results.find((result) => result.call === call);
  if (!known) {
    known = { call };
    turn.results.push(known);
  }
  if (record.type === 'begun' || known.parts) return;
  const { parts, isError, changes, summary, state } = record;
  known.parts = parts.map(loadPart).filter((part) => part.type !== 'document');
  Object.assign(
    known,
    isError && { isError },
    summary !== undefined && { summary },
    state && { state },
    changes && { changes: changes.map((change) => toChange(change, loadPart)) },
  );
}

function toChange({ path, before, after, made, isLost }: StoredChange, loadPart: LoadPart): FileChange {
  const old = before && readStored(before, loadPart);
  const text = made && readStored(made, loadPart);
  return {
    path,
    before: old,
    after,
    ...(text !== undefined && { made: text }),
    ...((isLost || (before && old === undefined)) && { isLost: true }),
  };
}

/** Undefined if its file is gone or damaged. */
function readStored(stored: StoredPart, loadPart: LoadPart): string | undefined {
  const part = loadPart(stored);
  return part.type === 'document' ? Buffer.from(part.data, 'base64').toString() : undefined;
}

function storeChange({ path, before, after, made, isLost }: FileChange, storePart: StorePart): StoredChange {
  const store = (text: string): StoredPart =>
    storePart({ type: 'document', mediaType: 'text/plain', data: Buffer.from(text).toString('base64') });
  return {
    path,
    ...(before !== undefined && { before: store(before) }),
    ...(after !== undefined && { after }),
    ...(made !== undefined && { made: store(made) }),
    ...(isLost && { isLost }),
  };
}

/** A result as a line of the journal. */
export function toResultRecord(
  turn: string,
  { call, parts = [], isError, changes, summary, state }: CallResult,
  { at, storePart }: { at: string; storePart: StorePart },
): JournalRecord & { type: 'result' } {
  return {
    type: 'result',
    turn,
    call,
    at,
    parts: parts.map(storePart),
    ...(isError && { isError }),
    ...(summary !== undefined && { summary }),
    ...(state && { state }),
    ...(changes && { changes: changes.map((change) => storeChange(change, storePart)) }),
  };
}

/** The parts of a record that may be files. */
export function listStoredParts(record: JournalRecord): StoredPart[] {
  if (record.type === 'user') return record.parts;
  if (record.type !== 'result') return [];
  return [
    ...record.parts,
    ...(record.changes ?? []).flatMap(({ before, made }) => [before ?? [], made ?? []].flat()),
  ];
}

type Piece = Exclude<Extract<JournalRecord, { turn: string }>, { type: 'begun' | 'left' | 'result' }>;

function applyPiece(turn: AssistantTurn, piece: Piece): void {
  switch (piece.type) {
    case 'text':
      addText(turn.parts, piece.text);
      break;
    case 'reasoning':
      addReasoning(turn.parts, piece);
      break;
    case 'call':
      addCall(turn.parts, piece);
      break;
    case 'end': {
      const { finish, usage, failure } = piece;
      Object.assign(turn, finish && { finish }, usage && { usage }, failure !== undefined && { failure });
    }
  }
}

type Parts = AssistantMessage['parts'];

function addText(parts: Parts, text: string): void {
  const last = parts.at(-1);
  if (last?.type === 'text') last.text += text;
  else parts.push({ type: 'text', text });
}

function addReasoning(parts: Parts, { index, text, opaque, redacted }: Piece & { type: 'reasoning' }): void {
  const blocks = parts.filter((part) => part.type === 'reasoning');
  const known = blocks[index];
  const block = known ?? { type: 'reasoning' as const, text: '' };
  if (!known) parts.push(block);
  block.text += text;
  Object.assign(block, opaque !== undefined && { opaque }, redacted && { redacted });
}

function addCall(parts: Parts, { index, id, name, arguments: text }: Piece & { type: 'call' }): void {
  const calls = parts.filter((part) => part.type === 'tool-call');
  const known = calls[index];
  const call = known ?? { type: 'tool-call' as const, id: '', name: '', arguments: '' };
  if (!known) parts.push(call);
  call.arguments += text;
  Object.assign(call, id !== undefined && { id }, name !== undefined && { name });
}
