import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { splitCommand } from '../command-line.ts';
import type { Context } from '../context.ts';
import { findProgram } from '../find-program.ts';
import { toInvocation } from '../start-program.ts';
import type { Output } from '../terminal/io.ts';
import { stripControls } from '../terminal-text.ts';

type Paging = Pick<Context, 'io' | 'env' | 'signal' | 'wantsPager' | 'onInterrupt' | 'warn'>;

/**
 * Writes to stdout, through the person's pager if the text is longer than the terminal. The pager is PAGER, or else `less` if it is installed;
 * an empty PAGER, `cat` and `--no-pager` mean none. Whoever leaves the pager early has read enough: that is no failure.
 */
export async function writePaged(context: Paging, write: (output: Output) => Promise<void>): Promise<void> {
  const { stdout } = context.io;
  const command = choosePager(context);
  if (command === undefined) return write(stdout);
  const pieces: string[] = [];
  await write({
    ...stdout,
    async write(text) {
      pieces.push(text);
    },
  });
  const text = pieces.join('');
  if (countRows(text, stdout.columns) < stdout.rows) return stdout.write(text);
  const [program = '', ...words] = splitCommand(command);
  const found = findProgram(program, { env: context.env });
  if (found !== undefined) return showIn(spawnPager(found, words, context), text, context);
  context.warn(`the pager ${program} of PAGER is not installed or not in PATH.`);
  return stdout.write(text);
}

function choosePager({ io, env, wantsPager }: Paging): string | undefined {
  const { stdin, stdout } = io;
  // A screen reader reads lines, not a program that fills the screen.
  if (!wantsPager || !stdout.canRedraw || !stdin.isTerminal) return undefined;
  const chosen = env.PAGER?.trim() ?? (findProgram('less', { env }) ? 'less' : '');
  return chosen === '' || chosen === 'cat' ? undefined : chosen;
}

function countRows(text: string, columns: number): number {
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(toPlain(line).length / columns)), 0);
}

function toPlain(line: string): string {
  return stripControls(line.replaceAll(/\u001b\[[\d;]*m/g, ''));
}

function spawnPager(program: string, words: string[], { env, io }: Paging): ChildProcess {
  // As git does: colours pass, a short text stays on the screen, and the text stays when the pager ends.
  const defaults = { LESS: io.stdout.colour ? 'FRX' : 'FX', LV: '-c' };
  const invocation = toInvocation(program, words, { env });
  return spawn(invocation.program, invocation.words, {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...defaults, ...env },
    ...invocation.options,
  });
}

/** Ctrl+C belongs to the pager while it is open. */
async function showIn(pager: ChildProcess, text: string, { io, signal, onInterrupt }: Paging): Promise<void> {
  const ended = once(pager, 'close').then(
    () => true,
    () => false,
  );
  const forget = onInterrupt(() => {});
  const end = (): void => void pager.kill();
  signal.addEventListener('abort', end);
  // The person may leave before the end.
  pager.stdin?.on('error', () => {});
  pager.stdin?.end(text);
  try {
    if (!(await ended)) await io.stdout.write(text);
  } finally {
    forget();
    signal.removeEventListener('abort', end);
  }
  signal.throwIfAborted();
}
