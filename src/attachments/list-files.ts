import { posix, resolve } from 'node:path';
import { CliError } from '../errors.ts';

/**
 * The files of a folder, relative to it, in the order of their paths. What git ignores is left out, and so is what is hidden, where
 * secrets tend to lie; links are not followed.
 */
export async function listFiles(folder: string, pattern = '**/*'): Promise<string[]> {
  const { globby } = await import('globby');
  const found = await globby(pattern, {
    cwd: folder,
    gitignore: true,
    ignore: ['**/.git/**'],
    followSymbolicLinks: false,
    expandNegationOnlyPatterns: false,
    suppressErrors: true,
  });
  return found.sort();
}

/** The files that a glob names, by the glob's own beginning. Undefined where it is none. Throws CliError `usage` where nothing matches. */
export async function expandGlob(glob: string, cwd: string): Promise<string[] | undefined> {
  const { default: picomatch } = await import('picomatch');
  // From its fixed beginning, so that the ignore files of that folder count wherever it lies.
  const { base, glob: pattern, isGlob } = picomatch.scan(glob, { nonegate: true });
  if (!isGlob) return undefined;
  const found = await listFiles(resolve(cwd, base), pattern);
  if (found.length === 0) {
    throw new CliError('usage', `no file matches ${glob}`, {
      hint: 'What git ignores and hidden files count only where they are named.',
    });
  }
  return found.map((file) => posix.join(base, file));
}
