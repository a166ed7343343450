import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { toBarePath } from './router.ts';

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

type RateLimits = {
  /**
   * Counts a request, and holds room for its tokens until what it gives is called with the tokens that it really took, or with
   * undefined where it took none. Throws CliError `rate_limited` with `details.retry_after_s`, or `input_too_large`.
   */
  admit(caller: string, request: { tokens: number; route: string }): (tokens: number | undefined) => void;
};

const windowMs = 60_000;
const chatRoute = '/chat/completions';

type CallerCounts = {
  requests: SlidingWindow;
  chatRequests: SlidingWindow;
  tokens: SlidingWindow;
  held: number;
};

/** The limits over the last minute. A request that is refused counts for nothing. */
export function createRateLimits(limits: Limits, now: () => number): RateLimits {
  const callers = new Map<string, CallerCounts>();
  let sweptAt = now();

  /** Anybody may call himself anything, so that names without counts must go. */
  function forgetIdle(at: number): void {
    if (at - sweptAt < windowMs) return;
    sweptAt = at;
    for (const [caller, { requests, chatRequests, tokens, held }] of callers)
      if (held + requests.sum(at) + chatRequests.sum(at) + tokens.sum(at) === 0) callers.delete(caller);
  }

  function findCounts(caller: string): CallerCounts {
    const known = callers.get(caller);
    if (known) return known;
    const [requests, chatRequests, tokens] = [0, 1, 2].map(() => createSlidingWindow(windowMs)) as [
      SlidingWindow,
      SlidingWindow,
      SlidingWindow,
    ];
    const counts = { requests, chatRequests, tokens, held: 0 };
    callers.set(caller, counts);
    return counts;
  }

  return {
    admit(caller, { tokens, route }) {
      const at = now();
      forgetIdle(at);
      checkSize(tokens, limits);
      const counts = findCounts(caller);
      const isChat = limits.chatRequestsPerMinute !== undefined && toBarePath(route) === chatRoute;
      const requests = isChat ? counts.chatRequests : counts.requests;
      checkRequests(requests, isChat ? limits.chatRequestsPerMinute : limits.requestsPerMinute, at);
      checkTokens(counts, tokens, limits.tokensPerMinute, at);
      if (limits.requestsPerMinute !== undefined || isChat) requests.add(at, 1);
      counts.held += tokens;
      return (used) => {
        counts.held -= tokens;
        // A caller whose request was thought to have no tokens may have been forgotten meanwhile.
        if (used && limits.tokensPerMinute !== undefined) findCounts(caller).tokens.add(now(), used);
      };
    },
  };
}

function checkSize(tokens: number, { tokensPerRequest, tokensPerMinute }: Limits): void {
  const most = Math.min(
    tokensPerRequest ?? Number.POSITIVE_INFINITY,
    tokensPerMinute ?? Number.POSITIVE_INFINITY,
  );
  if (tokens <= most) return;
  const name = most === tokensPerRequest ? 'MAX_TOKENS_PER_REQUEST' : 'MAX_TOKENS_PER_MINUTE';
  throw new CliError(
    'input_too_large',
    `the request has about ${tokens} tokens; this server takes ${most} (${name})`,
    { hint: 'Send less, or start the server with a higher limit.', details: { tokens, limit: most } },
  );
}

function checkRequests(requests: SlidingWindow, limit: number | undefined, at: number): void {
  if (limit === undefined || requests.sum(at) < limit) return;
  throw createRateError(`more than ${limit} requests in a minute`, requests.waitFor(limit - 1, at));
}

function checkTokens(counts: CallerCounts, tokens: number, limit: number | undefined, at: number): void {
  if (limit === undefined || counts.tokens.sum(at) + counts.held + tokens <= limit) return;
  const room = limit - counts.held - tokens;
  // What answers that still come will have taken leaves the window a minute after their end.
  const wait = room < 0 ? windowMs : counts.tokens.waitFor(room, at);
  throw createRateError(`more than ${limit} tokens in a minute`, wait);
}

function createRateError(what: string, waitMs: number): CliError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new CliError('rate_limited', `this server does not take ${what} from one caller`, {
    hint: `Try again in ${seconds} s.`,
    details: { retry_after_s: seconds },
  });
}

/** Sums what happened in the last so many milliseconds. */
type SlidingWindow = {
  add(at: number, amount: number): void;
  sum(now: number): number;
  /** Milliseconds until at most `amount` is left in the window, if nothing is added; 0 where that is so now. */
  waitFor(amount: number, now: number): number;
};

function createSlidingWindow(lengthMs: number): SlidingWindow {
  let entries: { at: number; amount: number }[] = [];
  let total = 0;

  function forget(now: number): void {
    const kept = entries.findIndex(({ at }) => at + lengthMs > now);
    const gone = entries.slice(0, kept === -1 ? entries.length : kept);
    if (gone.length === 0) return;
    entries = entries.slice(gone.length);
    total = entries.length === 0 ? 0 : gone.reduce((rest, { amount }) => rest - amount, total);
  }

  return {
    add(at, amount) {
      entries.push({ at, amount });
      total += amount;
    },
    sum(now) {
      forget(now);
      return total;
    },
    waitFor(amount, now) {
      forget(now);
      let left = total;
      let wait = 0;
      for (const entry of entries) {
        if (left <= amount) break;
        left -= entry.amount;
        wait = entry.at + lengthMs - now;
      }
      return wait;
    },
  };
}
