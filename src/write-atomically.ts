import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';

export type AtomicWriteOptions = {
  /** The permissions of the new file. Undefined: the usual ones. */
  mode: number | undefined;
  /** The name of the file until it is complete. */
  temporary?: string;
  /** Waits until the disk has the content. */
  isDurable?: boolean;
};

/** Replaces a file in one step: readers see the old or the new content. If it throws, the old file stays and nothing else is left. */
export function writeAtomically(
  path: string,
  content: string | Uint8Array | Iterable<string>,
  { mode, temporary = `${path}.${process.pid}.tmp`, isDurable = false }: AtomicWriteOptions,
): void {
  // A killed process may have left it.
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'wx', mode);
  try {
    try {
      // The umask may remove permissions of others.
      if (mode !== undefined && (mode & 0o077) !== 0) fchmodSync(file, mode);
      if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(file, content);
      else for (const piece of content) writeFileSync(file, piece);
      if (isDurable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    replaceFile(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** In milliseconds, a second in all. */
const replacePauses = [10, 20, 40, 80, 160, 320, 370];

type ReplaceOptions = {
  platform?: NodeJS.Platform;
  /** Tests hand in another. */
  rename?: (from: string, to: string) => void;
};

/** Renames a file over another. Windows refuses for a moment while a virus scanner or another program has one of them open. */
export function replaceFile(
  from: string,
  to: string,
  { platform = process.platform, rename = renameSync }: ReplaceOptions = {},
): void {
  for (const pause of platform === 'win32' ? replacePauses : []) {
    try {
      rename(from, to);
      return;
    } catch (error) {
      if (!['EPERM', 'EACCES', 'EBUSY'].includes((error as { code?: string }).code ?? '')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
  rename(from, to);
}

/** As many as Linux follows. */
const maxLinks = 40;

/** Where a path leads in the end, also to what does not exist yet: a link may lead there through others. */
export function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return traceLinks(path).at(-1) ?? path;
  }
}

/**
 * Where each link on the way leads, and at last where the path ends. As the system does it, name by name: `..` is the folder around the target of
 * a link. What is not there is no link. A circle ends with the path itself.
 */
export function traceLinks(path: string): string[] {
  const passed: string[] = [];
  let at = parse(resolve(path)).root;
  const left = toNames(resolve(path));
  let links = 0;
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    at = join(at, name);
    const target = readLink(at);
    if (target === undefined) continue;
    links += 1;
    if (links > maxLinks) return [...passed, path];
    at = isAbsolute(target) ? parse(resolve(target)).root : dirname(at);
    left.unshift(...toNames(target));
    passed.push(join(at, ...left));
  }
  return [...passed, at];
}

/** The names of a path without its root. */
function toNames(path: string): string[] {
  return path
    .slice(parse(path).root.length)
    .split(sep === '/' ? sep : /[/\\]/)
    .filter((name) => name !== '' && name !== '.');
}

/** Undefined if it is no link. */
function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
