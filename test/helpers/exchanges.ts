import { renameSync, symlinkSync, unlinkSync } from 'node:fs';

/** Node's own calls of the system. All functions of `node:fs` and `node:fs/promises` end in one of them, also those that a module keeps. */
type Calls = Record<string, unknown>;

const calls = (process as unknown as { binding(name: 'fs'): Calls }).binding('fs');

type Attempt<P, R> = {
  /** Makes the place anew for each attempt. */
  create: () => P;
  /** What another program does in the middle of it. */
  exchange: (place: P) => void;
  /** What it does later, to leave no trace. */
  restore?: (place: P) => void;
  /** What is tried, and what came of it. */
  use: (place: P) => Promise<R>;
};

/**
 * What comes of something if another program exchanges what it reads: just before its first operation on the disk, then in another attempt
 * before its second, and so on. With `restore`, one attempt for each pair of operations.
 */
export async function exchangeAtEach<P, R>(attempt: Attempt<P, R>): Promise<R[]> {
  const results: R[] = [];
  const tryOnce = async (at: number, back?: number): Promise<number> => {
    const { create, exchange, restore, use } = attempt;
    const place = create();
    const { result, count } = await countCalls(
      () => use(place),
      (number) => {
        if (number === at) exchange(place);
        if (number === back) restore?.(place);
      },
    );
    results.push(result);
    return count;
  };
  const { restore } = attempt;
  // The last attempt ends before it is disturbed.
  for (let at = 0, count = 1; at < count; at += 1) {
    count = (await tryOnce(at)) + 1;
    // Every fifth place to put it back, and another for each place to exchange it.
    for (let back = at + 1 + (at % 5), last = restore ? count : 0; back < last; back += 5)
      last = (await tryOnce(at, back)) + 1;
  }
  return results;
}

/** Puts a link in the place of a file or a folder. */
export function exchangeForLink(path: string, target: string): void {
  renameSync(path, `${path}.before`);
  symlinkSync(target, path);
}

export function restoreFromLink(path: string): void {
  unlinkSync(path);
  renameSync(`${path}.before`, path);
}

async function countCalls<R>(
  use: () => Promise<R>,
  onCall: (number: number) => void,
): Promise<{ result: R; count: number }> {
  const own = Object.entries(calls).filter(
    ([name, call]) => typeof call === 'function' && /^[a-z]/.test(name),
  ) as [string, (...values: unknown[]) => unknown][];
  let [count, isInside] = [0, false];
  for (const [name, call] of own)
    calls[name] = (...values: unknown[]) => {
      if (!isInside) {
        isInside = true;
        onCall(count);
        isInside = false;
        count += 1;
      }
      return call(...values);
    };
  try {
    return { result: await use(), count };
  } finally {
    for (const [name, call] of own) calls[name] = call;
  }
}
