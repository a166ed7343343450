import { dirname, relative, resolve } from 'node:path';
import { isCredentialFile } from '../credential-files.ts';
import { CliError } from '../errors.ts';
import { findGuardedFolder, nameGuardedFolder } from '../guarded-folder.ts';
import { isInside, reachesHidden } from '../is-inside.ts';
import { type Found, toRealPath } from './found.ts';
import type { Person } from './ignore-files.ts';
import { leadsToIgnored } from './list-files.ts';

type LinkOptions = {
  cwd: string;
  /** Contains our own secrets. */
  configFolder?: string | undefined;
  /** Without it, what git ignores is not looked at. */
  person?: Person;
  signal?: AbortSignal | undefined;
  isFolder?: boolean;
};

/**
 * A repository may contain a link with a harmless name to a folder. Throws CliError `usage` if it leads out of the guarded folder, or to what is
 * hidden or ignored by git.
 */
export async function checkFolderLink(
  label: string,
  { path, target = path }: Found,
  { cwd, ...loading }: { cwd: string; person: Person; signal: AbortSignal | undefined },
): Promise<void> {
  const refuse = (where: string, hint: string): CliError =>
    new CliError('usage', `${label} is a link to ${target}, which is ${where}`, { hint });
  const here = findGuardedFolder(path, cwd);
  if (here !== undefined && !isInside(target, await toRealGuarded(here, cwd)))
    throw refuse(`outside of ${nameGuardedFolder(here, cwd)}`, 'Name that folder itself if you mean it.');
  if (await leadsToHidden({ path, target }, here))
    throw refuse('hidden', 'Name that folder itself if you mean it.');
  if (await leadsToIgnored({ path, target }, { cwd: here ?? cwd, isFolder: true, ...loading }))
    throw refuse('ignored by git', 'Name the files in it that you mean.');
}

/** Whether a link, or one on the way to it, leads to a hidden folder that its name does not show, such as `.git`. */
async function leadsToHidden({ path, target = path }: Found, here: string | undefined): Promise<boolean> {
  const bases = [dirname(path), ...(here === undefined ? [] : [here])];
  const real = await Promise.all(bases.map(toRealPath));
  return bases.some((base, at) => reachesHidden(relative(base, path), relative(real[at] ?? base, target)));
}

/**
 * A repository may contain a link with a harmless name, and the person or a shell's `*` only that name. Throws CliError `usage` if it leads to
 * secrets, out of the guarded folder, or to what is hidden or ignored by git there.
 */
export async function checkLink(label: string, found: Found, options: LinkOptions): Promise<void> {
  const where = await describeHiding(found, options);
  if (where === undefined) return;
  throw new CliError('usage', `${label} is a link to ${found.target}, which ${where}`, {
    hint: 'Name that file itself if you mean it.',
  });
}

/** What is behind a path that its name does not show, as words after the path. Undefined if it shows all, or nothing is there. */
export async function describeHiding(
  { path, target }: Found,
  { cwd, configFolder, person, signal, isFolder = false }: LinkOptions,
): Promise<string | undefined> {
  if (target === undefined) return undefined;
  const ours = await toRealPath(configFolder);
  if (!isCredentialFile(path, configFolder) && isCredentialFile(target, ours))
    return 'looks like a file of secrets';
  const here = findGuardedFolder(path, cwd);
  if (here === undefined) return undefined;
  const real = await toRealGuarded(here, cwd);
  if (target === resolve(real, relative(here, path))) return undefined;
  if (!isInside(target, real)) return `is outside of ${nameGuardedFolder(here, cwd)}`;
  if (reachesHidden(relative(here, path), relative(real, target))) return 'is hidden';
  const isIgnored =
    person && (await leadsToIgnored({ path, target }, { cwd: here, isFolder, person, signal }));
  return isIgnored ? 'is ignored by git' : undefined;
}

/**
 * The real path of a guarded folder. No link leads to it from the current folder, as `findGuardedFolder` has seen. One that does so a moment
 * later does not count.
 */
export async function toRealGuarded(here: string, cwd: string): Promise<string> {
  const base = resolve(cwd);
  if (!isInside(here, base)) return (await toRealPath(here)) ?? here;
  return resolve((await toRealPath(base)) ?? base, relative(base, here));
}
