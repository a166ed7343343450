/** A queue in which callers take turns, however much each of them has in it; what one caller has stays in order. */
export type FairQueue<Item> = {
  readonly length: number;
  add(caller: string, item: Item): void;
  /** Whether it was still there. */
  remove(caller: string, item: Item): boolean;
  take(): Item | undefined;
  /** Takes the newest item of the caller that has most, where that is more than `caller` would have with one more. */
  takeFromLongest(caller: string): Item | undefined;
};

export function createFairQueue<Item>(): FairQueue<Item> {
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
