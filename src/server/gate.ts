import type { Usage } from '../dialects/chat-event.ts';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { toBarePath } from './router.ts';
import type { Gate } from './services.ts';

/** For each caller; undefined for no limit. */
export type Limits = {
  requestsPerMinute: number | undefined;
  /** Takes the place of `requestsPerMinute` for `/chat/completions`. */
  chatRequestsPerMinute: number | undefined;
  tokensPerRequest: number | undefined;
  tokensPerMinute: number | undefined;
};

export type GateOptions = Limits & {
  /** How many answers may run at the same time. */
  concurrency?: number;
  /** How many calls may wait for that. */
  queueLength?: number;
  now: () => number;
};

/** A gate that metrics can read. */
export type CountingGate = Gate & { readonly active: number; readonly queued: number };

type Waiter = { admit: () => void; refuse: (reason: unknown) => void };

const usualConcurrency = 16;
const usualQueueLength = 256;
/** When a caller may try again if the queue was full, in seconds. */
const fullQueueRetrySeconds = 5;

/** Checks each caller's limits, then queues. Callers take turns; if the queue is full, the caller with the most waiting calls loses one. */
export function createGate({
  concurrency = usualConcurrency,
  queueLength = usualQueueLength,
  now,
  ...limits
}: GateOptions): CountingGate {
  const rates = createRateLimits(limits, now);
  const queue = createFairQueue<Waiter>();
  let active = 0;

  function leave(): void {
    const next = queue.take();
    if (next) next.admit();
    else active -= 1;
  }

  function makeRoom(caller: string): void {
    if (queue.length < queueLength) return;
    const error = new CliError('rate_limited', 'too many requests wait for this server', {
      hint: 'Send fewer requests at the same time.',
      details: { retry_after_s: fullQueueRetrySeconds },
    });
    const displaced = queue.takeFromLongest(caller);
    if (!displaced) throw error;
    displaced.refuse(error);
  }

  async function waitForTurn(caller: string, signal: AbortSignal): Promise<void> {
    makeRoom(caller);
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        if (queue.remove(caller, waiter)) reject(signal.reason);
      };
      const settle = (): void => signal.removeEventListener('abort', onAbort);
      const waiter: Waiter = {
        admit() {
          settle();
          resolve();
        },
        refuse(reason) {
          settle();
          reject(reason);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      queue.add(caller, waiter);
    });
  }

  return {
    get active() {
      return active;
    },
    get queued() {
      return queue.length;
    },
    async enter({ caller, signal }, request) {
      signal.throwIfAborted();
      const settleTokens = rates.admit(caller, request);
      if (active < concurrency) active += 1;
      else
        await waitForTurn(caller, signal).catch((error) => {
          settleTokens(undefined);
          throw error;
        });
      let isOver = false;
      return (usage) => {
        if (isOver) return;
        isOver = true;
        settleTokens(countTokens(usage) ?? request.tokens);
        leave();
      };
    },
  };
}

/** The limits that the environment sets. Throws CliError `config` if one is not a whole number above 0. */
export function readLimits(env: Env): Limits {
  const read = (name: string): number | undefined => {
    const text = env[name]?.trim();
    if (!text) return undefined;
    if (/^\d{1,15}$/.test(text) && Number(text) > 0) return Number(text);
    throw new CliError('config', `${name} is "${text}", which is not a whole number above 0`, {
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

/** Undefined if the answer ended without reporting usage: the estimate for the request then counts. */
function countTokens(usage: Usage | undefined): number | undefined {
  if (usage?.inputTokens === undefined && usage?.outputTokens === undefined) return undefined;
  return (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
}

type RateLimits = {
  /**
   * Counts a request and reserves its tokens. Call the result once, with the tokens really used. Throws CliError `rate_limited` with
   * `details.retry_after_s`, or `input_too_large`.
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

/** Limits over the last minute. A refused request does not count. */
function createRateLimits(limits: Limits, now: () => number): RateLimits {
  const callers = new Map<string, CallerCounts>();
  let sweptAt = now();

  /** Callers choose their names, so names without counts must not pile up. */
  function forgetIdle(at: number): void {
    if (at - sweptAt < windowMs) return;
    sweptAt = at;
    for (const [caller, { requests, chatRequests, tokens, held }] of callers)
      if (held + requests.sum(at) + chatRequests.sum(at) + tokens.sum(at) === 0) callers.delete(caller);
  }

  function findCounts(caller: string): CallerCounts {
    const known = callers.get(caller);
    if (known) return known;
    const counts: CallerCounts = {
      requests: createSlidingWindow(windowMs),
      chatRequests: createSlidingWindow(windowMs),
      tokens: createSlidingWindow(windowMs),
      held: 0,
    };
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
        // The caller may have been forgotten meanwhile, if the estimate was 0 tokens.
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
  // The tokens of running answers leave the window a minute after those end.
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

/** Sums amounts over the last `lengthMs` milliseconds. */
type SlidingWindow = {
  add(at: number, amount: number): void;
  sum(now: number): number;
  /** Milliseconds until at most `amount` is left in the window, if nothing is added; 0 if that is true now. */
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

/** A queue in which callers take turns, however many items each has. The items of one caller stay in order. */
type FairQueue<Item> = {
  readonly length: number;
  add(caller: string, item: Item): void;
  /** Returns whether it was still there. */
  remove(caller: string, item: Item): boolean;
  take(): Item | undefined;
  /** Takes the newest item of the caller with the most items, if those are more than `caller` would have with one more. */
  takeFromLongest(caller: string): Item | undefined;
};

function createFairQueue<Item>(): FairQueue<Item> {
  /** The caller whose turn it is comes first. No line is empty. */
  const lines = new Map<string, Item[]>();
  let length = 0;

  function takeAt(caller: string, line: Item[], index: number): Item | undefined {
    const [item] = line.splice(index, 1);
    length -= 1;
    if (line.length === 0) lines.delete(caller);
    return item;
  }

  return {
    get length() {
      return length;
    },
    add(caller, item) {
      const line = lines.get(caller);
      if (line) line.push(item);
      else lines.set(caller, [item]);
      length += 1;
    },
    remove(caller, item) {
      const line = lines.get(caller);
      const index = line?.indexOf(item) ?? -1;
      if (!line || index === -1) return false;
      takeAt(caller, line, index);
      return true;
    },
    take() {
      const [first] = lines;
      if (!first) return undefined;
      const [caller, line] = first;
      const item = takeAt(caller, line, 0);
      if (lines.delete(caller)) lines.set(caller, line);
      return item;
    },
    takeFromLongest(caller) {
      const [longest] = [...lines].sort(([, a], [, b]) => b.length - a.length);
      if (!longest || longest[1].length <= (lines.get(caller)?.length ?? 0) + 1) return undefined;
      return takeAt(longest[0], longest[1], longest[1].length - 1);
    },
  };
}
