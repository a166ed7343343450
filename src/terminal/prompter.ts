import { StringDecoder } from 'node:string_decoder';
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
  const output = process.stderr;

  return {
    get isAvailable() {
      return io.stdin.isTerminal && io.stderr.isTerminal;
    },
    confirm: (message, options = { default: true }) =>
      io.stderr.canRedraw
        ? ask(signal, async (until) => {
            const { confirm } = await load();
            return confirm({ message, ...options }, { output, signal: until });
          })
        : confirmByLine(io, message, { byDefault: options.default, signal }),
    readSecret: (message) =>
      ask(signal, async (until) => {
        const { password } = await load();
        return password({ message, mask: true }, { output, signal: until });
      }),
  };
}

/** Why a question ends that is asked again. */
const continued = new Error('the process continues');

/** After Ctrl+Z and `fg` the library neither shows the question nor reads keys, so it is asked again. What was typed is gone. */
async function ask<T>(signal: AbortSignal, question: (until: AbortSignal) => Promise<T>): Promise<T> {
  for (;;) {
    const again = new AbortController();
    // Behind what readline does with this signal.
    const onContinue = (): void => void setImmediate(() => again.abort(continued));
    process.on('SIGCONT', onContinue);
    try {
      return await askOnce(() => question(AbortSignal.any([signal, again.signal])));
    } catch (error) {
      if (error !== continued) throw error;
    } finally {
      process.off('SIGCONT', onContinue);
    }
  }
}

/** Ctrl+C in a prompt is a key, not a signal, but means the same. */
async function askOnce<T>(question: () => Promise<T>): Promise<T> {
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

/**
 * Asks on stderr, in a line that the terminal edits, until the answer is yes or no. False if the input ends. Rejects on abort. What comes behind
 * the answer stays for the next reader.
 */
async function confirmByLine(
  { stdin: { stream }, stderr }: Pick<Io, 'stdin' | 'stderr'>,
  question: string,
  { byDefault, signal }: LineConfirmOptions,
): Promise<boolean> {
  signal.throwIfAborted();
  const ask = (): Promise<void> => stderr.write(toConfirmQuestion(question, byDefault));
  await ask();
  signal.throwIfAborted();
  if (stream.readableEnded || stream.destroyed) return false;
  return new Promise<boolean>((resolve, reject) => {
    const decoder = new StringDecoder('utf8');
    let left = '';
    const end = (finish: () => void): void => {
      stream.off('data', take).off('end', leave).off('error', leave).pause();
      process.off('SIGCONT', askAgain);
      signal.removeEventListener('abort', stop);
      if (left !== '') stream.unshift(left);
      finish();
    };
    const leave = (): void => end(() => resolve(false));
    const stop = (): void => end(() => reject(signal.reason));
    const take = (chunk: Buffer | string): void => {
      left += typeof chunk === 'string' ? chunk : decoder.write(chunk);
      for (let at = left.indexOf('\n'); at !== -1; at = left.indexOf('\n')) {
        const word = left.slice(0, at).trim();
        left = left.slice(at + 1);
        const answer = parseConfirmation(word, byDefault);
        if (answer !== undefined) {
          end(() => resolve(answer));
          return;
        }
        void stderr
          .write('Type y or n.\n')
          .then(ask)
          .catch(() => {});
      }
    };
    // A shell wrote over the question.
    const askAgain = (): void => void ask().catch(() => {});
    process.on('SIGCONT', askAgain);
    stream.on('data', take).on('end', leave).on('error', leave).resume();
    signal.addEventListener('abort', stop, { once: true });
  });
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
