import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export type AtomicWriteOptions = {
  /** The permissions of the new file. Undefined means those of any new file. */
  mode: number | undefined;
  /** The name of the file until it is complete. */
  temporary?: string;
  /** Waits until the disk has the content. */
  isDurable?: boolean;
};

/**
 * Replaces a file in one step: a reader sees the old content or the new content. `content` can come in pieces. If this throws, the old file
 * stays, and nothing is left beside it.
 */
export function writeAtomically(
  path: string,
  content: string | Uint8Array | Iterable<string>,
  { mode, temporary = `${path}.${process.pid}.tmp`, isDurable = false }: AtomicWriteOptions,
): void {
  // A killed process may have left it.
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'wx', mode);
  try {
    try {
      // The umask takes permissions of others away.
      if (mode !== undefined && (mode & 0o077) !== 0) fchmodSync(file, mode);
      if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(file, content);
      else for (const piece of content) writeFileSync(file, piece);
      if (isDurable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
