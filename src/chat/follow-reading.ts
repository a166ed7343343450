import type { Context } from '../context.ts';

/** How long something is read before that is said, in milliseconds. */
const longMs = 5_000;

/** Says at a terminal what is being read, and anywhere that it takes long: a pipe or a page may never come to its end. */
export async function followReading<T>(context: Context, label: string, reading: Promise<T>): Promise<T> {
  const wait = context.beginWait(`Reading ${label}`);
  const timer = setTimeout(() => {
    context.warn(
      `still waiting for ${label} after ${longMs / 1000} s. Ctrl+C ends the wait, --timeout limits it.`,
    );
  }, longMs);
  return reading.finally(() => {
    clearTimeout(timer);
    wait.end();
  });
}
