import { chmodSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Who can read a file. `unknown`: there is none, or the system keeps no modes that say so (Windows). */
export type Privacy = { kind: 'private' | 'unknown' } | { kind: 'exposed'; reason: string };

/** The system that the file is on; tests name another. */
type FileSystem = {
  platform: NodeJS.Platform;
  /** The person's own user id; undefined on Windows. */
  uid: number | undefined;
};

const currentSystem = (): FileSystem => ({ platform: process.platform, uid: process.getuid?.() });

const othersBits = 0o077;

/** Whether the mode lets anybody but the owner in. */
export function isOpenToOthers(mode: number, { platform } = currentSystem()): boolean {
  return platform !== 'win32' && (mode & othersBits) !== 0;
}

/**
 * Looks at who can read a file with secrets and closes the file and its folder to others where that is possible. Each change goes to `onNotice`.
 */
export function closeToOthers(
  path: string,
  onNotice: (sentence: string) => void,
  system: FileSystem = currentSystem(),
): Privacy {
  if (system.platform === 'win32') return { kind: 'unknown' };
  closeOne(dirname(path), 0o700, onNotice, system);
  const stat = closeOne(path, 0o600, onNotice, system);
  if (!stat) return { kind: 'unknown' };
  // A file system without modes, or a file of somebody else, stays as it is.
  if (isOpenToOthers(stat.mode, system))
    return { kind: 'exposed', reason: `others can read it: mode ${formatMode(stat)}` };
  if (system.uid !== undefined && stat.uid !== system.uid)
    return { kind: 'exposed', reason: `it belongs to user ${stat.uid}, who can read it too` };
  return { kind: 'private' };
}

/** Gives what the path is like afterwards; undefined if there is nothing. */
function closeOne(
  path: string,
  mode: number,
  onNotice: (sentence: string) => void,
  system: FileSystem,
): Stats | undefined {
  const before = find(path);
  if (!before || !isOpenToOthers(before.mode, system)) return before;
  try {
    chmodSync(path, mode);
  } catch {
    return before;
  }
  const after = find(path);
  if (after && !isOpenToOthers(after.mode, system))
    onNotice(
      `${path} was open to others (mode ${formatMode(before)}); now it is yours alone (${formatMode(after)}).`,
    );
  return after;
}

function find(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function formatMode({ mode }: Stats): string {
  return (mode & 0o777).toString(8);
}
