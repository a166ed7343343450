import { readFileSync } from 'node:fs';

export type ProcessUsage = {
  /** CPU time so far, of all threads, user and system, in steps of 10 ms. */
  cpuMs: number;
  /** Memory in use, in bytes, now and at most so far. */
  rss: number;
  peakRss: number;
};

// What the kernel counts in, on every Linux that people have.
const ticksPerSecond = 100;

/** What a running process has used. Linux only; throws where there is no such process. */
export function readUsage(pid: number): ProcessUsage {
  // The name of the program, in parentheses, may hold blanks and parentheses itself.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [userTicks, systemTicks] = [Number(stat[11]), Number(stat[12])];
  return {
    cpuMs: ((userTicks + systemTicks) * 1000) / ticksPerSecond,
    rss: readKilobytes(status, 'VmRSS'),
    peakRss: readKilobytes(status, 'VmHWM'),
  };
}

function readKilobytes(status: string, name: string): number {
  const [, kilobytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  if (kilobytes === undefined) throw new Error(`/proc tells no ${name}`);
  return Number(kilobytes) * 1024;
}
