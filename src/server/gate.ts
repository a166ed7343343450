import type { Usage } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';
import { createRateLimits, type Limits } from './rate-limits.ts';
import type { Gate } from './services.ts';

export type GateOptions = Limits & {
  /** The most answers that are asked for at the same time. */
  concurrency?: number;
  /** The most calls that wait for that. */
  queueLength?: number;
  now: () => number;
};

/** What is going on, for metrics. */
export type CountingGate = Gate & { readonly active: number; readonly queued: number };

type Waiter = { admit: () => void; refuse: (reason: unknown) => void };

const usualConcurrency = 16;
const usualQueueLength = 256;
/** How soon somebody whom the queue had no room for may ask again, in seconds. */
const fullQueueRetrySeconds = 5;

/**
 * Limits per caller, then a fair queue: callers take turns, and where the queue is full, whoever has most in it gives way. A call that
 * was refused or whose caller has left takes no place.
 */
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
      hint: 'Ask for less at the same time.',
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

/** Undefined where the answer ended without a word on it: what the request was thought to take stands then. */
function countTokens(usage: Usage | undefined): number | undefined {
  if (usage?.inputTokens === undefined && usage?.outputTokens === undefined) return undefined;
  return (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
}

/** A queue in which callers take turns, however much each of them has in it; what one caller has stays in order. */
type FairQueue<Item> = {
  readonly length: number;
  add(caller: string, item: Item): void;
  /** Whether it was still there. */
  remove(caller: string, item: Item): boolean;
  take(): Item | undefined;
  /** Takes the newest item of the caller that has most, where that is more than `caller` would have with one more. */
  takeFromLongest(caller: string): Item | undefined;
};

function createFairQueue<Item>(): FairQueue<Item> {
  /** The caller whose turn it is comes first. None of the lines is empty. */
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
