import { CliError } from '../errors.ts';

/** Throws CliError `network` after this time, in milliseconds. */
export async function within<T>(
  signal: AbortSignal,
  limitMs: number,
  url: URL,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    const error = new CliError('network', `${url.host} did not answer within ${limitMs / 1000} s`, {
      hint: 'Check the connection. If you are behind a proxy, set HTTPS_PROXY.',
    });
    controller.abort(error);
  }, limitMs);
  signal.addEventListener('abort', stop);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
