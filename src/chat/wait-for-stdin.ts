import type { Context } from '../context.ts';
import { silenceMs } from '../terminal/stdin-text.ts';
import { isTerminalFree } from '../terminal/terminal-use.ts';

/** Reads stdin, and says on a terminal that it is waited for. */
export async function waitForStdin<T>(context: Context, read: () => Promise<T>): Promise<T> {
  // Nobody is told to wait for what they type themselves.
  if (context.io.stdin.isTerminal) return read();
  const wait = context.beginWait('Waiting for stdin', { isFree: isTerminalFree });
  return read().finally(wait.end);
}

/** What to say once if stdin is silent. `way` says how to do without it. */
export function describeSilence(way = ''): string {
  const sentence = `stdin is a pipe that has been silent for ${silenceMs / 1000} s; waiting for its end.`;
  return way === '' ? sentence : `${sentence} ${way}`;
}
