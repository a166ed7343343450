import type { Output } from '../terminal/io.ts';

type Countdown = {
  /** Clears the line. */
  stop(): Promise<void>;
};

type CountdownOptions = {
  output: Output;
  /** What the person waits for; the remaining time follows it. */
  label: string;
  /** Milliseconds of the epoch. */
  until: number;
  now: () => number;
};

/** A line with the remaining time by the wall clock. Does nothing if no line can be redrawn. */
export function startCountdown({ output, label, until, now }: CountdownOptions): Countdown {
  if (!output.canRedraw) return { stop: async () => {} };
  const draw = (): void => {
    // A line that wraps could not be erased.
    const line = `${label} ${formatDuration(until - now())}`.slice(-(output.columns - 1));
    void output.write(`\r\u001b[2K${line}`).catch(() => {});
  };
  draw();
  const timer = setInterval(draw, 1000);
  return {
    async stop() {
      clearInterval(timer);
      await output.write('\r\u001b[2K');
    },
  };
}

/** `14:05`, minutes and seconds, never below zero. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
