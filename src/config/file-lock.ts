import { readdirSync, rmdirSync, statSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureFolder } from '../ensure-folder.ts';
import { pause } from '../pause.ts';

type LockOptions<T> = {
  signal: AbortSignal;
  /** Called while waiting and once locked: a value is the result, because the last holder has done our work. */
  skipWhen?: () => T | undefined | Promise<T | undefined>;
};

/** How long a waiter believes that a silent holder still lives, in milliseconds; a holder shows itself twice as often. */
const staleMs = 10_000;
const pollMs = 40;

/** Runs `work` under the lock `path.lock`, a folder. If the parent folder is not writable there is nothing to protect, so runs unlocked. */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  { signal, skipWhen }: LockOptions<T>,
): Promise<T> {
  const { default: lockfile } = await import('proper-lockfile');
  for (;;) {
    signal.throwIfAborted();
    const known = await skipWhen?.();
    if (known !== undefined) return known;
    let release: () => Promise<void>;
    try {
      ensureFolder(dirname(path), 0o700);
      // A lock that was taken from us while the machine slept is no reason to crash.
      release = await lockfile.lock(path, { realpath: false, stale: staleMs, onCompromised: () => {} });
    } catch (error) {
      if ((error as { code?: string }).code !== 'ELOCKED') return work();
      await pause(pollMs * (0.5 + Math.random()), signal);
      continue;
    }
    try {
      return (await skipWhen?.()) ?? (await work());
    } finally {
      await release().catch(() => {});
    }
  }
}

/** Removes the locks in a folder whose holders were killed. Never throws. */
export function removeStaleLocks(folder: string): void {
  try {
    for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.lock'))) {
      const lock = join(folder, name);
      if (Date.now() - statSync(lock).mtimeMs > staleMs) rmdirSync(lock);
    }
  } catch {
    // The folder is missing, or another process was faster.
  }
}

type HoldOptions = {
  /** Called if the lock is taken. True if its holder is known to be dead: nobody then waits until the lock is stale. */
  isAbandoned: () => boolean;
  /** Called once if another process took the lock, because this one was stopped for so long that it seemed dead. */
  onLost: () => void;
};

/**
 * Takes the lock on `path` and returns its release, or undefined if it is taken. Two callers must not look for an abandoned lock at the
 * same time: call this inside `withFileLock` on another path.
 */
export async function holdFileLock(
  path: string,
  { isAbandoned, onLost }: HoldOptions,
): Promise<(() => Promise<void>) | undefined> {
  const { default: lockfile } = await import('proper-lockfile');
  const take = async (): Promise<(() => Promise<void>) | undefined> => {
    try {
      return await lockfile.lock(path, { realpath: false, stale: staleMs, onCompromised: onLost });
    } catch (error) {
      if ((error as { code?: string }).code === 'ELOCKED') return undefined;
      throw error;
    }
  };
  let release = await take();
  if (!release && isAbandoned()) {
    await rmdir(`${path}.lock`).catch(() => {});
    release = await take();
  }
  return release && (() => release().catch(() => {}));
}
