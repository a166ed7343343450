import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { decodeUtf } from '../decode-utf.ts';
import { ensureFolder } from '../ensure-folder.ts';
import { CliError } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
import { isObject, type JsonObject, parseJson } from '../json-value.ts';
import { findStats, formatMode, isOpenToOthers } from '../open-file.ts';
import { limitTime } from '../pause.ts';
import { readFileNow } from '../read-file-now.ts';
import { followLinks, writeAtomically } from '../write-atomically.ts';
import { removeStaleLocks, withFileLock } from './file-lock.ts';

export type JsonFile = {
  readonly path: string;
  /** What the file holds, which nobody may change; an empty object if there is none. Throws CliError `config` if it is not a JSON object. */
  read(): JsonObject;
  /**
   * Writes the changed content atomically, one process at a time; nothing for undefined. Sets a broken file aside first. `save` writes what
   * is to stand in the file if the process is killed before `change` returns.
   */
  update(
    change: (
      content: JsonObject,
      save: (content: JsonObject) => void,
    ) => JsonObject | undefined | Promise<JsonObject | undefined>,
  ): Promise<void>;
  /** Removes it and every copy beside it. Waits for a write that is under way, so that it cannot bring the file back. */
  remove(): Promise<void>;
  /** Removes every copy beside it. */
  removeCopies(): Promise<void>;
  /** Makes it and its folder private if possible, and tells who can read it. */
  close(): Privacy;
  /** Throws CliError `config` if an update would fail. */
  ensureWritable(): Promise<void>;
};

type JsonFileOptions = {
  path: string;
  /** Called with what happened to the person's file: one sentence. */
  onNotice: (sentence: string) => void;
  /** The file is closed to others whenever it is read. */
  isSecret?: boolean;
  /** Whether a write waits for the disk, some milliseconds in which nothing else happens: true unless it is given. */
  isDurable?: boolean;
  /** If true, an unreadable file counts as empty, with one notice. A broken file never does. */
  isDispensable?: () => boolean;
  /** Ends the wait for another process that writes. */
  signal?: AbortSignal;
};

const asideMark = '.bad-';
const temporaryMark = '.tmp-';

/** A write takes milliseconds; a lock held this long is broken. */
const lockTimeoutMs = 15_000;
const clockStepMs = 100;

/** A JSON file that only its owner may read. */
export function createJsonFile({
  path,
  onNotice,
  signal,
  isSecret = false,
  isDurable = true,
  isDispensable = () => false,
}: JsonFileOptions): JsonFile {
  let isReported = false;
  let known: { version: string; content: JsonObject } | undefined;
  /** Whether the file was looked at since the last microtask: one request reads many settings at once. */
  let isFresh = false;

  function setAside(): void {
    const kept = `${path}${asideMark}${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    renameSync(path, kept);
    onNotice(`${path} was not valid JSON; it is kept as ${kept}, and a new file is used.`);
  }

  function readOrSetAside(): JsonObject {
    try {
      return readJsonObject(path);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      setAside();
      return {};
    }
  }

  /** A server reads its settings many times for each request, and they hardly ever change. */
  function readAgain(): JsonObject {
    if (isFresh && known) return known.content;
    known = readIfChanged(statSync(path, { throwIfNoEntry: false }));
    isFresh = true;
    queueMicrotask(() => {
      isFresh = false;
    });
    return known.content;
  }

  function readIfChanged(stat: Stats | undefined): { version: string; content: JsonObject } {
    if (!stat) return { version: '', content: {} };
    if (isSecret && isOpenToOthers(stat.mode)) closeToOthers(path, onNotice);
    const version = `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
    // Within one tick of the disk's clock, a file can change without a new time stamp.
    const isSame = known?.version === version && Date.now() - stat.mtimeMs >= clockStepMs;
    return isSame && known ? known : { version, content: readJsonObject(path) };
  }

  async function exclusively(work: () => Promise<void>): Promise<void> {
    try {
      await withFileLock(path, work, {
        signal: limitTime(lockTimeoutMs, ...(signal ? [signal] : [])),
      });
    } catch (error) {
      throw toConfigError(path, error);
    }
  }

  return {
    path,
    read() {
      try {
        return readAgain();
      } catch (error) {
        const failure = toConfigError(path, error);
        if ((error as { code?: string }).code === undefined || !isDispensable()) throw failure;
        if (!isReported) onNotice(`${(failure as Error).message}; it is left out.`);
        isReported = true;
        return {};
      }
    },
    update: (change) =>
      exclusively(async () => {
        // We have the lock, so their writers were killed.
        removeFiles(listBeside(path, (name) => name.startsWith(`${basename(path)}${temporaryMark}`)));
        isFresh = false;
        const content = await change(readOrSetAside(), (midway) => writeJsonObject(path, midway, isDurable));
        isFresh = false;
        if (content !== undefined) writeJsonObject(path, content, isDurable);
      }),
    remove: () =>
      exclusively(async () => {
        removeFiles([path, ...listCopies(path)]);
        removeStaleLocks(dirname(path));
      }),
    removeCopies: () => exclusively(async () => removeFiles(listCopies(path))),
    close: () => closeToOthers(path, onNotice),
    ensureWritable: () =>
      exclusively(async () => {
        readOrSetAside();
        ensureFolder(dirname(path), 0o700);
        accessSync(dirname(path), constants.W_OK);
      }),
  };
}

/** Files in the same folder, no folders. */
function listBeside(path: string, isWanted: (name: string) => boolean): string[] {
  const folder = dirname(path);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && isWanted(entry.name))
    .map(({ name }) => join(folder, name));
}

const listCopies = (path: string): string[] => listBeside(path, (name) => isCopy(name, basename(path)));

/** Leftovers of killed writes, broken files and editors: `NAME.tmp-…`, `NAME.bad-…`, `NAME~`, `.NAME.swp`, `NAME.bak`. */
function isCopy(name: string, original: string): boolean {
  return name !== original && name.replace(/^[.#]+/, '').startsWith(original);
}

function removeFiles(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true });
}

/** Throws SyntaxError if the text is not a JSON object. */
function readJsonObject(path: string): JsonObject {
  let text: string;
  try {
    text = decodeUtf(readFileNow(path));
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return {};
    throw error;
  }
  const value = parseJson(text);
  if (!isObject(value)) throw new SyntaxError('it is not a JSON object');
  return value;
}

function writeJsonObject(path: string, content: JsonObject, isDurable: boolean): void {
  const folder = dirname(path);
  ensureFolder(folder, 0o700);
  // The folder may be older than we are, and wider open.
  chmodSync(folder, 0o700);
  // A person may keep the file elsewhere, and a link to it here.
  const target = followLinks(path);
  writeAtomically(target, JSON.stringify(content, undefined, '\t'), {
    mode: 0o600,
    temporary: `${target}${temporaryMark}${process.pid}`,
    isDurable,
  });
}

function toConfigError(path: string, error: unknown): unknown {
  if (error instanceof CliError) return error;
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new CliError('config', `${path} is locked by another process`, {
      hint: `Try again. If this does not help, remove ${path}.lock`,
      cause: error,
    });
  }
  if (error instanceof SyntaxError) {
    return new CliError('config', `${path} is not a JSON object`, {
      hint: 'Correct it, or move it away.',
      cause: error,
    });
  }
  const code = (error as { code?: string }).code;
  if (code === undefined) return error;
  const { reason, hint } = describeFileProblem(error);
  return new CliError('config', `${path} cannot be read or written: ${reason}`, {
    hint,
    cause: error,
  });
}

/** `unknown`: there is no file, or the system has no modes (Windows). */
export type Privacy = { kind: 'private' | 'unknown' } | { kind: 'exposed'; reason: string };

/** The system that the file is on; tests name another. */
type FileSystem = {
  platform: NodeJS.Platform;
  /** The person's own user id; undefined on Windows. */
  uid: number | undefined;
};

const currentSystem = (): FileSystem => ({ platform: process.platform, uid: process.getuid?.() });

/** Makes a file with secrets and its folder private if possible. Reports each change to `onNotice`. */
export function closeToOthers(
  path: string,
  onNotice: (sentence: string) => void,
  system: FileSystem = currentSystem(),
): Privacy {
  if (system.platform === 'win32') return { kind: 'unknown' };
  closeOne(dirname(path), 0o700, onNotice, system);
  const stat = closeOne(path, 0o600, onNotice, system);
  if (!stat) return { kind: 'unknown' };
  // Skips file systems without modes and other people's files.
  if (isOpenToOthers(stat.mode, system.platform))
    return { kind: 'exposed', reason: `other users can read it: mode ${formatMode(stat)}` };
  if (system.uid !== undefined && stat.uid !== system.uid)
    return { kind: 'exposed', reason: `it belongs to user ${stat.uid}, who can read it too` };
  return { kind: 'private' };
}

/** Returns the resulting privacy; undefined if nothing is there. */
function closeOne(
  path: string,
  mode: number,
  onNotice: (sentence: string) => void,
  system: FileSystem,
): Stats | undefined {
  const before = findStats(path);
  if (!before || !isOpenToOthers(before.mode, system.platform)) return before;
  try {
    chmodSync(path, mode);
  } catch {
    return before;
  }
  const after = findStats(path);
  if (after && !isOpenToOthers(after.mode, system.platform))
    onNotice(
      `${path} was readable by others (mode ${formatMode(before)}); now only you can read it (${formatMode(after)}).`,
    );
  return after;
}
