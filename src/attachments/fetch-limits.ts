import { CliError } from '../errors.ts';
import { advise, flag } from '../hint.ts';

export type FetchLimits = {
  /** How long a server may be silent, before its first byte and between two, in milliseconds. */
  silenceMs: number;
  /** How long all of it may take, in milliseconds. */
  totalMs: number;
};

/** A page that takes longer is rather saved to a file. */
export const usualLimits: FetchLimits = { silenceMs: 30_000, totalMs: 120_000 };

export type FetchClock = {
  /** Aborts with CliError `network` at a limit. */
  signal: AbortSignal;
  /** Something came. */
  onLife(): void;
  stop(): void;
};

/** Watches one download; `name` is what the person calls it. */
export function startFetchClock(
  name: string,
  outer: AbortSignal,
  { silenceMs, totalMs }: FetchLimits,
): FetchClock {
  const controller = new AbortController();
  const abort = (message: string): void =>
    controller.abort(
      new CliError('network', message, {
        hint: advise`Try again, or save it to a file and name that. ${flag('--timeout')} ends a command sooner.`,
      }),
    );
  const silence = setTimeout(() => abort(`${name} stayed silent for ${silenceMs / 1000} s`), silenceMs);
  const total = setTimeout(
    () => abort(`${name} did not come to its end within ${totalMs / 1000} s`),
    totalMs,
  );
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    onLife: () => void silence.refresh(),
    stop() {
      clearTimeout(silence);
      clearTimeout(total);
    },
  };
}
