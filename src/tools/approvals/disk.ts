import { type Dirent, lstatSync, readdirSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readFileNow } from '../../read-file-now.ts';

/** All that judgements look at on the disk. Names come from a model, so that they may be anything: none of this throws what the system does. */

/** Of a command whose places cannot all be told, or are more than are looked at. */
export class UnknownPlacesError extends Error {}

/** The system opens no longer one. */
export const longestPath = process.platform === 'win32' ? 32_767 : 4_096;

/** Nothing can be there: not behind a file, in a circle of links, or by a name that is too long or has a NUL in it. */
const nowhere = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

/** Of a link, and not of what it leads to. Undefined if nothing is there. Throws UnknownPlacesError if that cannot be told. */
export function findLinkStats(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (nowhere.has((error as { code?: string }).code ?? '')) return undefined;
    throw new UnknownPlacesError();
  }
}

/** Where a link leads by its words. Undefined for anything else. */
export function findLinkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Follows the links of the part that exists. */
export function findRealPath(path: string): string {
  // Nothing is at a longer one.
  if (path.length > longestPath) return path;
  const names: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    try {
      return join(realpathSync.native(at), ...names.reverse());
    } catch {
      const parent = dirname(at);
      if (parent === at) return path;
      names.push(at.slice(parent.length));
    }
  }
}

/** A path that leads nowhere is kept. */
export function findReal(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return resolve(path);
  }
}

/** Undefined if it cannot be listed. */
export function listFolder(path: string): Dirent[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

/**
 * Undefined if it is no file that can be read. Texts that are not UTF-8 may differ in nothing but their bytes. Throws UnknownPlacesError for a file
 * that is too large.
 */
export function readBytes(path: string): Buffer | undefined {
  try {
    return readFileNow(path);
  } catch (error) {
    if ((error as { code?: string }).code === 'EFBIG') throw new UnknownPlacesError();
    return undefined;
  }
}

export function readText(path: string): string | undefined {
  return readBytes(path)?.toString();
}

/** Empty if nothing is there. Undefined if it is a link or cannot be read. */
export function readOwnText(path: string): string | undefined {
  const stats = findLinkStats(path);
  if (stats === undefined) return '';
  return stats.isFile() ? readText(path) : undefined;
}
