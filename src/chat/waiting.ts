import type { Context } from '../context.ts';
import { silenceMs } from '../terminal/stdin-text.ts';
import { isTerminalFree } from '../terminal/terminal-use.ts';

/** Reading time before a notice, in milliseconds. */
const longMs = 5_000;

/** Shows on a terminal what is being read, and anywhere if it takes long: a pipe or page may never end. */
export async function followReading<T>(context: Context, label: string, reading: Promise<T>): Promise<T> {
  const wait = context.beginWait(`Reading ${label}`);
  const timer = setTimeout(() => {
    context.warn(
      `still waiting for ${label} after ${longMs / 1000} s. Ctrl+C ends the wait, --timeout limits it.`,
    );
  }, longMs);
  return reading.finally(() => {
    clearTimeout(timer);
    wait.end();
  });
}

/** Reads stdin, and says on a terminal that it is waited for. */
export async function waitForStdin<T>(context: Context, read: () => Promise<T>): Promise<T> {
  // No notice about a person's own typing.
  if (context.io.stdin.isTerminal) return read();
  const wait = context.beginWait('Waiting for stdin', { isFree: isTerminalFree });
  return read().finally(wait.end);
}

/** The notice for a silent stdin. `way` is the way to do without it. */
export function describeSilence(way = ''): string {
  const sentence = `stdin is a pipe that has been silent for ${silenceMs / 1000} s; waiting for its end.`;
  return way === '' ? sentence : `${sentence} ${way}`;
}
