import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { FileChange } from '../conversation/conversation.ts';
import { withFolder } from '../held-folder.ts';
import { writeAtomically } from '../write-atomically.ts';
import { ToolError } from './tool.ts';

/** A text file as it is now. `mode` has its permissions. */
export type Version = { text: string; mode: number };

/** `path` is absolute and real. Without `before`, there must be no such file; without `after`, it goes. */
export type FileEdit = {
  path: string;
  before: Version | undefined;
  after: string | undefined;
  /** Permissions of a file that was moved here, and where it was. */
  mode?: number;
  movedFrom?: string;
};

/** In bytes. */
const largest = 10 * 1024 * 1024;

/** The text of a file, whole, with its byte-order mark. Undefined if there is no such file. Throws ToolError for what is not UTF-8 text. */
export function readVersion(path: string, label: string): Version | undefined {
  const found = readBytes(path, largest);
  if (found === undefined) return undefined;
  if (found === 'too large') throw new ToolError(`${label} is too large to change.`);
  const text = decodeExactly(found.bytes);
  if (text === undefined || text.includes('\0'))
    throw new ToolError(`${label} is not a text file in UTF-8, so it cannot be changed here.`);
  return { text, mode: found.mode };
}

/**
 * Makes all changes or none. Each file must still be what it was, and lie where it did. A change is one step for whoever reads the file. Throws
 * ToolError, with `show` as the names.
 */
export function changeFiles(edits: readonly FileEdit[], show: (path: string) => string): FileChange[] {
  for (const edit of edits) {
    try {
      checkUnchanged(edit, show);
    } catch (error) {
      if (error instanceof ToolError) throw error;
      throw new ToolError(
        `${show(edit.path)} cannot be changed: ${describeReason(error)}. Nothing was changed.`,
      );
    }
  }
  const done: FileEdit[] = [];
  try {
    for (const edit of edits) {
      changeFile(edit);
      done.push(edit);
    }
  } catch (error) {
    const left = done.reverse().filter((edit) => !takeBack(edit));
    const undone =
      left.length === 0
        ? 'Nothing was changed.'
        : `Changed before: ${left.map(({ path }) => show(path)).join(', ')}.`;
    const failed = edits[done.length]?.path ?? '';
    throw new ToolError(`${show(failed)} could not be changed: ${describeReason(error)}. ${undone}`);
  }
  return edits.map(({ path, before, after }) => ({
    path,
    before: before?.text,
    after: after === undefined ? undefined : hashText(after),
    ...(after !== undefined && { made: after }),
  }));
}

function checkUnchanged({ path, before }: FileEdit, show: (path: string) => string): void {
  const now = readBytes(path, largest);
  if (now === undefined && before === undefined) return;
  if (now !== undefined && before === undefined)
    throw new ToolError(`${show(path)} exists by now. View it, and call the tool again.`);
  if (now === undefined) throw new ToolError(`${show(path)} is gone.`);
  if (now === 'too large' || hash(now.bytes) !== hashText(before?.text ?? ''))
    throw new ToolError(
      `${show(path)} changed since this call was planned. View it, and call the tool again.`,
    );
}

/** The same for one file, unchecked but for its place. Throws what the system throws. */
export function changeFile({ path, before, after, mode }: FileEdit): void {
  if (before === undefined && after !== undefined) createFolders(dirname(path));
  withFolder(dirname(path), (folder) => {
    const place = join(folder, basename(path));
    if (after === undefined) {
      rmSync(place);
    } else if (before === undefined) {
      createExclusively(place, after, mode);
    } else {
      const temporary = join(folder, `.copilot-cli-${randomBytes(6).toString('hex')}.tmp`);
      writeAtomically(place, after, { mode: before.mode, temporary });
    }
  });
}

/** Fails if there is anything, a link included. */
function createExclusively(path: string, text: string, mode: number | undefined): void {
  const file = openSync(path, 'wx', mode ?? 0o666);
  try {
    writeFileSync(file, text);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function takeBack({ path, before, after, mode }: FileEdit): boolean {
  try {
    const version = after === undefined ? undefined : { text: after, mode: before?.mode ?? mode ?? 0o666 };
    const goesBack = { path, before: version, after: before?.text };
    changeFile(before === undefined ? goesBack : { ...goesBack, mode: before.mode });
    return true;
  } catch {
    return false;
  }
}

/** Makes the folders that are missing, one in the other. */
function createFolders(folder: string): void {
  let existing = folder;
  while (!exists(existing) && dirname(existing) !== existing) existing = dirname(existing);
  let at = existing;
  for (const name of relative(existing, folder).split(sep).filter(Boolean)) {
    withFolder(at, (held) => mkdirSync(join(held, name)));
    at = join(at, name);
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Undefined if there is no such file. Throws what the system throws, also for a link and for what is not a file. */
function readBytes(path: string, most: number): { bytes: Buffer; mode: number } | 'too large' | undefined {
  if (!exists(path)) return undefined;
  return withFolder(dirname(path), (folder) => {
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
    const file = openSync(join(folder, basename(path)), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' });
      return stats.size > most ? 'too large' : { bytes: readFileSync(file), mode: stats.mode & 0o777 };
    } finally {
      closeSync(file);
    }
  });
}

/** The hash of a file as it is. Undefined if there is no such file. */
export function readHash(path: string): { hash: string; mode: number } | undefined {
  const found = readBytes(path, largest);
  if (found === undefined) return undefined;
  return found === 'too large' ? { hash: '', mode: 0 } : { hash: hash(found.bytes), mode: found.mode };
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The hash that `readHash` gives for a file with this text. */
export function hashText(text: string): string {
  return hash(Buffer.from(text));
}

function decodeExactly(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EEXIST: 'it exists by now',
  ENOENT: 'it is gone',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EMOVED: 'a part of its path is a link now',
  ELOOP: 'a part of its path is a link now',
  ENOTDIR: 'a part of its path is not a folder',
  ENAMETOOLONG: 'its name is too long',
  EISDIR: 'it is not a file',
};

/** Why the system refused a change, for the end of a sentence. */
export function describeReason(error: unknown): string {
  const { code = '' } = error as { code?: string };
  return reasons[code] ?? (code || (error instanceof Error ? error.message : String(error)));
}
