import type { Output } from '../terminal/io.ts';
import type { BatchFile } from './batch-file.ts';
import { matchRecords, type StoredRecord } from './batch-record.ts';

export type BatchOutput = Pick<BatchFile, 'stored' | 'match'> & {
  add(index: number, record: Record<string, unknown>): void | Promise<void>;
  close(): void | Promise<void>;
};

/** Records in the order of the items, on an output that holds nothing of earlier runs. */
export function createStreamOutput(output: Pick<Output, 'write'>): BatchOutput {
  const waiting = new Map<number, string>();
  let next = 0;
  let writing: Promise<void> = Promise.resolve();
  const write = (line: string): void => {
    writing = writing.then(() => output.write(`${line}\n`));
  };
  return {
    stored: [],
    match: (items) => items.map(() => undefined),
    add(index, record) {
      waiting.set(index, JSON.stringify(record));
      for (let line = waiting.get(next); line !== undefined; line = waiting.get(next)) {
        waiting.delete(next);
        next += 1;
        write(line);
      }
      return writing;
    },
    /** What came while an earlier item was still being asked about is written, too. */
    async close() {
      const rest = [...waiting].sort(([a], [b]) => a - b);
      for (const [, line] of rest) write(line);
      await writing;
    },
  };
}

/** Records of earlier runs to which nothing is added. */
export function createStoredOutput(stored: readonly StoredRecord[], name: string): BatchOutput {
  return {
    stored,
    match: (items) => matchRecords(stored, items, name),
    add() {},
    close() {},
  };
}
