import { lstatSync, mkdirSync, realpathSync, type Stats, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { CliError } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
import type { CodeBlock } from './code-blocks.ts';
import { toFileNames } from './file-names.ts';

export type WriteOptions = {
  /** Overwrites files that are there. */
  force?: boolean;
};

/** Writes each block into a file below `dir`, and gives the paths. Throws CliError `usage`, with nothing written, where one cannot go there. */
export function writeBlocks(
  dir: string,
  blocks: readonly CodeBlock[],
  { force = false }: WriteOptions = {},
): string[] {
  const paths = toFileNames(blocks).map((name) => join(dir, name));
  for (const path of paths) checkFolder(resolve(dir), resolve(dirname(path)));
  const present = paths.filter((path) => isPresent(path, force));
  if (present.length > 0) {
    throw new CliError(
      'usage',
      `${present.join(', ')} ${present.length === 1 ? 'is' : 'are'} there already`,
      {
        hint: 'Name another folder. Nothing was written.',
      },
    );
  }
  for (const [index, path] of paths.entries()) writeText(path, blocks[index]?.text ?? '', force);
  return paths;
}

/** A file that is in the way. One that is to be overwritten is not, but a folder or a link always is. */
function isPresent(path: string, force: boolean): boolean {
  const stats = statLink(path);
  return stats !== undefined && !(force && stats.isFile());
}

/** A link below the folder may lead out of it, and a file may stand where a folder is needed. */
function checkFolder(dir: string, folder: string): void {
  const existing = findExisting(folder);
  if (existing === undefined) return;
  const real = attempt(existing, () => realpathSync(existing));
  const top = statLink(dir) && attempt(dir, () => realpathSync(dir));
  if (top !== undefined && existing.length > dir.length && !`${real}${sep}`.startsWith(`${top}${sep}`)) {
    throw new CliError('usage', `${existing} is a link that leads out of ${dir}`, {
      hint: 'Name another folder. Nothing was written.',
    });
  }
  if (!lstatSync(real).isDirectory()) {
    throw new CliError('usage', `${existing} is no folder`, {
      hint: 'Name another folder. Nothing was written.',
    });
  }
}

/** The folder, or the nearest one above it that is there. */
function findExisting(folder: string): string | undefined {
  for (let path = folder; ; path = dirname(path)) {
    if (statLink(path)) return path;
    if (path === dirname(path)) return undefined;
  }
}

function statLink(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // A file stands in the place of a folder; the folder's own check says so.
    if ((error as { code?: string }).code === 'ENOTDIR') return undefined;
    throw toUsageError(path, error);
  }
}

function writeText(path: string, text: string, force: boolean): void {
  attempt(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: force ? 'w' : 'wx' });
  });
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toUsageError(path, error);
  }
}

function toUsageError(path: string, error: unknown): CliError {
  const { reason, hint } = describeFileProblem(error);
  return new CliError('usage', `${path} cannot be written: ${reason}`, { hint, cause: error });
}
