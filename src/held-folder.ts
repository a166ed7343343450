import {
  closeSync,
  constants,
  type Dirent,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { resolve } from 'node:path';

/**
 * Calls `use` with a path of the folder that stays with it. On Linux, whoever exchanges the folder for a link in the meantime changes nothing:
 * the path is that of the open folder. Elsewhere, the folder is checked just before. `folder` is real. Throws if it is not where the path says.
 */
export function withFolder<T>(folder: string, use: (folder: string) => T): T {
  const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants;
  if (process.platform !== 'linux') {
    checkReal(folder);
    return use(folder);
  }
  const file = openSync(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    const held = toHeldPath(file);
    if (readlinkSync(held) !== folder) throw createMovedError();
    return use(held);
  } finally {
    closeSync(file);
  }
}

/** What is in a folder, by its real path. Throws if the path leads, or led meanwhile, somewhere else. */
export function listHeldFolder(path: string): Dirent[] {
  const folder = resolve(path);
  const entries = withFolder(folder, (held) => readdirSync(held, { withFileTypes: true }));
  if (process.platform !== 'linux') checkReal(folder);
  return entries;
}

/** Of an open file, where Linux shows it. */
export function toHeldPath(file: number): string {
  return `/proc/self/fd/${file}`;
}

function checkReal(folder: string): void {
  if (realpathSync.native(folder) !== folder) throw createMovedError();
}

function createMovedError(): Error {
  return Object.assign(new Error('a part of the path is a link now'), { code: 'EMOVED' });
}
