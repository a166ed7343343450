import { closeSync } from 'node:fs';
import { listBranch, type Turn } from './conversation.ts';
import { beginConversation, openJournal } from './journal.ts';
import { applyRecord, type JournalRecord, type LoadPart, parseRecord } from './journal-record.ts';
import { readLinesBackwards, readPieces, splitPiece } from './lines-file.ts';

/** The end of the branch in use. */
export type RecentTurns = {
  /** In the order of time. */
  turns: readonly Turn[];
  /** Whether the branch begins with them. */
  isWhole: boolean;
};

type RecentTurnsOptions = {
  /** How many are wanted. */
  count: number;
  loadPart: LoadPart;
  /** How much of the end of the journal is read at the most, in bytes. */
  maxBytes?: number;
};

/** What is parsed in some ten milliseconds. */
const usualMaxBytes = 4 * 1024 * 1024;

/**
 * The last turns of a conversation, from the end of its journal: fewer than are wanted where the others are said further back than
 * `maxBytes`, and undefined if all of them are. Throws CliError `config` if the file is not a journal, or one of a newer version of
 * this program.
 */
export function readRecentTurns(path: string, options: RecentTurnsOptions): RecentTurns | undefined {
  const { count, loadPart, maxBytes = usualMaxBytes } = options;
  const conversation = beginConversation(path, readFirstRecord(path));
  const records: JournalRecord[] = [];
  const branch = createBranchFinder();
  let end: number | undefined;
  for (const { line, position } of readLinesBackwards(path)) {
    const record = parseRecord(line.toString());
    if (record) {
      records.push(record);
      branch.add(record);
    }
    if (branch.isWhole() || branch.length() >= count) break;
    end ??= position + line.length;
    if (position > 0 && end - position > maxBytes) {
      if (branch.length() === 0) return undefined;
      break;
    }
  }
  for (const record of records.reverse()) applyRecord(conversation, record, loadPart);
  const turns = listBranch(conversation).slice(-count);
  return { turns, isWhole: turns.every(({ parent }, index) => index > 0 || !parent) };
}

function readFirstRecord(path: string): JournalRecord | undefined {
  const file = openJournal(path);
  try {
    for (const { piece } of readPieces(file, 4096))
      for (const { line } of splitPiece(piece)) return parseRecord(line.toString());
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Follows the branch in use from its end, while the records of a journal come from the last to the first. */
function createBranchFinder() {
  const parents = new Map<string, string | undefined>();
  let isHeadKnown = false;
  let length = 0;
  /** The turn before those that were found; undefined if the branch begins with them. */
  let next: string | undefined;

  function setHead(to: string | undefined): void {
    if (!isHeadKnown) next = to;
    isHeadKnown = true;
  }

  return {
    add(record: JournalRecord): void {
      if (record.type === 'head') setHead(record.to ?? undefined);
      if (record.type !== 'user' && record.type !== 'assistant') return;
      setHead(record.id);
      parents.set(record.id, record.parent || undefined);
      while (next !== undefined && parents.has(next)) {
        const parent = parents.get(next);
        // Nothing that somebody wrote into a journal may keep us here.
        parents.delete(next);
        next = parent;
        length += 1;
      }
    },
    length: () => length,
    isWhole: () => isHeadKnown && next === undefined,
  };
}
