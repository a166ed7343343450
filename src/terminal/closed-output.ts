import { constants, readFileSync, readlinkSync } from 'node:fs';
import { isShell } from './stdin-origin.ts';

/**
 * Whether a shell closed the output for this command (`>&-`). Node puts a /dev/null in its place that can be read, too, which a shell opens
 * only for writing. Programs give such a /dev/null to their children on purpose, so the parent must be a shell that has another output. Only
 * Linux reports this; elsewhere, and if the shell is gone, false.
 */
export function isClosedByShell(fd: number): boolean {
  try {
    if (readlinkSync(`/proc/self/fd/${fd}`) !== '/dev/null') return false;
    const [, flags = ''] = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    const isReadable = (Number.parseInt(flags, 8) & 3) === constants.O_RDWR;
    return isReadable && isShell(process.ppid) && findTarget(process.ppid, fd) !== '/dev/null';
  } catch {
    return false;
  }
}

/** Throws if the process hides it. */
function findTarget(pid: number, fd: number): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'closed';
    throw error;
  }
}
