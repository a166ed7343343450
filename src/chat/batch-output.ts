import { fstatSync, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { Context } from '../context.ts';
import type { Output } from '../terminal/io.ts';
import { type BatchFile, listBatchFiles } from './batch-file.ts';
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

/**
 * Whether a file is one that the batch writes, by the name of its output or because a shell sent stdout or stderr there: it grows while it is
 * asked about, and would be asked about again each time.
 */
export function createOwnCheck(
  { io, cwd }: Pick<Context, 'io' | 'cwd'>,
  name: string | undefined,
): (path: string) => Promise<boolean> {
  const own = name === undefined || name === '-' ? [] : listBatchFiles(name, cwd);
  const redirected = [io.stdout, io.stderr].flatMap(({ fd }) => findFile(fd) ?? []);
  return async (path) => {
    if (own.length > 0 && own.includes(await realpath(path).catch(() => path))) return true;
    if (redirected.length === 0) return false;
    const there = await stat(path).catch(() => undefined);
    return there !== undefined && redirected.some(({ dev, ino }) => there.dev === dev && there.ino === ino);
  };
}

function findFile(fd: number | undefined): Stats | undefined {
  try {
    const found = fd === undefined ? undefined : fstatSync(fd);
    return found?.isFile() ? found : undefined;
  } catch {
    return undefined;
  }
}
