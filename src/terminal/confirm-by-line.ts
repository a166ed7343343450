import type { Io } from './io.ts';

export type LineConfirmOptions = {
  /** What an empty line means. */
  byDefault: boolean;
  signal: AbortSignal;
};

/**
 * Asks on stderr for yes or no by a line that the terminal itself edits, and asks again until it is one of them. Gives false where the input
 * ends. Throws the reason of `signal` when it aborts.
 */
export async function confirmByLine(
  { stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>,
  question: string,
  { byDefault, signal }: LineConfirmOptions,
): Promise<boolean> {
  // Most starts ask nothing.
  const { createInterface } = await import('node:readline');
  signal.throwIfAborted();
  const lines = createInterface({ input: stdin.stream, terminal: false });
  const close = (): void => lines.close();
  signal.addEventListener('abort', close, { once: true });
  const ask = (): Promise<void> => stderr.write(toConfirmQuestion(question, byDefault));
  try {
    await ask();
    for await (const line of lines) {
      const answer = parseConfirmation(line.trim(), byDefault);
      if (answer !== undefined) return answer;
      await ask();
    }
    signal.throwIfAborted();
    return false;
  } finally {
    signal.removeEventListener('abort', close);
    lines.close();
  }
}

/** `Sure? Y/n: `. */
export function toConfirmQuestion(question: string, byDefault: boolean): string {
  return `${question} ${byDefault ? 'Y/n' : 'y/N'}: `;
}

/** Undefined for what is neither yes nor no. */
export function parseConfirmation(word: string, byDefault: boolean): boolean | undefined {
  if (word === '') return byDefault;
  if (/^(?:y|yes)$/i.test(word)) return true;
  return /^(?:n|no)$/i.test(word) ? false : undefined;
}
