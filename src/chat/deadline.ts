import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';

/** Does the work within a time, in milliseconds, if there is one. The signal aborts with CliError `timeout` when it is over. */
export async function withDeadline(
  work: (signal: AbortSignal) => Promise<void>,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number | undefined },
): Promise<void> {
  if (timeoutMs === undefined) return work(signal);
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort(
      new CliError('timeout', `it took longer than ${timeoutMs / 1000} s`, {
        hint: advise`Allow more with ${flag('--timeout')}.`,
      }),
    );
  }, timeoutMs);
  try {
    await work(AbortSignal.any([signal, deadline.signal]));
  } finally {
    clearTimeout(timer);
  }
}
