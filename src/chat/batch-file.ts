import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  realpathSync,
  rmSync,
  type Stats,
  statSync,
  truncateSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../errors.ts';
import { describeFileProblem, isDiskFailure } from '../file-problem.ts';
import { advise, flag } from '../hint.ts';
import { formatWithTexts } from '../json-text.ts';
import { parseJson } from '../json-value.ts';
import { refuseLinkOut } from '../output/named-output.ts';
import { writeAtomically } from '../write-atomically.ts';
import { createLoss, createLostError, lockBatchFile } from './batch-lock.ts';
import {
  appendWhole,
  createNotesFile,
  createReadError,
  type NotesFile,
  readLines,
  readNotes,
} from './batch-notes.ts';
import { type BatchItem, matchRecords, parseRecord, type StoredRecord } from './batch-record.ts';

/** The file with the records of a batch, earlier runs included. */
export type BatchFile = {
  /** Records of earlier runs. */
  stored: readonly StoredRecord[];
  /** The records of earlier runs, item by item. Must be called before anything is added. Throws CliError `usage` if some would be lost. */
  match(items: readonly BatchItem[]): readonly (StoredRecord | undefined)[];
  /** Keeps a record: when this returns, a process that is killed does not lose it. */
  add(index: number, record: Record<string, unknown>): void;
  /** Puts the records in the order of the items, and lets go of the file. */
  close(): Promise<void>;
};

export type BatchFileOptions = {
  /** As the person named it. */
  name: string;
  cwd: string;
  signal: AbortSignal;
  now: () => number;
  /** Called with the failure if another run took the file. */
  onLost: (error: CliError) => void;
};

/** How long to wait for word that the lock is another's: it is looked at twice as often. In milliseconds. */
const lossPatienceMs = 10_000;

/** How every line of a batch begins, a torn one too. */
const recordStart = '{"schema_version":';

/**
 * A batch's file, locked for this run. Appends records in the order of the items. Early records go to `….unfinished`, which also names the
 * writer; a run that ends by itself removes it.
 */
export async function openBatchFile(options: BatchFileOptions): Promise<BatchFile> {
  const { name, cwd, signal, now, onLost } = options;
  refuseLinkOut(name, cwd);
  const path = toRealPath(resolve(cwd, name));
  const notesPath = toNotesPath(path);
  checkPlace(path, name);
  const notesFile = createNotesFile(notesPath);
  const lost = createLoss(onLost, name);
  const release = await lockBatchFile(path, notesPath, {
    signal,
    name,
    now,
    readHolder: () => readNotes(notesPath).holder,
    writeHolder(holder) {
      // The notes of a file that was removed are about nothing.
      if (!existsSync(path)) rmSync(notesPath, { force: true });
      notesFile.add(JSON.stringify(holder));
    },
    onLost: lost.report,
  }).catch((error) => {
    throw error instanceof CliError || signal.aborted ? error : createWriteError(name, error);
  });
  const letGo = async (isDone: boolean): Promise<void> => {
    // We may have lost the lock without knowing, and the file may now be another run's.
    if (!notesFile.isUntouched()) {
      const timer = new AbortController();
      const patience = sleep(lossPatienceMs, undefined, { signal: timer.signal }).catch(() => {});
      await Promise.race([lost.reported, patience]);
      timer.abort();
    }
    if (lost.error()) return;
    if (isDone) rmSync(notesPath, { force: true });
    await release();
  };

  const notes = readNotes(notesPath);
  let content: FileContent;
  try {
    content = readContent(path, name);
    notes.records = parseLines(notes.lines, notesPath);
  } catch (error) {
    await letGo(notes.lines.length === 0);
    throw error;
  }
  const writer = createWriter({
    path,
    name,
    content,
    notesPath,
    notesFile,
    checkLock() {
      const error = lost.error() ?? (notesFile.isUntouched() ? undefined : createLostError(name));
      if (error) throw error;
    },
  });
  const inFile = new Set(content.records.map(({ line }) => line));
  const waiting = notes.records.filter(({ line }) => !inFile.has(line));
  const stored = [...content.records, ...waiting];
  return {
    stored,
    match(items) {
      const matched = matchRecords(stored, items, name);
      writer.begin(matched);
      return matched;
    },
    add: (index, record) => writer.add(index, formatWithTexts(record)),
    async close() {
      let isDone = false;
      try {
        isDone = writer.finish() || waiting.length === 0;
      } finally {
        await letGo(isDone);
      }
    },
  };
}

/** The records that a run would continue from. Only reads, so takes no lock. */
export function readBatchFile(name: string, cwd: string): StoredRecord[] {
  const path = toRealPath(resolve(cwd, name));
  const { records } = readContent(path, name);
  const notesPath = toNotesPath(path);
  return existsSync(path) ? [...records, ...parseLines(readNotes(notesPath).lines, notesPath)] : records;
}

/** All that a run writes, by real path. */
export function listBatchFiles(name: string, cwd: string): string[] {
  const path = toRealPath(resolve(cwd, name));
  return [path, toNotesPath(path), toNextPath(path)];
}

type WriterOptions = {
  path: string;
  name: string;
  content: FileContent;
  notesPath: string;
  notesFile: NotesFile;
  /** Throws the failure of a run that lost its lock. */
  checkLock: () => void;
};

type Writer = {
  begin(matched: readonly (StoredRecord | undefined)[]): void;
  add(index: number, line: string): void;
  /** False if nothing was begun. */
  finish(): boolean;
};

function createWriter({ path, name, content, notesPath, notesFile, checkLock }: WriterOptions): Writer {
  let lines: (string | undefined)[] | undefined;
  /** How many items, from the first, the file has in their order, and nothing else; undefined if it must be put in order at the end. */
  let inOrder: number | undefined;
  let mustRewrite = false;
  let file: number | undefined;
  let size = content.end;

  function open(): number {
    if (file !== undefined) return file;
    if (existsSync(path)) truncateSync(path, size);
    file = openSync(path, 'a', 0o600);
    return file;
  }

  /** The file may be removed or changed during the run. */
  function checkUntouched(): void {
    checkLock();
    const [ours, there] = [fstatSync(open()), statSync(path, { throwIfNoEntry: false })];
    if (there?.ino !== ours.ino || there.size !== size) throw createTouchedError(name, notesPath);
  }

  function append(text: string): void {
    checkUntouched();
    appendWhole(open(), text);
    size += Buffer.byteLength(text);
  }

  /** Replaces the file by one that has all records in the order of the items. */
  function rewrite(all: readonly (string | undefined)[]): void {
    checkUntouched();
    close();
    const ordered = all.flatMap((line) => (line === undefined ? [] : `${line}\n`));
    const mode = statSync(path).mode & 0o777;
    writeAtomically(path, ordered, { mode, temporary: toNextPath(path), isDurable: true });
  }

  function close(): void {
    if (file !== undefined) closeSync(file);
    file = undefined;
  }

  return {
    begin(matched) {
      lines = matched.map((record, index) => record && toLine(record, index));
      const isInPlace = content.records.every((record, index) => matched[index] === record);
      inOrder = isInPlace ? content.records.length : undefined;
      mustRewrite = !isInPlace;
    },
    add: (index, line) =>
      guardWrites(name, () => {
        if (!lines) throw new Error('the items of a batch are not known yet');
        lines[index] = line;
        if (inOrder === undefined || index !== inOrder) {
          checkUntouched();
          notesFile.add(line);
        }
        if (inOrder === undefined || index < inOrder) mustRewrite = true;
        for (; inOrder !== undefined && lines[inOrder] !== undefined; inOrder += 1)
          append(`${lines[inOrder]}\n`);
      }),
    finish() {
      try {
        if (!lines) return false;
        const isAhead = lines.findLastIndex((line) => line !== undefined) >= (inOrder ?? 0);
        if (mustRewrite || isAhead) guardWrites(name, () => rewrite(lines ?? []));
        return true;
      } finally {
        close();
      }
    },
  };
}

/** Our records begin so. Parsing one would round the numbers in it. */
const ownIndex = /^(\{"schema_version":\s*\d+,\s*"index":\s*)\d+/;

/** The record with the number that its item has now. */
function toLine({ line, index: before }: StoredRecord, index: number): string {
  if (before === index) return line;
  const moved = line.replace(ownIndex, `$1${index}`);
  return moved === line ? JSON.stringify({ ...(parseJson(line) as object), index }) : moved;
}

/** `end` is the end of the last whole line. */
type FileContent = { records: StoredRecord[]; end: number };

/** Throws CliError `usage` for a file that no batch wrote. */
function readContent(path: string, name: string): FileContent {
  const { lines, end, rest } = readLines(path, name);
  const records = parseLines(lines, name);
  const isTorn = recordStart.startsWith(rest.slice(0, recordStart.length)) && rest.length > 0;
  // Otherwise any text of one line would pass for a torn record.
  if (rest !== '' && !isTorn) parseRecord(rest, name, lines.length + 1);
  return { records, end };
}

function parseLines(lines: readonly string[], name: string): StoredRecord[] {
  return lines.map((line, index) => parseRecord(line, name, index + 1));
}

function readStat(path: string, name: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw createReadError(name, error);
  }
}

/** One name for a file, whatever links lead to it: two runs must find the same lock. */
function toRealPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(path);
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : path;
}

const toNotesPath = (path: string): string => `${path}.unfinished`;
const toNextPath = (path: string): string => `${path}.next`;

function checkPlace(path: string, name: string): void {
  const folder = readStat(dirname(path), name);
  if (!folder?.isDirectory())
    throw new CliError('usage', `${name} cannot be written: there is no folder ${dirname(name)}`, {
      hint: 'Make the folder, or name another file.',
    });
  if (readStat(path, name)?.isDirectory())
    throw new CliError('usage', `${name} is a folder`, { hint: advise`Name a file with ${flag('-o')}.` });
  try {
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw createWriteError(name, error);
  }
}

function guardWrites<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw createWriteError(name, error, 'internal');
  }
}

/** `usage` before anything was asked, unless the disk fails; `internal` after that. */
export function createWriteError(
  name: string,
  cause: unknown,
  code: 'usage' | 'internal' = 'usage',
): CliError {
  const isDisk = isDiskFailure(cause);
  const { reason, hint } = describeFileProblem(cause);
  const goOn = 'Run the same command again to continue.';
  return new CliError(isDisk ? 'internal' : code, `${name} cannot be written: ${reason}`, {
    hint: isDisk || code === 'internal' ? `${hint} ${goOn}` : hint,
    cause,
  });
}

function createTouchedError(name: string, notesPath: string): CliError {
  return new CliError('internal', `${name} was changed or removed while the batch was writing to it`, {
    hint: `Answers that came out of order are in ${notesPath}.`,
  });
}
