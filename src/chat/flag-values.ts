import { CliError } from '../errors.ts';

// What the flags of `chat` take. Loaded at every start, for the help.

/** Copilot counts requests that come at once as abuse, so there are few. */
export const usualJobs = 4;
const maxJobs = 16;

/** Throws CliError `usage`. */
export function parseJobs(text: string): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > maxJobs)
    throw new CliError('usage', `--jobs is a number from 1 to ${maxJobs}, not "${text}"`);
  return jobs;
}

/** For a flag that may come several times. */
export function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

/** The language is optional, so what follows the flag may be the prompt: no language has blanks in its name. */
export function readExtract(value: string | true | undefined): { language?: string; word?: string } {
  if (typeof value !== 'string') return {};
  return /^[\w+#.-]{1,20}$/.test(value) ? { language: value } : { word: value };
}

/** Throws CliError `usage`. */
export function parseTokens(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new CliError('usage', `--max-tokens is a number of tokens, not "${text}"`);
  return Number(text);
}

/** Throws CliError `usage`. */
export function parseCredits(text: string): number {
  const credits = Number(text);
  if (text.trim() === '' || !(credits > 0 && credits < 1e9))
    throw new CliError('usage', `--max-credits is a number of AI credits, not "${text}"`);
  return credits;
}

/** Throws CliError `usage`. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  // A timer cannot wait for longer than 24 days.
  if (text.trim() === '' || !(seconds > 0 && seconds < 2_000_000))
    throw new CliError('usage', `a timeout is a number of seconds, not "${text}"`);
  return seconds;
}
