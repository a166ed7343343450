import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { formatDuration, startCountdown } from '../../src/sign-in/countdown.ts';
import { createMemoryIo } from '../helpers/memory-io.ts';

const clear = '\r\u001b[2K';

describe('a countdown', () => {
  it('draws at once, then each second in the same line, and clears the line at its end', async () => {
    vi.useFakeTimers({ now: 0 });
    onTestFinished(() => void vi.useRealTimers());
    const { io, stderr } = createMemoryIo({ stderrIsTerminal: true });
    const countdown = startCountdown({ output: io.stderr, label: 'Code', until: 61_000, now: Date.now });
    expect(stderr()).toBe(`${clear}Code 1:01`);
    vi.advanceTimersByTime(2000);
    expect(stderr()).toBe(`${clear}Code 1:01${clear}Code 1:00${clear}Code 0:59`);
    await countdown.stop();
    vi.advanceTimersByTime(5000);
    expect(stderr()).toBe(`${clear}Code 1:01${clear}Code 1:00${clear}Code 0:59${clear}`);
  });

  it('goes by the clock on the wall, for a machine may sleep', async () => {
    vi.useFakeTimers({ now: 0 });
    onTestFinished(() => void vi.useRealTimers());
    const { io, stderr } = createMemoryIo({ stderrIsTerminal: true });
    const countdown = startCountdown({ output: io.stderr, label: 'Code', until: 900_000, now: Date.now });
    vi.setSystemTime(600_000);
    vi.advanceTimersByTime(1000);
    expect(stderr()).toMatch(/Code 4:59$/);
    await countdown.stop();
  });

  it('writes nothing if there is no terminal', async () => {
    const { io, stderr } = createMemoryIo();
    await startCountdown({ output: io.stderr, label: 'Code', until: 1000, now: () => 0 }).stop();
    expect(stderr()).toBe('');
  });
});

describe('a duration', () => {
  it.each([
    [0, '0:00'],
    [1, '0:01'],
    [1000, '0:01'],
    [59_001, '1:00'],
    [65_000, '1:05'],
    [600_000, '10:00'],
    [3_661_000, '61:01'],
    [-5000, '0:00'],
  ])('of %i ms is %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
