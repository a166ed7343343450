import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ensureFolder } from '../ensure-folder.ts';
import { CliError } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
import { openRegular } from '../read-file-now.ts';

const newline = 10;
const blank = 32;

/** Small enough for the processor's cache. */
const usualPieceBytes = 512 * 1024;

/** Whole lines of a file (the last one may be torn) and where they begin. Valid until the next piece is read. */
type Piece = { piece: Buffer; position: number };
type VisitPiece = (piece: Piece['piece'], position: number) => void;

/** Throws CliError `config` for a named pipe, a device or a file that is larger than `maxBytes`. */
export function openLines(
  path: string,
  flags: number = constants.O_RDONLY,
  options?: Parameters<typeof openRegular>[2],
): number {
  try {
    return openRegular(path, flags, options);
  } catch (error) {
    if (!['EFTYPE', 'EFBIG'].includes(String((error as { code?: string }).code))) throw error;
    const { reason } = describeFileProblem(error);
    throw new CliError('config', `${path} cannot be used: ${reason}`, {
      hint: 'Move it to another folder.',
      cause: error,
    });
  }
}

/** A range of a file, in bytes. */
export type Range = { from: number; to: number };

/**
 * Appends whole lines in one write, so that several processes can append to one file. Ends a torn last line first. Returns where the lines
 * are, unless another process wrote at the same moment. With `create: false`, throws ENOENT if the file is missing.
 */
export function appendLines(path: string, text: string | Buffer, { create = true } = {}): Range {
  if (create) ensureFolder(dirname(path), 0o700);
  const flags = constants.O_RDWR | constants.O_APPEND | (create ? constants.O_CREAT : 0);
  // If the file was rewritten meanwhile, our lines are in the old one.
  for (;;) {
    const file = openLines(path, flags, { mode: 0o600 });
    try {
      const { size } = fstatSync(file);
      const lines = Buffer.from(text);
      const bytes = isTorn(file, size) ? Buffer.concat([Buffer.from([newline]), lines]) : lines;
      try {
        writeAll(file, bytes, size);
      } catch (error) {
        // A file without a line is none. Whoever appends to it just now begins it again.
        if (create && fstatSync(file).size === 0) rmSync(path, { force: true });
        throw error;
      }
      if (isSameFile(file, path) || !create) return { from: size, to: size + bytes.length };
    } finally {
      closeSync(file);
    }
  }
}

/** Writes all or nothing: a part that fitted on a full disk is removed, unless another process has appended. */
function writeAll(file: number, bytes: Buffer, size: number): void {
  let done = 0;
  try {
    while (done < bytes.length) done += writeSync(file, bytes, done);
  } catch (error) {
    if (done > 0 && fstatSync(file).size === size + done) ftruncateSync(file, size);
    throw error;
  }
}

function isTorn(file: number, size: number): boolean {
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] !== newline;
}

function isSameFile(file: number, path: string): boolean {
  const opened = fstatSync(file, { bigint: true });
  const named = statSync(path, { bigint: true, throwIfNoEntry: false });
  return opened.ino === named?.ino && opened.dev === named.dev;
}

/** Reads a file in pieces of about `pieceBytes`, or of one longer line. The file may grow meanwhile, and may be missing. */
export function forEachPiece(path: string, visit: VisitPiece, pieceBytes = usualPieceBytes): void {
  const file = openWhereThere(path, constants.O_RDONLY);
  if (file === undefined) return;
  try {
    for (const { piece, position } of readPieces(file, pieceBytes)) visit(piece, position);
  } finally {
    closeSync(file);
  }
}

function openWhereThere(path: string, flags: number): number | undefined {
  try {
    return openLines(path, flags);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The same for an open file, from its start. */
export function* readPieces(file: number, pieceBytes = usualPieceBytes): Generator<Piece> {
  let buffer = Buffer.allocUnsafe(pieceBytes);
  let position = 0;
  for (let held = 0; ; ) {
    if (held === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
    const count = readSync(file, buffer, held, buffer.length - held, null);
    const end = count === 0 ? held : buffer.lastIndexOf(newline, held + count - 1) + 1;
    if (end > 0) yield { piece: buffer.subarray(0, end), position };
    if (count === 0) return;
    buffer.copy(buffer, 0, end, held + count);
    position += end;
    held += count - end;
  }
}

export function* splitPiece(piece: Buffer): Generator<{ line: Buffer; start: number }> {
  for (let start = 0; start < piece.length; ) {
    const found = piece.indexOf(newline, start);
    const end = found === -1 ? piece.length : found;
    yield { line: piece.subarray(start, end), start };
    start = end + 1;
  }
}

/** Whether a line was erased. Another process may have appended to it meanwhile. */
const isErased = (line: Buffer): boolean => line.length === 0 || line[0] === blank;

/**
 * Overwrites lines with blanks. This works while other processes append, and on a full disk. Readers skip lines that begin with a blank.
 * Returns how many bytes of the file are blank now.
 */
export function eraseLines(path: string, isUnwanted: (line: Buffer) => boolean): number {
  for (;;) {
    const file = openWhereThere(path, constants.O_RDWR);
    if (file === undefined) return 0;
    let blankBytes = 0;
    try {
      for (const { piece, position } of readPieces(file)) {
        for (const { line, start } of splitPiece(piece)) {
          if (!isErased(line) && !isUnwanted(line)) continue;
          if (line.length > 0 && (!isErased(line) || line.at(-1) !== blank))
            writeSync(file, Buffer.alloc(line.length, blank), 0, line.length, position + start);
          blankBytes += line.length;
        }
      }
      if (isSameFile(file, path)) return blankBytes;
    } finally {
      closeSync(file);
    }
  }
}

const usualBlockBytes = 64 * 1024;

/** The lines from last to first, without ends or empty lines, read as needed. Throws ENOENT if the file is missing. */
export function* readLinesBackwards(
  path: string,
  blockBytes = usualBlockBytes,
): Generator<{ line: Buffer; position: number }> {
  const file = openLines(path);
  try {
    let position = fstatSync(file).size;
    let held = Buffer.alloc(0);
    while (position > 0) {
      // Read more each time, so that a line of megabytes is not joined again and again.
      const count = Math.min(position, Math.max(blockBytes, held.length));
      position -= count;
      const block = Buffer.concat([readBlock(file, position, count), held]);
      let end = block.length;
      for (;;) {
        const start = end === 0 ? 0 : block.lastIndexOf(newline, end - 1) + 1;
        if (start === 0) break;
        if (end > start) yield { line: block.subarray(start, end), position: position + start };
        end = start - 1;
      }
      held = block.subarray(0, end);
    }
    if (held.length > 0) yield { line: held, position: 0 };
  } finally {
    closeSync(file);
  }
}

/** Reads in full, because the file only grows. */
function readBlock(file: number, position: number, count: number): Buffer {
  const block = Buffer.alloc(count);
  for (let done = 0; done < count; ) {
    const read = readSync(file, block, done, count - done, position + done);
    if (read === 0) return block.subarray(0, done);
    done += read;
  }
  return block;
}

/** A rewrite that takes longer was killed. In milliseconds. */
const maxRewriteMs = 60_000;

type IsKept = (line: Buffer, position: number) => boolean;

/**
 * Drops lines that are erased or not kept. Other processes may append meanwhile. If one of them rewrites the file, or it cannot be
 * replaced, it stays as it is. `prepare` is called once we have the lock.
 */
export function rewriteFile(path: string, prepare: () => IsKept): void {
  const next = `${path}.new`;
  const target = claim(next);
  if (target === undefined) return;
  let source: number | undefined;
  try {
    source = openLines(path);
    const end = copyLines(source, target, prepare());
    renameSync(next, path);
    const rest = readFrom(source, end);
    if (rest.length > 0) appendLines(path, rest);
  } catch {
    rmSync(next, { force: true });
  } finally {
    closeSync(target);
    if (source !== undefined) closeSync(source);
  }
}

/** The file `next` is also the lock. */
function claim(next: string): number | undefined {
  removeAbandoned(next);
  try {
    return openSync(next, 'wx', 0o600);
  } catch {
    return undefined;
  }
}

function removeAbandoned(next: string, maxMs = maxRewriteMs): void {
  const made = statSync(next, { throwIfNoEntry: false });
  // The clock may have been put back.
  if (made && Math.abs(Date.now() - made.mtimeMs) > maxMs) rmSync(next, { force: true });
}

/** Short work, after which a lock that stays was left by a program that was killed. In milliseconds. */
const maxLockMs = 3000;
const pollMs = 5;

/** Works while no other process holds this lock, a file. Where there can be none, as on a full disk, it works without one. */
export function withLockNow<T>(path: string, work: () => T): T {
  let lock: number | undefined;
  for (let isTaken = true; isTaken && lock === undefined; ) {
    removeAbandoned(path, maxLockMs);
    try {
      lock = openSync(path, 'wx', 0o600);
    } catch (error) {
      isTaken = (error as { code?: string }).code === 'EEXIST';
      if (isTaken) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
    }
  }
  try {
    return work();
  } finally {
    if (lock !== undefined) {
      closeSync(lock);
      rmSync(path, { force: true });
    }
  }
}

/** Copies whole lines, and returns where they end. */
function copyLines(source: number, target: number, isKept: IsKept): number {
  let end = 0;
  for (const { piece, position } of readPieces(source)) {
    const whole = piece.subarray(0, piece.lastIndexOf(newline) + 1);
    const kept = [...splitPiece(whole)]
      .filter(({ line, start }) => !isErased(line) && isKept(line, position + start))
      .map(({ line, start }) => whole.subarray(start, start + line.length + 1));
    const bytes = Buffer.concat(kept);
    for (let done = 0; done < bytes.length; ) done += writeSync(target, bytes, done);
    end = position + whole.length;
  }
  return end;
}

function readFrom(file: number, start: number): Buffer {
  const pieces: Buffer[] = [];
  for (let position = start; ; ) {
    const piece = Buffer.alloc(65_536);
    const count = readSync(file, piece, 0, piece.length, position);
    if (count === 0) return Buffer.concat(pieces);
    pieces.push(piece.subarray(0, count));
    position += count;
  }
}
