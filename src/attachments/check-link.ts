import { realpath } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { isCredentialFile } from '../credential-files.ts';
import { CliError } from '../errors.ts';
import { findGuardedFolder, nameGuardedFolder } from '../guarded-folder.ts';
import { isInside, reachesHidden } from '../is-inside.ts';
import type { Person } from './ignore-files.ts';
import { followLinks, leadsToIgnored } from './list-files.ts';

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
  { cwd, ...loading }: { cwd: string; person: Person; signal: AbortSignal | undefined },
): Promise<void> {
  const folder = resolve(cwd, label);
  const { target } = await followLinks(folder, cwd);
  const refuse = (where: string, hint: string): CliError =>
    new CliError('usage', `${label} is a link to ${target}, which is ${where}`, { hint });
  const here = findGuardedFolder(folder, cwd);
  if (here !== undefined && !isInside(target, (await toRealPath(here)) ?? here))
    throw refuse(`outside of ${nameGuardedFolder(here, cwd)}`, 'Name that folder itself if you mean it.');
  if (await leadsToHidden(folder, here)) throw refuse('hidden', 'Name that folder itself if you mean it.');
  if (await leadsToIgnored(folder, { cwd: here ?? cwd, isFolder: true, ...loading }))
    throw refuse('ignored by git', 'Name the files in it that you mean.');
}

/** Whether a link, or one on the way to it, leads to a hidden folder that its name does not show, such as `.git`. */
async function leadsToHidden(folder: string, here: string | undefined): Promise<boolean> {
  const bases = [dirname(folder), ...(here === undefined ? [] : [here])];
  const [target = folder, ...real] = await Promise.all([folder, ...bases].map(toRealPath));
  return bases.some((base, at) => reachesHidden(relative(base, folder), relative(real[at] ?? base, target)));
}

/**
 * A repository may contain a link with a harmless name, and the person or a shell's `*` only that name. Throws CliError `usage` if it leads to
 * secrets, out of the guarded folder, or to what is hidden or ignored by git there.
 */
export async function checkLink(label: string, options: LinkOptions): Promise<void> {
  const path = resolve(options.cwd, label);
  const target = await toRealPath(path);
  const where = target === undefined ? undefined : await describeHiding(path, target, options);
  if (where === undefined) return;
  throw new CliError('usage', `${label} is a link to ${target}, which ${where}`, {
    hint: 'Name that file itself if you mean it.',
  });
}

/** What is behind a path that its name does not show, as words after the path. Undefined if it shows all. */
export async function describeHiding(
  path: string,
  target: string,
  { cwd, configFolder, person, signal, isFolder = false }: LinkOptions,
): Promise<string | undefined> {
  const ours = await toRealPath(configFolder);
  if (!isCredentialFile(path, configFolder) && isCredentialFile(target, ours))
    return 'looks like a file of secrets';
  const here = findGuardedFolder(path, cwd);
  if (here === undefined || !(await followLinks(path, here)).isLed) return undefined;
  const real = (await toRealPath(here)) ?? here;
  if (!isInside(target, real)) return `is outside of ${nameGuardedFolder(here, cwd)}`;
  if (reachesHidden(relative(here, path), relative(real, target))) return 'is hidden';
  const isIgnored = person && (await leadsToIgnored(path, { cwd: here, isFolder, person, signal }));
  return isIgnored ? 'is ignored by git' : undefined;
}

/** Undefined if it is not there. */
export async function toRealPath(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : realpath(path).catch(() => undefined);
}
