import { randomUUID } from 'node:crypto';
import { devNull } from 'node:os';
import type { Env } from './env.ts';

/**
 * How git is started for ourselves, before anybody agreed to anything: words in front of the subcommand, and the environment. A folder from an
 * archive may want to start programs by a hook, by a monitor of files, or by fetching a missing object from a remote of its choice. The name of
 * the only allowed protocol is one that no setting can guess: a repository may bring an alias for any other.
 */
export function toOwnGit(env: Env): { words: string[]; env: Env } {
  const settings = ['core.fsmonitor=false', `core.hooksPath=${devNull}`, 'safe.bareRepository=explicit'];
  return {
    words: [...settings.flatMap((setting) => ['-c', setting]), '--no-optional-locks'],
    env: {
      ...env,
      GIT_ALLOW_PROTOCOL: randomUUID(),
      GIT_NO_LAZY_FETCH: '1',
      GIT_TERMINAL_PROMPT: '0',
    },
  };
}
