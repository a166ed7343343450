import type { Dispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exchange, readBody } from '../../src/http/exchange.ts';

/** A body whose packets the test sends, and what its reader has got, a string a piece. */
async function openBody() {
  let handler: Dispatcher.DispatchHandler = {};
  const controller = { abort: vi.fn(), pause: vi.fn(), resume: vi.fn() };
  const dispatcher = {
    dispatch(_: unknown, given: Dispatcher.DispatchHandler) {
      handler = given;
      return true;
    },
  } as unknown as Dispatcher;
  const answer = exchange(dispatcher, { path: '/', method: 'GET' }, new AbortController().signal);
  const started = controller as unknown as Dispatcher.DispatchController;
  handler.onRequestStart?.(started, undefined);
  handler.onResponseStart?.(started, 200, {});
  const bytes = readBody((await answer).body, {
    fail: () => new Error('broken off'),
    isReleased: () => true,
  });
  const pieces: string[] = [];
  const read = (async () => {
    for await (const piece of bytes) pieces.push(Buffer.from(piece).toString());
  })();
  return {
    pieces,
    read,
    leave: () => bytes.return?.(),
    async send(text: string) {
      handler.onResponseData?.(started, Buffer.from(text));
      await vi.advanceTimersByTimeAsync(0);
    },
    end: () => handler.onResponseEnd?.(started, {}),
    breakOff: () => handler.onResponseError?.(started, new Error('reset')),
  };
}

describe('packets that come faster than anybody reads', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  async function openAfterFirst() {
    const body = await openBody();
    for (const text of ['a', 'b', 'c', 'd']) await body.send(text);
    return body;
  }

  it('are not held if they bring the first words', async () => {
    const { pieces } = await openAfterFirst();
    expect(pieces).toEqual(['a', 'b', 'c', 'd']);
  });

  it('come together after 4 ms', async () => {
    const { pieces, send } = await openAfterFirst();
    await send('e');
    await vi.advanceTimersByTimeAsync(3);
    await send('f');
    expect(pieces.slice(4)).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(pieces.slice(4)).toEqual(['ef']);
    await send('g');
    expect(pieces.slice(4)).toEqual(['ef']);
    await vi.advanceTimersByTimeAsync(4);
    expect(pieces.slice(4)).toEqual(['ef', 'g']);
  });

  it('are told of at once when the last ones are 4 ms ago', async () => {
    const { pieces, send } = await openAfterFirst();
    for (const text of ['e', 'f', 'g']) {
      await vi.advanceTimersByTimeAsync(4);
      await send(text);
      expect(vi.getTimerCount()).toBe(0);
    }
    expect(pieces.slice(4)).toEqual(['e', 'f', 'g']);
  });

  it('are told of at once when 16 KB wait', async () => {
    const { pieces, send } = await openAfterFirst();
    await send('x'.repeat(16_000));
    expect(pieces.length).toBe(4);
    await send('y'.repeat(1_000));
    expect(pieces.slice(4)).toEqual([`${'x'.repeat(16_000)}${'y'.repeat(1_000)}`]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('come before the end, which waits for nothing', async () => {
    const { pieces, read, send, end } = await openAfterFirst();
    await send('e');
    end();
    await read;
    expect(pieces.slice(4)).toEqual(['e']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('come before a failure', async () => {
    const { pieces, read, send, breakOff } = await openAfterFirst();
    await send('e');
    breakOff();
    await expect(read).rejects.toThrow('broken off');
    expect(pieces.slice(4)).toEqual(['e']);
  });

  it('leave the connection of a released body its time to end', async () => {
    const { send, leave } = await openAfterFirst();
    await send('e');
    await leave();
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(10);
    expect(vi.getTimerCount()).toBe(1);
  });
});
