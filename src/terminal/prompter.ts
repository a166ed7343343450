import { InterruptedError } from '../errors.ts';
import { confirmByLine } from './confirm-by-line.ts';
import type { Io } from './io.ts';

/** Questions to a person. They are drawn on stderr, for stdout is data; where nothing may be drawn, they are plain lines. */
export type Prompter = {
  /** Whether somebody is there to answer. Without that, no question may be asked. */
  readonly isAvailable: boolean;
  /** Enter alone means yes, unless `default` is false. */
  confirm(message: string, options?: { default: boolean }): Promise<boolean>;
  /** Input that is not shown. */
  readSecret(message: string): Promise<string>;
};

export function createPrompter(io: Io, signal: AbortSignal): Prompter {
  // The library loads only when there is a question: it costs more than all else that starts.
  const load = () => import('@inquirer/prompts');
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

/** Ctrl+C in a prompt is a key, not a signal; it means the same. */
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
