import { InterruptedError } from '../errors.ts';
import { once } from '../once.ts';
import type { Io } from './io.ts';
import { guardRawMode } from './job.ts';

/** Asks a person. Questions go to stderr because stdout is data, and are plain lines if nothing may be drawn. */
export type Prompter = {
  /** Whether a person is there to answer. If not, nothing may be asked. */
  readonly isAvailable: boolean;
  /** Enter alone means yes, unless `default` is false. */
  confirm(message: string, options?: { default: boolean }): Promise<boolean>;
  /** The input is not shown. */
  readSecret(message: string): Promise<string>;
};

export function createPrompter(io: Io, signal: AbortSignal): Prompter {
  // Loads only for a question: the library costs more than the rest of the start.
  const load = once(async () => {
    guardRawMode(io.stdin.stream, signal);
    return import('./questions.ts');
  });
  const context = { output: process.stderr, signal };

  return {
    get isAvailable() {
      return io.stdin.isTerminal && io.stderr.isTerminal;
    },
    confirm: (message, options = { default: true }) =>
      io.stderr.canRedraw
        ? ask(async () => (await load()).confirm({ message, ...options }, context))
        : confirmByLine(io, message, { byDefault: options.default, signal }),
    readSecret: (message) => ask(async () => (await load()).password({ message, mask: true }, context)),
  };
}

/** Ctrl+C in a prompt is a key, not a signal, but means the same. */
async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') throw new InterruptedError('SIGINT');
    if (error instanceof Error && error.name === 'AbortPromptError' && error.cause instanceof Error)
      throw error.cause;
    throw error;
  }
}

type LineConfirmOptions = {
  /** The answer of an empty line. */
  byDefault: boolean;
  signal: AbortSignal;
};

/** Asks on stderr, in a line that the terminal edits, until the answer is yes or no. False if the input ends. Rejects on abort. */
async function confirmByLine(
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

/** Undefined if the word is neither yes nor no. */
export function parseConfirmation(word: string, byDefault: boolean): boolean | undefined {
  if (word === '') return byDefault;
  if (/^(?:y|yes)$/i.test(word)) return true;
  return /^(?:n|no)$/i.test(word) ? false : undefined;
}
