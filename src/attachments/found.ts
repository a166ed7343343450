import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readFileStart } from '../file-start.ts';
import { MovedError } from '../held-folder.ts';

/**
 * A path and what it led to when that was found out. The target is what is judged and what is read, whatever another program has exchanged in the
 * meantime.
 */
export type Found = {
  /** As it was typed, made absolute. */
  path: string;
  /** The real path. Undefined if nothing is there, or a pipe that has no name. */
  target: string | undefined;
};

/** Finds out what names lead to, each once. */
export type Finder = {
  find(name: string): Promise<Found>;
  /** Makes this what the finder has found. */
  keep(found: Found): void;
};

export function createFinder(cwd: string): Finder {
  const known = new Map<string, Promise<Found>>();
  return {
    find(name) {
      const path = resolve(cwd, name);
      const finding = known.get(path) ?? findTarget(path);
      known.set(path, finding);
      return finding;
    },
    keep(found) {
      known.set(found.path, Promise.resolve(found));
    },
  };
}

export async function findTarget(path: string): Promise<Found> {
  return { path, target: await toRealPath(path) };
}

/** Reads as `readFileStart` does. Throws MovedError if another file has taken the place of the target. */
export function readFound({ path, target }: Found, maxBytes: number, signal?: AbortSignal): Promise<Buffer> {
  // What a shell hands over for `<(…)` and `<` was opened before, and nobody exchanges it.
  if (openFiles.test(path)) return readFileStart(path, maxBytes, signal);
  if (target === undefined) return readFileStart(path, maxBytes, signal, { kind: 'special' });
  const read = (): Promise<Buffer> => readFileStart(target, maxBytes, signal, { kind: 'real' });
  // A program that saves a file puts another one in its place, just now perhaps: one more look tells.
  return read().catch((error) => (error instanceof MovedError ? read() : Promise.reject(error)));
}

const openFiles = /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/(?:self|thread-self|\d+)\/fd\/\d+)$/;

/** Undefined if it is not there. */
export async function toRealPath(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : realpath(path).catch(() => undefined);
}
