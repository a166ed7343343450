import type { AssistantTurn, Conversation, Turn } from './conversation.ts';
import { listBranch } from './current-branch.ts';
import { type JournalRecord, type StorePart, toResultRecord } from './journal-record.ts';

/** The current branch as the lines of a new journal. The prompt of a summary is nobody's there, too. */
export function toRecords(conversation: Conversation, storePart: StorePart): JournalRecord[] {
  const { chosen } = conversation;
  const turns = listBranch(conversation).flatMap((turn) => toTurnRecords(withoutOrigin(turn), storePart));
  return chosen ? [...turns, { type: 'model', ...chosen }] : turns;
}

function withoutOrigin(turn: Turn): Turn {
  const { copyOf, ...rest } = turn;
  if (rest.role === 'assistant' || copyOf === undefined) return rest;
  const { compactedFrom: __, ...prompt } = rest;
  return prompt;
}

export function toTurnRecords(turn: Turn, storePart: StorePart): JournalRecord[] {
  if (turn.role === 'assistant') return toAnswerRecords(turn, storePart);
  const { role: type, parent = null, parts, pinned, ...fields } = turn;
  const record: JournalRecord = { type, ...fields, parent, parts: parts.map(storePart) };
  return pinned ? [record, { type: 'pin', prompt: turn.id, pinned, at: turn.at }] : [record];
}

function toAnswerRecords(
  {
    id,
    parent = '',
    at,
    model,
    effort,
    parts,
    finish,
    usage,
    failure,
    copyOf,
    results = [],
    left,
  }: AssistantTurn,
  storePart: StorePart,
): JournalRecord[] {
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
    {
      type: 'assistant',
      id,
      parent,
      at,
      model,
      ...(effort !== undefined && { effort }),
      ...(copyOf !== undefined && { copyOf }),
    },
    ...pieces,
    {
      type: 'end',
      turn: id,
      at,
      ...(finish && { finish }),
      ...(usage && { usage }),
      ...(failure !== undefined && { failure }),
    },
    ...results.map(
      (result): JournalRecord =>
        result.parts
          ? toResultRecord(id, result, { at, storePart })
          : { type: 'begun', turn: id, call: result.call, at },
    ),
    ...(left === undefined ? [] : [{ type: 'left' as const, turn: id, call: left, at }]),
  ];
}
