import { closeSync } from 'node:fs';
import type { Turn } from './conversation.ts';
import { listBranch } from './current-branch.ts';
import { beginConversation, openJournal } from './journal.ts';
import { applyRecord, type JournalRecord, type LoadPart, parseRecord } from './journal-record.ts';
import { readLinesBackwards, readPieces, splitPiece } from './lines-file.ts';

/** The end of the current branch. */
export type RecentTurns = {
  /** Oldest first. */
  turns: readonly Turn[];
  /** Whether these turns are the whole branch. */
  isWhole: boolean;
};

type RecentTurnsOptions = {
  count: number;
  loadPart: LoadPart;
  /** The most bytes to read from the end of the journal. */
  maxBytes?: number;
};

/** Takes about ten milliseconds to parse. */
const usualMaxBytes = 4 * 1024 * 1024;

/**
 * The last turns, read from the end of the journal. Fewer than wanted if the others are beyond `maxBytes`, undefined if all are. Throws
 * CliError `config` if the file is not a journal, or is from a newer version.
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

/** Follows the current branch from its end. Records come from last to first. */
function createBranchFinder() {
  const parents = new Map<string, string | undefined>();
  let isHeadKnown = false;
  let length = 0;
  /** The turn before those found; undefined at the beginning of the branch. */
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
        // A cycle in a damaged journal must not keep us here.
        parents.delete(next);
        next = parent;
        length += 1;
      }
    },
    length: () => length,
    isWhole: () => isHeadKnown && next === undefined,
  };
}
