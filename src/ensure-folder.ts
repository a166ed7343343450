import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those that are missing above it. True if it was missing itself. Throws what the system throws. Node's own `recursive`
 * never ends if the system can make nothing in a folder that is there and calls that ENOENT, as `/proc` and automounts do.
 */
export function ensureFolder(path: string, mode = 0o777): boolean {
  try {
    return makeFolder(path, mode);
  } catch (error) {
    const above = dirname(path);
    if ((error as { code?: string }).code !== 'ENOENT' || above === path || isFolder(above)) throw error;
    ensureFolder(above, mode);
    return makeFolder(path, mode);
  }
}

/** False if it is there. */
function makeFolder(path: string, mode: number): boolean {
  try {
    mkdirSync(path, mode);
    return true;
  } catch (error) {
    if (isFolder(path)) return false;
    // Throws what is wrong with a link that leads nowhere.
    if ((error as { code?: string }).code === 'EEXIST') statSync(path);
    throw error;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
