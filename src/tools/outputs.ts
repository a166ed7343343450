import { lstatSync, mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ensureFolder } from '../ensure-folder.ts';
import { withFolder } from '../held-folder.ts';

/** Outputs of conversations that are not kept go after this time, in milliseconds: 30 days. */
const longestLife = 30 * 24 * 3600 * 1000;

/** A folder is called as its conversation. Others are not ours. */
const conversationName = /^\d{8}-\d{4}-[a-z\d]{5}$/;

/** Where the long outputs of the commands of a conversation are kept. */
export function toOutputFolder(cacheFolder: string, conversation: string): string {
  return join(cacheFolder, 'outputs', conversation);
}

/** Makes the folder of a conversation. Throws what the system throws, and if the way leads through a link below the cache folder. */
export function makeOutputFolder(folder: string): void {
  const outputs = dirname(folder);
  ensureFolder(dirname(outputs), 0o700);
  makeFolder(outputs);
  withOutputs(outputs, (held) => makeFolder(join(held, basename(folder))));
}

/** Removes the long outputs of conversations. Throws nothing: what cannot be removed is as good as a cache that is full. */
export function removeOutputs(cacheFolder: string, conversations: readonly string[]): void {
  removeWhere(join(cacheFolder, 'outputs'), (_, name) => conversations.includes(name));
}

/** Removes the folders beside this one that nobody wrote into for long. Throws nothing. */
export function removeOldOutputs(folder: string, now: number): void {
  removeWhere(dirname(folder), (path) => now - lstatSync(path).mtimeMs > longestLife);
}

function removeWhere(outputs: string, isMeant: (path: string, name: string) => boolean): void {
  attempt(() =>
    withOutputs(outputs, (held) => {
      for (const name of readdirSync(held).filter((one) => conversationName.test(one))) {
        const path = join(held, name);
        attempt(() => {
          if (isMeant(path, name)) rmSync(path, { recursive: true, force: true });
        });
      }
    }),
  );
}

/** The cache folder may be a link of the person's. What is in it is made by us, and a link in its place, which a repository may hold, leads elsewhere. */
function withOutputs(outputs: string, use: (held: string) => void): void {
  withFolder(join(realpathSync(dirname(outputs)), basename(outputs)), use);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // There is nothing, it is another user's, or another process was faster.
  }
}
