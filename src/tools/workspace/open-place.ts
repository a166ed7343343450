import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { checkOpenFile, MovedError } from '../../held-folder.ts';

/**
 * Opens a file by its real path, and makes sure that it is the one there: no part of the path has become a link in the meantime, the last one
 * is not followed, and nothing waits for a pipe. Throws MovedError, and what the system throws. Synchronous, for threads and single files.
 */
export function openPlace(path: string): { file: number; stats: Stats } {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new MovedError(`${path} is not a regular file`);
    checkOpenFile(file, path);
    return { file, stats };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The first bytes of such a file. `isWhole` is false if there are more. */
export function readPlace(path: string, maxBytes: number): { bytes: Buffer; isWhole: boolean; stats: Stats } {
  const { file, stats } = openPlace(path);
  try {
    // Some files grow, and others have no size.
    const pieces: Buffer[] = [];
    let left = maxBytes + 1;
    while (left > 0) {
      const piece = Buffer.allocUnsafe(Math.min(left, pieceBytes, Math.max(stats.size + 1, leastBytes)));
      const count = readSync(file, piece, 0, piece.length, null);
      if (count === 0) break;
      pieces.push(piece.subarray(0, count));
      left -= count;
    }
    const bytes = Buffer.concat(pieces);
    return { bytes: bytes.subarray(0, maxBytes), isWhole: bytes.length <= maxBytes, stats };
  } finally {
    closeSync(file);
  }
}

const pieceBytes = 1024 * 1024;
const leastBytes = 4096;
