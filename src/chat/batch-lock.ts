import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { holdFileLock, withFileLock } from '../config/file-lock.ts';
import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';
import { isObject, toNumber, toText } from '../json-value.ts';

/** Who writes a file, as one line of JSON beside it. */
export type Holder = { type: 'run'; pid: number; host: string; started_at: string };

export type BatchLockOptions = {
  signal: AbortSignal;
  /** The file's name in errors. */
  name: string;
  now: () => number;
  /** Who says to hold the lock. */
  readHolder: () => Holder | undefined;
  writeHolder: (holder: Holder) => void;
  /** Called if another run took the file, because this process was stopped for so long that it seemed dead. */
  onLost: () => void;
};

/** Locks a file for one run; a killed process's lock is taken over at once. Throws CliError `usage` with the holder named in `notes`. */
export async function lockBatchFile(
  path: string,
  notes: string,
  { signal, name, now, readHolder, writeHolder, onLost }: BatchLockOptions,
): Promise<() => Promise<void>> {
  return withFileLock(
    notes,
    async () => {
      const release = await holdFileLock(path, { isAbandoned: () => isDead(readHolder()), onLost });
      if (!release) throw createHeldError(name, readHolder());
      try {
        writeHolder({
          type: 'run',
          pid: process.pid,
          host: hostname(),
          started_at: new Date(now()).toISOString(),
        });
      } catch (error) {
        await release();
        throw error;
      }
      return release;
    },
    { signal },
  );
}

export function toHolder(value: unknown): Holder | undefined {
  if (!isObject(value) || value.type !== 'run') return undefined;
  const { pid, host, started_at } = value;
  return {
    type: 'run',
    pid: toNumber(pid) ?? 0,
    host: toText(host) ?? '',
    started_at: toText(started_at) ?? '',
  };
}

/** Only a process of this machine can be looked for. A container gives the same id to one run after the other. */
function isDead(holder: Holder | undefined): boolean {
  if (!holder || holder.host !== hostname()) return false;
  if (holder.pid === process.pid) return true;
  try {
    process.kill(holder.pid, 0);
    return isZombie(holder.pid);
  } catch (error) {
    return (error as { code?: string }).code === 'ESRCH';
  }
}

/** Whether a process has ended, and its parent has not asked how. False on systems without `/proc`. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^ [ZXx]/.test(stat.slice(stat.lastIndexOf(')') + 1));
  } catch {
    return false;
  }
}

function createHeldError(name: string, holder: Holder | undefined): CliError {
  const host = holder && holder.host !== hostname() ? ` on ${holder.host}` : '';
  const who = holder ? ` (process ${holder.pid}${host}, since ${holder.started_at})` : '';
  return new CliError('usage', `another run is writing ${name}${who}`, {
    hint: advise`Wait until it has ended, or name another file with ${flag('-o')}. The lock is ${`${name}.lock`}.`,
  });
}

/** Word that another run took the lock. */
export type Loss = { error: () => CliError | undefined; report: () => void; reported: Promise<void> };

export function createLoss(onLost: (error: CliError) => void, name: string): Loss {
  let error: CliError | undefined;
  let resolveReported = (): void => {};
  const reported = new Promise<void>((resolve) => {
    resolveReported = resolve;
  });
  return {
    error: () => error,
    reported,
    report() {
      error = createLostError(name);
      onLost(error);
      resolveReported();
    },
  };
}

export function createLostError(name: string): CliError {
  return new CliError('internal', `another run took over ${name} while this one was stopped`, {
    hint: 'Wait for the other run to end, then run the same command again: it asks only the rest.',
  });
}
