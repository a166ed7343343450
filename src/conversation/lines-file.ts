import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const newline = 10;
const blank = 32;

/** Few enough to stay in a processor's cache. */
const usualPieceBytes = 512 * 1024;

/** Whole lines of a file, the last of which may be torn, and where they begin. It is good until the next one is read. */
type Piece = { piece: Buffer; position: number };
type VisitPiece = (piece: Piece['piece'], position: number) => void;

/** Where in a file something stands, in bytes. */
export type Range = { from: number; to: number };

/**
 * Adds whole lines to the end of a file, in one write, so that several processes may add to the same one. Where the last line was torn,
 * a new one is begun first. Gives where they stand, if nobody else wrote at the same moment. With `create: false` throws the error ENOENT
 * where there is no such file.
 */
export function appendLines(path: string, text: string | Buffer, { create = true } = {}): Range {
  if (create) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const flags = constants.O_RDWR | constants.O_APPEND | (create ? constants.O_CREAT : 0);
  // Where the file was rewritten meanwhile, what we added is in the old one.
  for (;;) {
    const file = openSync(path, flags, 0o600);
    try {
      const { size } = fstatSync(file);
      const lines = Buffer.from(text);
      const bytes = isTorn(file, size) ? Buffer.concat([Buffer.from([newline]), lines]) : lines;
      writeAll(file, bytes, size);
      if (isSameFile(file, path) || !create) return { from: size, to: size + bytes.length };
    } finally {
      closeSync(file);
    }
  }
}

/** All of it, or nothing: what a full disk had room for is taken back, unless somebody else has added to it. */
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

/** Shows a file in pieces of about `pieceBytes`, or as long as their only line. The file may grow meanwhile, and may be missing. */
export function forEachPiece(path: string, visit: VisitPiece, pieceBytes = usualPieceBytes): void {
  const file = openWhereThere(path, 'r');
  if (file === undefined) return;
  try {
    for (const { piece, position } of readPieces(file, pieceBytes)) visit(piece, position);
  } finally {
    closeSync(file);
  }
}

function openWhereThere(path: string, flags: string): number | undefined {
  try {
    return openSync(path, flags);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The same for an open file that nothing was read from yet. */
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

/** The lines of a piece, without their ends. */
export function* splitPiece(piece: Buffer): Generator<{ line: Buffer; start: number }> {
  for (let start = 0; start < piece.length; ) {
    const found = piece.indexOf(newline, start);
    const end = found === -1 ? piece.length : found;
    yield { line: piece.subarray(start, end), start };
    start = end + 1;
  }
}

/** Whether a line was erased. What another process added to one meanwhile may stand at its end. */
export const isErased = (line: Buffer): boolean => line.length === 0 || line[0] === blank;

/**
 * Puts blanks in the place of lines, so that what they said is gone from the disk although other processes add to the file, and although
 * the disk may be full. Readers pass over lines that begin with a blank. Returns how many bytes of the file are blank by now.
 */
export function eraseLines(path: string, isUnwanted: (line: Buffer) => boolean): number {
  for (;;) {
    const file = openWhereThere(path, 'r+');
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
