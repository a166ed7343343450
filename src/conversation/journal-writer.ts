import { appendRecords, hasTurns } from './journal.ts';
import type { JournalRecord } from './journal-record.ts';

export type JournalWriterOptions = {
  /** How long the journal was when it was read, in bytes; 0 for one that is not there yet. */
  size: number;
  /** Told once, where somebody else has said something in the same conversation since then. */
  onOthers: () => void;
};

/** Adds to one journal, as `appendRecords` does, and notices where another process does so, too. */
export function createJournalWriter(
  path: string,
  { size, onOthers }: JournalWriterOptions,
): (records: readonly JournalRecord[]) => void {
  /** What we know the file to end with; undefined after a write that failed. */
  let known: number | undefined = size;
  let isTold = false;

  return (records) => {
    if (records.length === 0) return;
    const expected = known;
    known = undefined;
    const { from, to } = appendRecords(path, records);
    known = to;
    if (isTold || expected === undefined || from <= expected) return;
    // Others may also have given it another name, which is no branch.
    isTold = hasTurns(path, { from: expected, to: from });
    if (isTold) onOthers();
  };
}
