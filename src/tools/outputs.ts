import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Outputs of conversations that are not kept go after this time, in milliseconds: 30 days. */
const longestLife = 30 * 24 * 3600 * 1000;

/** Where the long outputs of the commands of a conversation are kept. */
export function toOutputFolder(cacheFolder: string, conversation: string): string {
  return join(cacheFolder, 'outputs', conversation);
}

/** Removes the long outputs of conversations. Throws nothing: what cannot be removed is as good as a cache that is full. */
export function removeOutputs(cacheFolder: string, conversations: readonly string[]): void {
  for (const conversation of conversations) remove(toOutputFolder(cacheFolder, conversation));
}

/** Removes the folders beside this one that nobody wrote into for long. Throws nothing. */
export function removeOldOutputs(folder: string, now: number): void {
  const parent = dirname(folder);
  try {
    for (const name of readdirSync(parent)) {
      const other = join(parent, name);
      if (now - statSync(other).mtimeMs > longestLife) remove(other);
    }
  } catch {
    // There are none, or another process was faster.
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another user's, or on a disk that cannot be written.
  }
}
