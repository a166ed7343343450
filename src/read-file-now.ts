import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Larger than any file of our own, in bytes. */
const usualMaxBytes = 256 * 1024 * 1024;

/** Has a code, as system errors do. */
class OddFileError extends Error {
  readonly code: 'EFTYPE' | 'EFBIG';

  constructor(code: 'EFTYPE' | 'EFBIG', message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Opens a file of our own for synchronous work. Throws an error with the code EFTYPE for a named pipe or a device, because no signal could end
 * a wait for one. Throws one with the code EFBIG above `maxBytes`.
 */
export function openRegular(
  path: string,
  flags: number = constants.O_RDONLY,
  { mode, maxBytes = Number.POSITIVE_INFINITY }: { mode?: number; maxBytes?: number } = {},
): number {
  const file = openSync(path, flags | (constants.O_NONBLOCK ?? 0), mode);
  try {
    const stat = fstatSync(file);
    // Reading a folder throws its own error.
    if (!stat.isFile() && !stat.isDirectory())
      throw new OddFileError('EFTYPE', `${path} is not a regular file`);
    if (stat.size > maxBytes) throw new OddFileError('EFBIG', `${path} is too large`);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The bytes of a file of our own. Throws as `openRegular` does. */
export function readFileNow(path: string, maxBytes = usualMaxBytes): Buffer {
  const file = openRegular(path, constants.O_RDONLY, { maxBytes });
  try {
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}
