import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CliError } from '../errors.ts';
import { countEdits, findNearest } from '../nearest.ts';

export function createMissingFileError(path: string, cwd: string): CliError {
  const nearest = findNearestFile(path, cwd);
  return new CliError('usage', `there is no file ${path}`, {
    hint: nearest === undefined ? 'Check the path.' : `Did you mean ${nearest}?`,
  });
}

/** For a file that is there and does not open. */
export function createUnreadableFileError(path: string, cause: unknown): CliError {
  return new CliError('usage', `${path} cannot be read`, { hint: 'Check who may read it.', cause });
}

export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}

/** A name in the same folder that somebody may have meant; one that is mostly different helps nobody. */
function findNearestFile(path: string, cwd: string): string | undefined {
  const name = basename(path);
  const [nearest] = findNearest(name, listNames(dirname(resolve(cwd, path))), 1);
  if (nearest === undefined) return undefined;
  const edits = countEdits(name.toLowerCase(), nearest.toLowerCase());
  const close = edits <= name.length / 2 || nearest.toLowerCase().startsWith(name.toLowerCase());
  return close ? join(dirname(path), nearest) : undefined;
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
