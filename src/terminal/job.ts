import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

/**
 * Whether another job of the shell has our terminal. If so, a change of its modes stops us, and no signal is handled before `fg`. False if
 * the system does not tell.
 */
export function isInBackground(platform: NodeJS.Platform = process.platform): boolean {
  // Windows has no jobs. Its search for `ps` would begin in the current folder.
  if (platform === 'win32') return false;
  const [group, foreground] = platform === 'linux' ? readGroups() : askPs();
  // The terminal has no foreground job, or one that cannot be seen from inside a container.
  return group !== undefined && foreground !== undefined && foreground > 0 && group !== foreground;
}

/** Time allowed for the signal that ends a job, which may be handled later than the one that continues it, in milliseconds. */
export const settleMs = 50;

type Terminal = Readable & { setRawMode?: (isRaw: boolean) => unknown };

/** Stops the job, instead of asking for keys in the background, until it has the terminal or the signal aborts. For code of others. */
export function guardRawMode(terminal: Terminal, signal: AbortSignal): void {
  const setRawMode = terminal.setRawMode?.bind(terminal);
  if (!setRawMode) return;
  let timer: NodeJS.Timeout | undefined;
  const enterLater = (): void => {
    if (signal.aborted) return;
    // `fg` came in the meantime, and would be undone.
    if (!isInBackground()) return void terminal.setRawMode?.(true);
    process.once('SIGCONT', () => setImmediate(() => terminal.setRawMode?.(true)));
    process.kill(0, 'SIGTTOU');
  };
  terminal.setRawMode = (isRaw) => {
    clearTimeout(timer);
    if (!isInBackground()) return setRawMode(isRaw);
    if (isRaw) timer = setTimeout(enterLater, settleMs);
    return terminal;
  };
}

/** Our process group, and the one that has the terminal. */
function readGroups(): number[] {
  try {
    return readStat('self');
  } catch {
    return askPs();
  }
}

/** The process group that has the terminal of a process. Undefined if there is none, or the system does not tell. */
export function findForeground(pid: number): number | undefined {
  try {
    const [, foreground = 0] = readStat(String(pid));
    return foreground > 0 ? foreground : undefined;
  } catch {
    return undefined;
  }
}

function readStat(pid: string): number[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name may contain blanks and brackets.
  const [, , group, , , foreground] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return [Number(group), Number(foreground)];
}

/** Where there is no `/proc`, as on macOS. By its path: a folder of PATH must not choose what runs at each question. */
function askPs(): number[] {
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { stdout } = spawnSync('/bin/ps', ['-o', 'pgid=', '-o', 'tpgid=', '-p', String(process.pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 1_000,
  });
  return (stdout?.trim().split(/\s+/) ?? []).map(Number).filter(Number.isInteger);
}
