import { closeSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { appendLines, isErased, readPieces, splitPiece } from './lines-file.ts';

const newline = 10;

/** A rewriting that takes longer was killed, in milliseconds. */
const maxRewriteMs = 60_000;

/** Shows a line and where it begins. */
type IsKept = (line: Buffer, position: number) => boolean;

/**
 * Makes a file shorter by the lines that were erased or are not kept. Other processes may add to it meanwhile. Where one of them rewrites it,
 * or the file cannot be replaced, it stays as it is. `prepare` is called when the file is ours.
 */
export function rewriteFile(path: string, prepare: () => IsKept): void {
  const next = `${path}.new`;
  const target = claim(next);
  if (target === undefined) return;
  let source: number | undefined;
  try {
    source = openSync(path, 'r');
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

function removeAbandoned(next: string): void {
  const made = statSync(next, { throwIfNoEntry: false });
  if (made && Date.now() - made.mtimeMs > maxRewriteMs) rmSync(next, { force: true });
}

/** Copies the whole lines, and returns where they end. */
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
