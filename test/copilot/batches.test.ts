import { describe, expect, it } from 'vitest';
import { flatten } from '../../src/copilot/check-answer.ts';

/** Yields the batches, fails after them where it is told to, and notes how it was left. */
function produce(batches: number[][], failure?: Error): { source: AsyncGenerator<number[]>; log: string[] } {
  const log: string[] = [];
  async function* yieldAll(): AsyncGenerator<number[]> {
    try {
      yield* batches;
      if (failure) throw failure;
    } finally {
      log.push('closed');
    }
  }
  return { source: yieldAll(), log };
}

describe('flattened batches', () => {
  it('give their items in order, whatever batches are empty', async () => {
    const { source } = produce([[], [1, 2], [], [], [3], []]);
    const items: number[] = [];
    for await (const item of flatten(source)) items.push(item);
    expect(items).toEqual([1, 2, 3]);
  });

  it('give what stands before a failure, and then the failure', async () => {
    const { source, log } = produce([[1], [2, 3]], new Error('broken'));
    const items: number[] = [];
    const reading = (async () => {
      for await (const item of flatten(source)) items.push(item);
    })();
    await expect(reading).rejects.toThrow('broken');
    expect(items).toEqual([1, 2, 3]);
    expect(log).toEqual(['closed']);
  });

  it('are closed where the reader leaves, and give no more', async () => {
    const { source, log } = produce([[1, 2], [3]]);
    const items = flatten(source);
    for await (const _ of items) break;
    expect(log).toEqual(['closed']);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });
});
