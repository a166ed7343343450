import { CliError } from '../errors.ts';
import { splitGlob } from '../glob.ts';
import { checkStill } from './file-errors.ts';
import type { Finder, Found } from './found.ts';
import { type ListOptions, type Loading, listFiles } from './list-files.ts';
import { escapeOddNames } from './odd-names.ts';

export type HeldFiles = {
  /** The name of the folder: of a glob, its fixed beginning. */
  base: string;
  folder: Found;
  /** Relative to the folder. */
  files: string[];
  /** Names that no path leads to, escaped. */
  odd: string[];
};

/** The files of a folder as `listFiles` lists them, by its real path: git knows the files behind a link by that, too. */
export async function listFound(
  { path, target = path }: Found,
  options: ListOptions,
): Promise<Pick<HeldFiles, 'files' | 'odd'>> {
  const odd = new Set<string>();
  const files = await listFiles(target, { ...options, isReal: true, onOdd: (name) => odd.add(name) });
  return { files, odd: escapeOddNames(target, odd) };
}

/** The files that a glob matches. Undefined if `spec` is not a glob. Throws CliError `usage` if nothing matches. */
export async function expandGlob(
  spec: string,
  { finder, ...loading }: { finder: Finder } & Loading,
  platform: NodeJS.Platform = process.platform,
): Promise<HeldFiles | undefined> {
  // Starts at the fixed beginning, so that the ignore files there count wherever it is.
  // On Windows a person types backslashes, which no name there holds.
  const split = splitGlob(platform === 'win32' ? spec.replaceAll('\\', '/') : spec);
  if (!split) return undefined;
  const { base, glob } = split;
  const folder = await finder.find(base);
  const { files, odd } = await listFound(folder, { label: spec, pattern: glob, ...loading });
  if (files.length + odd.length === 0) {
    checkStill(base, folder);
    throw new CliError('usage', `no file matches ${spec}`, {
      hint: 'Files that git ignores and hidden files are sent only if you name them.',
    });
  }
  return { base, folder, files, odd };
}
