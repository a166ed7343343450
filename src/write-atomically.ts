import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';

export type AtomicWriteOptions = {
  /** The permissions of the new file. Undefined: the usual ones. */
  mode: number | undefined;
  /** The name of the file until it is complete. */
  temporary?: string;
  /** Waits until the disk has the content. */
  isDurable?: boolean;
};

/** Replaces a file in one step: readers see the old or the new content. If it throws, the old file stays and nothing else is left. */
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
      // The umask may remove permissions of others.
      if (mode !== undefined && (mode & 0o077) !== 0) fchmodSync(file, mode);
      if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(file, content);
      else for (const piece of content) writeFileSync(file, piece);
      if (isDurable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    replaceFile(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** In milliseconds, a second in all. */
const replacePauses = [10, 20, 40, 80, 160, 320, 370];

type ReplaceOptions = {
  platform?: NodeJS.Platform;
  /** Tests hand in another. */
  rename?: (from: string, to: string) => void;
};

/** Renames a file over another. Windows refuses for a moment while a virus scanner or another program has one of them open. */
export function replaceFile(
  from: string,
  to: string,
  { platform = process.platform, rename = renameSync }: ReplaceOptions = {},
): void {
  for (const pause of platform === 'win32' ? replacePauses : []) {
    try {
      rename(from, to);
      return;
    } catch (error) {
      if (!['EPERM', 'EACCES', 'EBUSY'].includes((error as { code?: string }).code ?? '')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
  rename(from, to);
}

/** As many as Linux follows. */
const maxLinks = 40;

/** Where a path leads in the end, also to what does not exist yet. */
export function followLinks(path: string, links = 0): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink && links < maxLinks)
    return followLinks(resolve(realpathSync(dirname(path)), readlinkSync(path)), links + 1);
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
