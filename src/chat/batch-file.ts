import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CliError } from '../errors.ts';
import { parseJson } from '../json-value.ts';
import { type Holder, lockBatchFile, toHolder } from './batch-lock.ts';
import { type BatchItem, matchRecords, parseRecord, type StoredRecord } from './batch-record.ts';

/** Where the records of a batch go, and those of earlier runs. */
export type BatchFile = {
  /** What earlier runs wrote. */
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

/** How every line of a batch begins, a torn one too. */
const recordStart = '{"schema_version":';

/**
 * A batch's file, kept for this run alone. Records are appended while they come in the order of the items. A record that comes out of order
 * is noted in a second file, `….unfinished`, which also says who is writing; a run that ends by itself leaves no such file.
 */
export async function openBatchFile(options: BatchFileOptions): Promise<BatchFile> {
  const { name, cwd, signal, now, onLost } = options;
  const path = toRealPath(resolve(cwd, name));
  const notesPath = toNotesPath(path);
  checkPlace(path, name);
  let lost: CliError | undefined;
  const release = await lockBatchFile(path, notesPath, {
    signal,
    name,
    now,
    readHolder: () => readNotes(notesPath).holder,
    writeHolder(holder) {
      // The notes of a file that was removed are about nothing.
      if (!existsSync(path)) rmSync(notesPath, { force: true });
      appendLine(notesPath, JSON.stringify(holder));
    },
    onLost() {
      lost = createLostError(name);
      onLost(lost);
    },
  }).catch((error) => {
    throw error instanceof CliError || signal.aborted ? error : createWriteError(name, error);
  });
  const letGo = async (isDone: boolean): Promise<void> => {
    if (isDone && !lost) rmSync(notesPath, { force: true });
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
  const writer = createWriter({ path, name, content, notesPath, checkLock: () => lost });
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
    add: (index, record) => writer.add(index, JSON.stringify(record)),
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

/** What a run would go on from. Touches nothing, and so takes no lock. */
export function readBatchFile(name: string, cwd: string): StoredRecord[] {
  const path = toRealPath(resolve(cwd, name));
  const { records } = readContent(path, name);
  const notesPath = toNotesPath(path);
  return existsSync(path) ? [...records, ...parseLines(readNotes(notesPath).lines, notesPath)] : records;
}

/** Whether it is a pipe or a device, which holds nothing of an earlier run. */
export function isStream(name: string, cwd: string): boolean {
  const stat = readStat(resolve(cwd, name), name);
  return stat !== undefined && !stat.isFile() && !stat.isDirectory();
}

type WriterOptions = {
  path: string;
  name: string;
  content: FileContent;
  notesPath: string;
  /** The failure of a run that lost its lock. */
  checkLock: () => CliError | undefined;
};

type Writer = {
  begin(matched: readonly (StoredRecord | undefined)[]): void;
  add(index: number, line: string): void;
  /** False if nothing was begun. */
  finish(): boolean;
};

function createWriter({ path, name, content, notesPath, checkLock }: WriterOptions): Writer {
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

  /** Somebody may remove the file during the run, or write to it. */
  function checkUntouched(): void {
    const failure = checkLock();
    if (failure) throw failure;
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
    const next = `${path}.next`;
    const descriptor = openSync(next, 'w', statSync(path).mode & 0o777);
    try {
      for (const line of all) if (line !== undefined) writeFileSync(descriptor, `${line}\n`);
      fsyncSync(descriptor);
    } catch (error) {
      rmSync(next, { force: true });
      throw error;
    } finally {
      closeSync(descriptor);
    }
    close();
    renameSync(next, path);
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
          appendLine(notesPath, line);
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

/** The record with the number that its item has now. */
function toLine({ line, index: before }: StoredRecord, index: number): string {
  return before === index ? line : JSON.stringify({ ...(parseJson(line) as object), index });
}

/** All of a text or, when the disk is full, nothing. */
function appendWhole(descriptor: number, text: string): void {
  const { size } = fstatSync(descriptor);
  try {
    writeFileSync(descriptor, text);
  } catch (error) {
    if (fstatSync(descriptor).size > size) ftruncateSync(descriptor, size);
    throw error;
  }
}

function appendLine(path: string, line: string): void {
  const descriptor = openSync(path, 'a+', 0o600);
  try {
    appendWhole(descriptor, `${line}\n`);
  } finally {
    closeSync(descriptor);
  }
}

/** `end` is where the last whole line ends. */
type FileContent = { records: StoredRecord[]; end: number };

/** Throws CliError `usage` for a file that no batch wrote. */
function readContent(path: string, name: string): FileContent {
  const { lines, end, rest } = readLines(path, name);
  const records = parseLines(lines, name);
  const isTorn = recordStart.startsWith(rest.slice(0, recordStart.length)) && rest.length > 0;
  // Without this, any text of one line would be taken for a torn record.
  if (rest !== '' && !isTorn) parseRecord(rest, name, lines.length + 1);
  return { records, end };
}

function parseLines(lines: readonly string[], name: string): StoredRecord[] {
  return lines.map((line, index) => parseRecord(line, name, index + 1));
}

type Notes = { holder: Holder | undefined; lines: string[]; records: StoredRecord[] };

/** A torn line among them was being written when its process was killed; it says nothing. */
function readNotes(path: string): Notes {
  const { lines } = readLines(path, path);
  const holders = lines.map((line) => toHolder(parseJson(line)));
  return {
    holder: holders.findLast(Boolean),
    lines: lines.filter((line, index) => !holders[index] && parseJson(line) !== undefined),
    records: [],
  };
}

function readLines(path: string, name: string): { lines: string[]; end: number; rest: string } {
  const bytes = readBytes(path, name);
  const lines: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    lines.push(bytes.toString('utf8', start, end));
    start = end + 1;
  }
  return { lines, end: start, rest: bytes.toString('utf8', start) };
}

function readBytes(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return Buffer.alloc(0);
    throw createReadError(name, error);
  }
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

function checkPlace(path: string, name: string): void {
  const folder = readStat(dirname(path), name);
  if (!folder?.isDirectory())
    throw new CliError('usage', `${name} cannot be written: there is no folder ${dirname(name)}`, {
      hint: 'Make the folder, or name another file.',
    });
  if (readStat(path, name)?.isDirectory())
    throw new CliError('usage', `${name} is a folder`, { hint: 'Name a file with -o.' });
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

function createReadError(name: string, cause: unknown): CliError {
  return new CliError('usage', `${name} cannot be read (${toCode(cause)})`, {
    hint: 'Name another file with -o.',
    cause,
  });
}

/** `usage` before anything was asked, `internal` after that. */
export function createWriteError(
  name: string,
  cause: unknown,
  code: 'usage' | 'internal' = 'usage',
): CliError {
  const reason = toCode(cause);
  const hints: Record<string, string> = {
    ENOSPC: 'The disk is full. Make room, and run the same command again: it goes on where it stopped.',
    EDQUOT:
      'Your quota on that disk is used up. Make room, and run the same command again: it goes on where it stopped.',
  };
  const hint =
    hints[reason] ??
    (code === 'usage'
      ? 'Name a file in a folder that you may write to.'
      : 'Check the disk, and run the same command again: it goes on where it stopped.');
  return new CliError(code, `${name} cannot be written (${reason})`, { hint, cause });
}

function createTouchedError(name: string, notesPath: string): CliError {
  return new CliError('internal', `${name} was changed or removed while the batch was writing to it`, {
    hint: `What came out of order is in ${notesPath}.`,
  });
}

function createLostError(name: string): CliError {
  return new CliError('internal', `another run took ${name} while this one was stopped`, {
    hint: 'Let the other run end; then the same command goes on with what is left.',
  });
}

function toCode(error: unknown): string {
  return (error as { code?: string }).code ?? 'unknown error';
}
