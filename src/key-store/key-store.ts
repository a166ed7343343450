import type { Env } from '../env.ts';

/** The key store of the system. An entry is a text under a name; nothing else of this program may use the name. */
export type KeyStore = {
  /** What the person knows it as, for messages. */
  readonly name: string;
  /** Undefined if there is no such entry. Throws KeyStoreError. */
  read(entry: string): Promise<string | undefined>;
  /** Replaces the entry. Throws KeyStoreError. */
  write(entry: string, text: string): Promise<void>;
  /** Does nothing if there is no such entry. Throws KeyStoreError. */
  remove(entry: string): Promise<void>;
  /** Whether it can be used now, without touching an entry. Throws KeyStoreError. */
  check(): Promise<void>;
};

/**
 * `missing`: there is none here. `locked`: the person has to unlock it. `slow`: no answer, in time or at all; another try may help. `broken`:
 * anything else, such as a damaged collection.
 */
export type KeyStoreProblem = 'missing' | 'locked' | 'slow' | 'broken';

/** The message is the end of a sentence that begins with the name of the key store. */
export class KeyStoreError extends Error {
  override readonly name = 'KeyStoreError';
  readonly problem: KeyStoreProblem;

  constructor(problem: KeyStoreProblem, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.problem = problem;
  }
}

export type KeyStoreOptions = {
  env: Env;
  /** Ends every wait. */
  signal: AbortSignal;
  /** Called when the key store asks the person to unlock it. Undefined if nobody is there. */
  onUnlock: (() => void) | undefined;
};

/** How long the key store may take for one answer, in milliseconds. A person who unlocks it gets more time. */
export const answerMs = 5_000;
export const unlockMs = 120_000;

/** What every entry of this program carries. GitHub's own Copilot CLI keeps its entries under `copilot-cli`. */
export const service = 'npm:copilot-cli';

/** Rejects with KeyStoreError `slow` unless `work` ends in time. */
export async function withDeadline<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  let stop = (): void => {};
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        const onAbort = (): void => reject(signal.reason);
        const timer = setTimeout(
          () => reject(new KeyStoreError('slow', `did not answer within ${ms / 1000} s`)),
          ms,
        );
        signal.addEventListener('abort', onAbort);
        if (signal.aborted) onAbort();
        stop = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
        };
      }),
    ]);
  } finally {
    stop();
  }
}
