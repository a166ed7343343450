import { isAbsolute, resolve, sep } from 'node:path';
import { compileGlob } from '../../glob.ts';
import { isInside } from '../../is-inside.ts';
import { findRealPath, type Place } from './match.ts';
import { toProgram } from './programs.ts';
import type { ShellCommand } from './shell-command.ts';

/** They read or copy all files of a folder that they are given. */
const walkers = /^(?:[efz]?grep|rg|ag|ack|tar|bsdtar|zip|7z|cp|mv|ln|rsync|diff|find|fd|fdfind|git)$/;

/**
 * Whether a command names a file in one of our folders, in whatever way: by `~` or `$HOME`, from the current folder, through a link, by a glob,
 * or by a folder around it that is looked through. It cannot be told of a name that is put together while the command runs.
 */
export function namesOwnFolder(
  text: string,
  { parts, hidden }: ShellCommand,
  ownFolders: readonly string[],
  place: Place,
): boolean {
  const own = ownFolders.flatMap((folder) => [folder, findRealPath(folder)]);
  if (own.length === 0) return false;
  const plain = expandHome(text.replaceAll(/["'\\]/g, ''), place.home).toLowerCase();
  if (own.some((folder) => plain.includes(folder.toLowerCase()))) return true;
  const all = [...parts, ...hidden];
  const walks = all.some(({ words: [name = ''] }) => walkers.test(toProgram(name)));
  const isMet = (path: string): boolean =>
    own.some((folder) => isInside(path, folder) || (walks && path !== sep && isInside(folder, path)));
  const paths = new Set(all.flatMap(({ words }) => words).flatMap(listPaths));
  return [...paths].some((word) => {
    const typed = expandHome(word, place.home);
    const path = isAbsolute(typed) ? resolve(typed) : resolve(place.folder, typed);
    return isMet(path) || isMet(findRealPath(path)) || own.some((folder) => mayReach(path, folder));
  });
}

/** `--file=a`, `-fa/b`, `a:b` and `@a` hold a path behind something else. */
function listPaths(word: string): string[] {
  const tails = [...word.matchAll(/[=:,@]|(?=[/~]|\.\.?\/)/g)].map(({ index, 0: mark }) =>
    word.slice(index + mark.length),
  );
  return [word, ...tails.slice(0, 8), ...(/^-\w./.test(word) ? [word.slice(2)] : [])].filter(
    (path) => path !== '',
  );
}

function mayReach(path: string, folder: string): boolean {
  if (!/[*?[{]/.test(path)) return false;
  const glob = compileGlob(path, { dot: true, braces: true, ignoreCase: true });
  return !glob || glob.matches(folder) || glob.reaches(folder);
}

function expandHome(text: string, home: string): string {
  return text.replaceAll(/(?<![\w.])~(?=\/|$)|\$(?:HOME\b|\{HOME\})/g, () => home);
}
