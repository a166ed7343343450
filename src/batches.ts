/** Flattens batches for one reader. Each item costs one promise, where an async generator makes several. */
export function flatten<T>(batches: AsyncGenerator<readonly T[]>): AsyncIterableIterator<T> {
  let batch: readonly T[] = [];
  let position = 0;

  async function nextBatch(): Promise<IteratorResult<T, undefined>> {
    do {
      const { done, value } = await batches.next();
      if (done) return { done, value: undefined };
      batch = value;
      position = 0;
    } while (batch.length === 0);
    return takeNext();
  }

  const takeNext = (): IteratorResult<T> => {
    const value = batch[position] as T;
    position += 1;
    return { done: false, value };
  };

  return {
    next: () => (position < batch.length ? Promise.resolve(takeNext()) : nextBatch()),
    async return() {
      batch = [];
      await batches.return(undefined);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
