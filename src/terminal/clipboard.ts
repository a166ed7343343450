import type { Env } from '../env.ts';
import type { Output } from './io.ts';

/** `copied`: the system's clipboard has it. `offered`: the terminal was asked, and does not report whether it accepted. */
export type CopyOutcome = 'copied' | 'offered' | 'failed';

type CopyOptions = {
  terminal: Output;
  env: Env;
  /** After it aborts, nothing more is written to the terminal. */
  signal: AbortSignal;
};

const patienceMs = 1_000;

/** Copies text to the system's clipboard, or to the terminal's by OSC 52, which works over SSH. Takes a second at most. Never throws. */
export async function copyText(text: string, { terminal, env, signal }: CopyOptions): Promise<CopyOutcome> {
  const isRemote = Boolean(env.SSH_CONNECTION || env.SSH_TTY);
  if (!isRemote && (await copyToSystem(text))) return 'copied';
  if (signal.aborted || !terminal.isTerminal || env.TERM === 'dumb' || env.TERM === 'linux') return 'failed';
  await terminal.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);
  return 'offered';
}

async function copyToSystem(text: string): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  const copied = import('clipboardy')
    .then(({ default: clipboard }) => clipboard.write(text))
    .then(
      () => true,
      () => false,
    );
  const outcome = await Promise.race([copied, timeout]);
  clearTimeout(timer);
  return outcome;
}
