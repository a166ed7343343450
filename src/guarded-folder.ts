import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { isInside } from './is-inside.ts';

/**
 * The folder that a link on the way to a path may not leave, because the link may have come with a repository: the current folder, or the root of
 * the repository around the path, also if it is one of those in the current folder, and that belongs to none. Undefined for other places, where
 * links are the person's own. `path` is as it was typed, made absolute.
 */
export function findGuardedFolder(path: string, cwd: string): string | undefined {
  const here = resolve(cwd);
  if (!isInside(path, here)) return findRepository(dirname(path));
  // A submodule may link to what is around it.
  const isPart = path === here || findRepository(here) !== undefined;
  const repository = isPart ? undefined : findRepository(dirname(path));
  return repository === undefined || isLed(repository, here) ? here : repository;
}

/** The root of the repository around a folder. A link of one repository may lead into another, and its links count as those of the first. */
function findRepository(folder: string): string | undefined {
  let at = folder;
  while (!existsSync(join(at, '.git'))) {
    if (dirname(at) === at) return undefined;
    at = dirname(at);
  }
  const around = dirname(at) === at ? undefined : findRepository(dirname(at));
  return around !== undefined && isLed(at, around) ? around : at;
}

function isLed(folder: string, root: string): boolean {
  return realpathSync(folder) !== resolve(realpathSync(root), relative(root, folder));
}

/** How an error calls the guarded folder of a path. */
export function nameGuardedFolder(folder: string, cwd: string): string {
  return folder === resolve(cwd) ? 'this folder' : 'its repository';
}
