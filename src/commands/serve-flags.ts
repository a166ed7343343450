import { suggestScheme } from '../config/setting-checks.ts';
import { CliError } from '../errors.ts';

// Values of the flags of `serve`. Loaded at every start, for the help.

/** An origin as browsers write it, such as `https://example.com`. Throws CliError `usage`. */
export function collectOrigin(text: string, previous: string[] | undefined): string[] {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new CliError(
      'usage',
      `--allow-origin is a URL such as https://example.com, not "${text}"${suggestScheme(text)}`,
    );
  return [...(previous ?? []), url.origin];
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
