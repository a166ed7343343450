/**
 * Begins to read at once and keeps what comes, so that two streams can come at the same time and be shown one after the other. What the
 * source throws is thrown where it happened, after all that came before it.
 */
export function prefetch<T>(source: AsyncIterable<T>): AsyncIterable<T> {
  const held: T[] = [];
  let end: { error?: unknown } | undefined;
  let wake = (): void => {};

  async function readAll(): Promise<void> {
    try {
      for await (const item of source) {
        held.push(item);
        wake();
      }
      end = {};
    } catch (error) {
      end = { error };
    }
    wake();
  }

  async function* replay(): AsyncGenerator<T> {
    for (;;) {
      const item = held.shift();
      if (item !== undefined) yield item;
      else if (end) {
        if ('error' in end) throw end.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  void readAll();
  return replay();
}
