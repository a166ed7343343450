import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { splitCommand } from '../command-line.ts';
import type { Context } from '../context.ts';
import { findProgram } from '../find-program.ts';
import { toInvocation } from '../start-program.ts';
import type { Output } from '../terminal/io.ts';

type Paging = Pick<Context, 'io' | 'env' | 'signal' | 'wantsPager' | 'onInterrupt' | 'warn'>;

/**
 * Writes to stdout, through the person's pager if the text is longer than the terminal. The pager is PAGER, or else `less` if it is installed;
 * an empty PAGER, `cat` and `--no-pager` mean none. Whoever leaves the pager early has read enough: that is no failure. `leavesText: false`:
 * what stood on the screen is there again afterwards.
 */
export async function writePaged(
  context: Paging,
  write: (output: Output) => Promise<void>,
  { leavesText = true } = {},
): Promise<void> {
  const { stdout } = context.io;
  if (!mayPage(context)) return write(stdout);
  const pieces: string[] = [];
  await write({
    ...stdout,
    async write(text) {
      pieces.push(text);
    },
  });
  const text = pieces.join('');
  // A text that is not to be left needs a program that shows it.
  const pager = !leavesText || (await isLonger(text, stdout)) ? findPager(context) : undefined;
  return pager ? showIn(spawnPager(pager, context, leavesText), text, context) : stdout.write(text);
}

function mayPage({ io, env, wantsPager }: Paging): boolean {
  const { stdin, stdout } = io;
  const chosen = env.PAGER?.trim();
  // A screen reader reads lines, not a program that fills the screen.
  return wantsPager && stdout.canRedraw && stdin.isTerminal && chosen !== '' && chosen !== 'cat';
}

/** Whether a text does not fit above the prompt of the shell. */
async function isLonger(text: string, { rows, columns }: Output): Promise<boolean> {
  const lines = text.replace(/\n$/, '').split('\n');
  if (lines.length >= rows) return true;
  const { cellWidth } = await import('../terminal/cell-width.ts');
  const shown = lines.map((line) => Math.max(1, Math.ceil(cellWidth(line) / columns)));
  return shown.reduce((sum, count) => sum + count, 0) >= rows;
}

type Pager = { program: string; words: string[] };

/** Undefined if there is none. Only one that the person chose is missed. */
function findPager({ env, warn }: Paging): Pager | undefined {
  const [name = '', ...words] = splitCommand(env.PAGER ?? 'less');
  const program = findProgram(name, { env });
  if (program !== undefined) return { program, words };
  if (env.PAGER !== undefined) warn(`the pager ${name} of PAGER is not installed or not in PATH.`);
  return undefined;
}

function spawnPager({ program, words }: Pager, { env, io }: Paging, leavesText: boolean): ChildProcess {
  const colours = io.stdout.colour ? 'R' : '';
  // As git does: colours pass, a short text stays on the screen, and the text stays when the pager ends.
  const defaults = { LESS: leavesText ? `F${colours}X` : colours, LV: '-c' };
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
