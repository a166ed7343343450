import { closeSync, constants, openSync, readFileSync } from 'node:fs';

/**
 * The bytes of a file of our own, which is read while the program stands still. A named pipe in its place is empty, or an error: to wait for
 * its writer, no signal would end the program.
 */
export function readFileNow(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}
