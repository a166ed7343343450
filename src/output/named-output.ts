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
import { relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
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
 * A link in this folder may have come with a repository, and lead to a file that runs at the next sign-in or commit. Throws CliError `usage` for
 * one on the way to a name that leads out of the folder or to something hidden, whether or not its target is there.
 */
export function refuseLinkOut(name: string, cwd: string): void {
  if (isStream(name, cwd)) return;
  const parts = name.split(/[/\\]/);
  for (const [index] of parts.entries()) refuseOne(parts.slice(0, index + 1).join('/') || '/', cwd);
}

function refuseOne(name: string, cwd: string): void {
  const path = resolve(cwd, name);
  if (!isInside(path, cwd) || !lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const target = followLinks(path);
  const here = realpathSync(cwd);
  const isOut = !isInside(target, here);
  if (!isOut && !reachesHidden(relative(cwd, path), relative(here, target))) return;
  throw new CliError(
    'usage',
    `${name} is a link that leads ${isOut ? 'out of this folder, to' : 'to'} ${target}`,
    { hint: 'Name that place itself, or another one. Nothing was written.' },
  );
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
