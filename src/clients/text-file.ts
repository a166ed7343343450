import { existsSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ensureFolder } from '../ensure-folder.ts';
import { CliError } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
import { isInside } from '../is-inside.ts';
import { readFileNow } from '../read-file-now.ts';
import { followLinks, writeAtomically } from '../write-atomically.ts';

/** The current state of another program's file. */
export type TextFile = {
  /** The real path, with links followed. */
  path: string;
  /** Undefined if there is no file. */
  bytes: Buffer | undefined;
  /** The permissions; undefined if there is no file. */
  mode: number | undefined;
};

/** Follows links, also to files that do not exist yet. Throws CliError `config` if it cannot be read. */
export function readTextFile(path: string): TextFile {
  return attempt(path, () => {
    const target = followLinks(path);
    const stats = statSync(target, { throwIfNoEntry: false });
    if (!stats) return { path: target, bytes: undefined, mode: undefined };
    return { path: target, bytes: readFileNow(target), mode: stats.mode & 0o777 };
  });
}

/** The text of the file, empty if there is no file. Throws CliError `config` if it is not UTF-8. */
export function decodeFile({ path, bytes }: TextFile): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes ?? new Uint8Array());
  } catch (error) {
    throw new CliError('config', `${path} is not a text file in UTF-8`, {
      hint: 'Nothing was changed.',
      cause: error,
    });
  }
}

/** Writes atomically, with the given permissions, if any. Throws CliError `config` if that fails. */
export function writeTextFile(path: string, bytes: Uint8Array, mode: number | undefined): void {
  attempt(path, () => {
    ensureFolder(dirname(path));
    writeAtomically(path, bytes, { mode });
  });
}

export function removeFile(path: string): void {
  attempt(path, () => rmSync(path, { force: true }));
}

/** The topmost folder above a file that would be made for it; undefined if its folder is there. */
export function findMissingFolder(path: string): string | undefined {
  let missing: string | undefined;
  for (let folder = dirname(path); !existsSync(folder); folder = dirname(folder)) missing = folder;
  return missing;
}

/** Removes the folders above a file, up to the one that was made for it, as far as nothing else is in them. */
export function removeEmptyFolders(path: string, madeFolder: string | undefined): void {
  if (madeFolder === undefined) return;
  try {
    for (let folder = dirname(path); isInside(folder, madeFolder); folder = dirname(folder))
      rmdirSync(folder);
  } catch {
    // Somebody has put something there.
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined) throw error;
    const { reason, hint } = describeFileProblem(error);
    throw new CliError('config', `${path} cannot be read or written: ${reason}`, {
      hint,
      cause: error,
    });
  }
}
