import type { UserMessage } from '../dialects/chat-request.ts';
import { type Conversation, listBranch } from './conversation.ts';
import type { JournalRecord, StoredPart } from './journal-record.ts';
import type { AssistantTurn, Turn } from './turn.ts';

type StorePart = (part: UserMessage['parts'][number]) => StoredPart;

/** The branch in use as the lines of a new journal, which knows nothing of other branches. */
export function toRecords(conversation: Conversation, storePart: StorePart): JournalRecord[] {
  return listBranch(conversation).flatMap((turn) => toTurnRecords(withoutOrigin(turn), storePart));
}

function withoutOrigin(turn: Turn): Turn {
  const { copyOf: _, ...rest } = turn;
  if (rest.role === 'assistant') return rest;
  const { compactedFrom: __, ...prompt } = rest;
  return prompt;
}

/** One turn as lines of a journal. */
export function toTurnRecords(turn: Turn, storePart: StorePart): JournalRecord[] {
  if (turn.role === 'assistant') return toAnswerRecords(turn);
  const { role: type, parent = null, parts, pinned, ...fields } = turn;
  const record: JournalRecord = { type, ...fields, parent, parts: parts.map(storePart) };
  return pinned ? [record, { type: 'pin', prompt: turn.id, pinned, at: turn.at }] : [record];
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
  copyOf,
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
    { type: 'assistant', id, parent, at, model, ...(copyOf !== undefined && { copyOf }) },
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
