import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CliError } from '../errors.ts';
import { MovedError, withFolder } from '../held-folder.ts';
import { isOddName } from '../is-inside.ts';
import { findNearest } from '../nearest.ts';
import type { Found } from './found.ts';
import { oddName } from './odd-names.ts';

export function createMissingFileError(path: string, cwd: string): CliError {
  if (isOddName(path))
    return new CliError('usage', `${path} cannot be read: ${oddName}`, {
      hint: 'Nothing was sent. Rename it, then name it again.',
    });
  const nearest = findNearestFile(path, cwd);
  return new CliError('usage', `there is no file ${path}`, {
    hint: nearest === undefined ? 'Check the path.' : `Did you mean ${nearest}?`,
  });
}

/** For a file that exists and cannot be opened. */
export function createUnreadableFileError(path: string, cause: unknown): CliError {
  return new CliError('usage', `${path} cannot be read: ${describeReason(cause)}`, {
    hint: toUnreadableHint(cause, 'Check the path, and who may read it.'),
    cause,
  });
}

/** What to do about a file that could not be read; `usual` if nobody exchanged it. */
export function toUnreadableHint(cause: unknown, usual: string): string {
  const isMoved = (cause as { code?: string }).code === 'EMOVED';
  return isMoved ? 'Nothing was sent. Find out which program changes the path, then try again.' : usual;
}

/** Throws CliError `usage` if something else has taken the place of a folder since it was found. */
export function checkStill(label: string, { path, target = path }: Found): void {
  try {
    withFolder(target, () => {});
  } catch (error) {
    // On Linux, a link is no folder.
    const isLink = lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink();
    if (isLink || error instanceof MovedError) throw createUnreadableFileError(label, new MovedError());
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you are not allowed to',
  ELOOP: 'its links lead in a circle',
  EMOVED: 'something else has taken its place in the meantime',
};

/** Why the system did not read a file, in words, or else as the error code. */
export function describeReason(error: unknown): string {
  const { code = 'unknown error' } = error as { code?: string };
  return reasons[code] ?? code;
}

/** What may be typed again. Empty for a pipe that a shell made for `<(…)`: the next one has another number. */
export function toLasting(path: string): string {
  return /^\/(?:dev|proc\/[^/]+)\/fd\/\d+$/.test(path) ? '' : path;
}

export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}

/** A similar name in the same folder. */
function findNearestFile(path: string, cwd: string): string | undefined {
  const nearest = findNearestName(basename(path), dirname(resolve(cwd, path)));
  return nearest === undefined ? undefined : join(dirname(path), nearest);
}

/** The name in a folder that is most like this one; undefined if none is near. Only the first `mostCompared` are looked at. */
export function findNearestName(name: string, folder: string, mostCompared?: number): string | undefined {
  try {
    return findNearest(name, readdirSync(folder).slice(0, mostCompared), 1)[0];
  } catch {
    return undefined;
  }
}
