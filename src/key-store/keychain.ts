import { execFile } from 'node:child_process';
import {
  answerMs,
  type KeyStore,
  KeyStoreError,
  type KeyStoreOptions,
  type KeyStoreProblem,
  service,
  unlockMs,
} from './key-store.ts';

/** More than this is cut off in a command line that `security -i` reads. */
const maxLineBytes = 4096;

/**
 * The Keychain of macOS, through Apple's own `security`, as gh does it: an item that it made opens for it without a question, whichever
 * Node runs, and it can be ended if it hangs. A secret goes in through stdin, because others can read the arguments of a program.
 */
export function createKeychain(
  { signal, onUnlock }: KeyStoreOptions,
  program = '/usr/bin/security',
): KeyStore {
  /** What the program prints. */
  async function run(args: readonly string[], stdin = ''): Promise<string> {
    signal.throwIfAborted();
    // The system asks the person for the password of a locked keychain.
    const timeout = onUnlock ? unlockMs : answerMs;
    return new Promise((resolve, reject) => {
      const child = execFile(program, args, { timeout, signal, killSignal: 'SIGKILL' }, (error, stdout) => {
        if (error) reject(toKeyStoreError(error, timeout, signal));
        else resolve(stdout);
      });
      child.stdin?.on('error', () => {});
      child.stdin?.end(stdin);
    });
  }

  /** Undefined if there is no such item. */
  async function runForItem(command: string, entry: string, ...flags: string[]): Promise<string | undefined> {
    try {
      return await run([command, '-s', service, '-a', entry, ...flags]);
    } catch (error) {
      if (error instanceof NoItemError) return undefined;
      throw error;
    }
  }

  return {
    name: 'Keychain',
    async read(entry) {
      const text = await runForItem('find-generic-password', entry, '-w');
      return text === undefined ? undefined : Buffer.from(text.trim(), 'base64').toString('utf8');
    },
    async write(entry, text) {
      const coded = Buffer.from(text).toString('base64');
      const line = `add-generic-password -U -s ${service} -a ${quote(entry)} -w ${coded}\n`;
      if (Buffer.byteLength(line) > maxLineBytes)
        throw new KeyStoreError('broken', 'cannot hold a secret of this length');
      await run(['-i'], line);
    },
    async remove(entry) {
      await runForItem('delete-generic-password', entry);
    },
    check: async () => void (await run(['show-keychain-info'])),
  };
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

class NoItemError extends Error {}

/** The low byte of the status of Apple's Security framework. */
const problems: Record<number, [problem: KeyStoreProblem, words: string]> = {
  // errSecInteractionNotAllowed: nobody can be asked, for example over SSH.
  36: ['locked', 'is locked; unlock it with: security unlock-keychain'],
  // errSecAuthFailed.
  51: ['locked', 'is locked, and the password was wrong'],
  // errSecNoDefaultKeychain.
  37: ['missing', 'is not there: this account has no keychain'],
  // userCanceledErr.
  128: ['locked', 'is locked, and was not unlocked'],
};

const itemNotFound = 44;

function toKeyStoreError(
  cause: Error & { code?: number | string | null; killed?: boolean },
  timeout: number,
  signal: AbortSignal,
): unknown {
  if (signal.aborted) return signal.reason;
  if (cause.code === itemNotFound) return new NoItemError();
  if (cause.code === 'ENOENT')
    return new KeyStoreError('missing', 'is not there: the program security is missing', { cause });
  if (cause.killed) return new KeyStoreError('slow', `did not answer within ${timeout / 1000} s`, { cause });
  const [problem, words] = (typeof cause.code === 'number' && problems[cause.code]) || [];
  // The message of the error repeats the arguments and what the program said, never its stdin.
  return problem === undefined
    ? new KeyStoreError('broken', `does not work: security ended with ${cause.code}`, { cause })
    : new KeyStoreError(problem, words as string, { cause });
}
