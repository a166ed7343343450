/** Sums what happened in the last so many milliseconds. */
export type SlidingWindow = {
  add(at: number, amount: number): void;
  sum(now: number): number;
  /** Milliseconds until at most `amount` is left in the window, if nothing is added; 0 where that is so now. */
  waitFor(amount: number, now: number): number;
};

export function createSlidingWindow(lengthMs: number): SlidingWindow {
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
