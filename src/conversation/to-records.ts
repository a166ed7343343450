import type { UserMessage } from '../dialects/chat-request.ts';
import { type Conversation, listBranch } from './conversation.ts';
import type { JournalRecord, StoredPart } from './journal-record.ts';
import type { AssistantTurn, Turn } from './turn.ts';

type StorePart = (part: UserMessage['parts'][number]) => StoredPart;

/** The branch in use as the lines of a new journal. */
export function toRecords(conversation: Conversation, storePart: StorePart): JournalRecord[] {
  return listBranch(conversation).flatMap((turn) => toTurnRecords(turn, storePart));
}

function toTurnRecords(turn: Turn, storePart: StorePart): JournalRecord[] {
  if (turn.role === 'assistant') return toAnswerRecords(turn);
  const { id, parent = null, at, parts, system } = turn;
  const stored = parts.map(storePart);
  return [{ type: 'user', id, parent, at, parts: stored, ...(system !== undefined && { system }) }];
}

function toAnswerRecords({
  id,
  parent = '',
  at,
  model,
  parts,
  finish,
  usage,
  failure,
}: AssistantTurn): JournalRecord[] {
  let thoughts = 0;
  let calls = 0;
  const pieces = parts.map((part): JournalRecord => {
    if (part.type === 'text') return { type: 'text', turn: id, text: part.text };
    if (part.type === 'tool-call') {
      const { id: callId, name, arguments: text } = part;
      return { type: 'call', turn: id, index: calls++, id: callId, name, arguments: text };
    }
    const { type, model: _, ...fields } = part;
    return { type, turn: id, index: thoughts++, ...fields };
  });
  return [
    { type: 'assistant', id, parent, at, model },
    ...pieces,
    {
      type: 'end',
      turn: id,
      at,
      ...(finish && { finish }),
      ...(usage && { usage }),
      ...(failure !== undefined && { failure }),
    },
  ];
}
