import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { resolve } from 'node:path';

/** A path leads to something else than a moment ago. */
export class MovedError extends Error {
  readonly code = 'EMOVED';
}

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
    const place = findPlace(file);
    if (place === undefined) checkReal(folder);
    else if (place !== folder) throw createLinkError();
    return use(place === undefined ? folder : toHeldPath(file));
  } finally {
    closeSync(file);
  }
}

/** What is in a folder, by its real path. Throws if the path leads, or led meanwhile, somewhere else. */
export function listHeldFolder(path: string): Dirent[] {
  const folder = resolve(path);
  return withFolder(folder, (held) => {
    const entries = readdirSync(held, { withFileTypes: true });
    if (held === folder) checkReal(folder);
    return entries;
  });
}

/** Throws MovedError if an open file is not where its real path says: a part of the path was a link when the file was opened. */
export function checkOpenFile(file: number, path: string): void {
  // Asked by its path, another moment would be meant.
  const place = findPlace(file);
  if (place === path) return;
  if (place === undefined && realpathSync.native(path) === path) {
    const [now, open] = [lstatSync(path), fstatSync(file)];
    if (now.dev === open.dev && now.ino === open.ino) return;
  }
  throw new MovedError(`${path} leads somewhere else now`);
}

/** Of an open file, where Linux shows it. */
export function toHeldPath(file: number): string {
  return `/proc/self/fd/${file}`;
}

/** Where an open file is. Undefined if the system does not say. */
function findPlace(file: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readlinkSync(toHeldPath(file));
  } catch (error) {
    // Some containers have no /proc.
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

function checkReal(folder: string): void {
  if (realpathSync.native(folder) !== folder) throw createLinkError();
}

function createLinkError(): MovedError {
  return new MovedError('a part of the path is a link now');
}
