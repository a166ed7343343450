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

/** An origin as browsers write it, such as `https://example.com`. Throws CliError `usage`. */
export function collectOrigin(text: string, previous: string[] = []): string[] {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new CliError('usage', `--allow-origin is an address such as https://example.com, not "${text}"`);
  return [...previous, url.origin];
}

/** Throws CliError `usage`. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new CliError('usage', `a port is a number from 0 to 65535, not "${text}"`);
  return port;
}

/** Throws CliError `usage`. */
export function parseMegabytes(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new CliError('usage', `--max-body is a number of MB from 1 to 9999, not "${text}"`);
  return Number(text);
}

/** Throws CliError `usage`. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text))
    throw new CliError('usage', `--max-concurrent is a number from 1 to 999, not "${text}"`);
  return Number(text);
}
