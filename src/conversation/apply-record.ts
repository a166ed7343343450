import type { Usage } from '../dialects/chat-event.ts';
import type { AssistantMessage, UserMessage } from '../dialects/chat-request.ts';
import type { Conversation, ConversationSums } from './conversation.ts';
import type { JournalRecord, StoredPart } from './journal-record.ts';
import type { AssistantTurn } from './turn.ts';

export function createConversation(record: JournalRecord & { type: 'conversation' }): Conversation {
  return {
    id: record.id,
    name: record.name,
    isOneShot: record.oneShot === true,
    createdAt: record.at,
    updatedAt: record.at,
    turns: new Map(),
    head: undefined,
    heads: [],
    sums: { turns: 0, model: undefined, credits: undefined },
  };
}

/** What a record adds to a conversation; one about a turn that is not there adds nothing. `loadPart` reads a file. */
export function applyRecord(
  conversation: Conversation,
  record: JournalRecord,
  loadPart: (part: StoredPart) => UserMessage['parts'][number],
): void {
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
    case 'pin': {
      const turn = conversation.turns.get(record.prompt);
      if (turn?.role === 'user') turn.pinned = record.pinned;
      break;
    }
    default: {
      const turn = conversation.turns.get(record.turn);
      if (turn?.role !== 'assistant') break;
      applyPiece(turn, record);
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

type Piece = Extract<JournalRecord, { turn: string }>;

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
