import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  realpathSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
import { findGuardedFolder, nameGuardedFolder } from '../guarded-folder.ts';
import { isInside, reachesHidden } from '../is-inside.ts';
import { openRegular } from '../read-file-now.ts';
import { followLinks } from '../write-atomically.ts';

/** Whether the name is that of a pipe or a device. It holds nothing of earlier runs, and takes what it is given in order. */
export function isStream(name: string, cwd: string): boolean {
  try {
    const stat = statSync(resolve(cwd, name), { throwIfNoEntry: false });
    return stat !== undefined && !stat.isFile() && !stat.isDirectory();
  } catch {
    return false;
  }
}

/**
 * Opens a pipe or a device. Never waits for a reader: no signal would end that wait. Throws CliError `usage` if there is none, and errors of
 * the system.
 */
export function openStream(name: string, cwd: string): number {
  try {
    return openSync(
      resolve(cwd, name),
      constants.O_WRONLY | constants.O_APPEND | (constants.O_NONBLOCK ?? 0),
    );
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENXIO') throw error;
    throw new CliError('usage', `${name} is a pipe or a socket that no program reads`, {
      hint: 'Start the program that reads it first, or name a file.',
      cause: error,
    });
  }
}

/**
 * A link in this folder or in a repository may have come with it, and lead to a file that runs at the next sign-in or commit. Throws CliError
 * `usage` for one on the way to a name that leads out of there or to something hidden, whether or not its target is there.
 */
export function refuseLinkOut(name: string, cwd: string): void {
  const path = resolve(cwd, name);
  const here = findGuardedFolder(path, cwd);
  if (here === undefined) return;
  let at = here;
  for (const part of relative(here, path).split(sep)) {
    at = join(at, part);
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink())
      refuseLink(at, { here, cwd, shown: at === path ? name : relative(cwd, at) });
  }
}

function refuseLink(link: string, { here, cwd, shown }: { here: string; cwd: string; shown: string }): void {
  const target = followLinks(link);
  const real = realpathSync(here);
  const isOut = !isInside(target, real);
  if (!isOut && !reachesHidden(relative(here, link), relative(real, target))) return;
  const way = isOut ? `out of ${nameGuardedFolder(here, cwd)}, to` : 'to';
  throw new CliError('usage', `${shown} is a link that leads ${way} ${target}`, {
    hint: 'Name that place itself, or another one. Nothing was written.',
  });
}

/** How often to try again while the reader does not read, in milliseconds. */
const retryMs = 20;

/** Rejects with errors of the system, and with the reason of the signal. */
export async function writeToStream(file: number, text: string, signal: AbortSignal): Promise<void> {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(file, bytes, done);
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error;
      await sleep(retryMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** Writes a document to a file that only its owner can read, to a pipe or to a device. Throws CliError `usage` if it cannot be written. */
export async function writeDocument(
  name: string,
  text: string,
  { cwd, signal }: { cwd: string; signal: AbortSignal },
): Promise<void> {
  refuseLinkOut(name, cwd);
  const streams = isStream(name, cwd);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC;
  try {
    const file = streams ? openStream(name, cwd) : openRegular(resolve(cwd, name), flags, { mode: 0o600 });
    try {
      if (streams) await writeToStream(file, text, signal);
      else writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CliError) throw error;
    const { reason, hint } = describeFileProblem(error);
    throw new CliError('usage', `${name} cannot be written: ${reason}`, { hint, cause: error });
  }
}
