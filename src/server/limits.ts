import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';

/** For each caller; undefined where there is no limit. */
export type Limits = {
  requestsPerMinute: number | undefined;
  /** In place of the other, for `/chat/completions`. */
  chatRequestsPerMinute: number | undefined;
  tokensPerRequest: number | undefined;
  tokensPerMinute: number | undefined;
};

/** The limits of the environment. Throws CliError `config` where one is no whole number above 0. */
export function readLimits(env: Env): Limits {
  const read = (name: string): number | undefined => {
    const text = env[name]?.trim();
    if (!text) return undefined;
    if (/^\d{1,15}$/.test(text) && Number(text) > 0) return Number(text);
    throw new CliError('config', `${name} is "${text}", which is no whole number above 0`, {
      hint: 'Unset it for no limit.',
    });
  };
  return {
    requestsPerMinute: read('RATE_LIMIT_DEFAULT'),
    chatRequestsPerMinute: read('RATE_LIMIT_CHAT_COMPLETIONS'),
    tokensPerRequest: read('MAX_TOKENS_PER_REQUEST'),
    tokensPerMinute: read('MAX_TOKENS_PER_MINUTE'),
  };
}
