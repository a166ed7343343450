import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, statSync, writeFileSync } from 'node:fs';
import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';
import { parseJson } from '../json-value.ts';
import { openRegular, readFileNow } from '../read-file-now.ts';
import { type Holder, toHolder } from './batch-lock.ts';
import type { StoredRecord } from './batch-record.ts';

/** The notes file of a batch: its writer, and records that came early. */
export type NotesFile = {
  add(line: string): void;
  /** False if another run has written to it or removed it, as each run does first. */
  isUntouched(): boolean;
};

export function createNotesFile(path: string): NotesFile {
  let size: number | undefined;
  return {
    add(line) {
      refuseOthers(path);
      const descriptor = openRegular(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, {
        mode: 0o600,
      });
      try {
        appendWhole(descriptor, `${line}\n`);
        ({ size } = fstatSync(descriptor));
      } finally {
        closeSync(descriptor);
      }
    },
    isUntouched: () => size === undefined || statSync(path, { throwIfNoEntry: false })?.size === size,
  };
}

type Notes = { holder: Holder | undefined; lines: string[]; records: StoredRecord[] };

/** A damaged line among them was being written when its process was killed; it says nothing. */
export function readNotes(path: string): Notes {
  refuseOthers(path);
  const { lines } = readLines(path, path);
  const holders = lines.map((line) => toHolder(parseJson(line)));
  return {
    holder: holders.findLast(Boolean),
    lines: lines.filter((line, index) => !holders[index] && parseJson(line) !== undefined),
    records: [],
  };
}

/** We make it ourselves. A link in its place came with the folder, and may lead anywhere. Throws CliError `usage`. */
function refuseOthers(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats || (stats.isFile() && stats.nlink === 1)) return;
  throw new CliError('usage', `${path} is ${stats.isFile() ? 'another file, too' : 'no file'}`, {
    hint: advise`Remove it, or name another file with ${flag('-o')}.`,
  });
}

/** `end` is the end of the last whole line, and `rest` what follows. A missing file has none. */
export function readLines(path: string, name: string): { lines: string[]; end: number; rest: string } {
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
    return readFileNow(path, Number.POSITIVE_INFINITY);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return Buffer.alloc(0);
    throw createReadError(name, error);
  }
}

/** All of a text or, when the disk is full, nothing. */
export function appendWhole(descriptor: number, text: string): void {
  const { size } = fstatSync(descriptor);
  try {
    writeFileSync(descriptor, text);
  } catch (error) {
    if (fstatSync(descriptor).size > size) ftruncateSync(descriptor, size);
    throw error;
  }
}

export function createReadError(name: string, cause: unknown): CliError {
  return new CliError('usage', `${name} cannot be read (${toCode(cause)})`, {
    hint: advise`Name another file with ${flag('-o')}.`,
    cause,
  });
}

export function toCode(error: unknown): string {
  return (error as { code?: string }).code ?? 'unknown error';
}
