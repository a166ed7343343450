import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createScreen } from '../../src/terminal/screen.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A screen that drew its first frame just now. */
async function createDrawnScreen() {
  let count = 0;
  const frames: number[] = [];
  const screen = createScreen({
    draw() {
      count += 1;
      return { tail: [], panel: [`frame ${count}`], cursor: undefined };
    },
    write: async () => {
      frames.push(performance.now());
    },
    size: () => ({ columns: 20, rows: 6 }),
  });
  screen.invalidate();
  await vi.advanceTimersByTimeAsync(1);
  const first = frames[0] ?? 0;
  return { screen, listFrames: () => frames.slice(1).map((at) => Math.round(at - first)) };
}

describe('the frames of the screen', () => {
  it('are no more than thirty a second, however often something changes', async () => {
    const { screen, listFrames } = await createDrawnScreen();
    for (let index = 0; index < 100; index += 1) {
      screen.invalidate();
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(listFrames().length).toBeGreaterThan(20);
    expect(listFrames().length).toBeLessThanOrEqual(30);
  });

  it('come soon if a person waits, even when a later one was planned', async () => {
    const { screen, listFrames } = await createDrawnScreen();
    screen.invalidate();
    await vi.advanceTimersByTimeAsync(2);
    screen.invalidate({ isUrgent: true });
    await vi.advanceTimersByTimeAsync(20);
    screen.invalidate();
    await vi.advanceTimersByTimeAsync(100);
    const [urgent = 0, paced = 0, ...others] = listFrames();
    expect(urgent).toBeLessThan(12);
    expect(paced - urgent).toBeGreaterThanOrEqual(33);
    expect(others).toEqual([]);
  });
});
