import { checkUrl } from '../config/setting-checks.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { Http } from '../http/http.ts';
import { toObject, toText } from '../json-value.ts';
import { within } from './within.ts';

const registry = 'https://registry.npmjs.org';

type Asking = Pick<Context, 'env' | 'signal' | 'userAgent'>;

/** The version that `npm install` would take. Throws CliError `network`. */
export async function fetchNewest(
  http: Http,
  { env, signal, userAgent }: Asking,
  limitMs: number,
): Promise<string> {
  const named = env.npm_config_registry?.replace(/\/+$/, '') ?? registry;
  const base = checkUrl(named) === undefined ? named : registry;
  const url = new URL(`${base}/copilot-cli/latest`);
  // The time is for the whole answer, so that a slow one cannot hold a command.
  return within(signal, limitMs, url, async (own) => {
    const response = await http.send({
      method: 'GET',
      url: url.href,
      headers: { accept: 'application/json', 'user-agent': userAgent },
      isAnonymous: true,
      signal: own,
    });
    const newest = toText(toObject(await response.json()).version);
    if (response.status === 200 && newest !== undefined) return newest;
    throw new CliError('network', `${url.host} does not know copilot-cli (status ${response.status})`, {
      hint: 'Try again later.',
    });
  });
}

export function isNewer(version: string, than: string): boolean {
  const [one, other] = [parseVersion(version), parseVersion(than)];
  const index = [0, 1, 2].find((place) => (one[place] ?? 0) !== (other[place] ?? 0));
  return index !== undefined && (one[index] ?? 0) > (other[index] ?? 0);
}

function parseVersion(text: string): number[] {
  return text.replace(/^v/, '').split(/[.+-]/).slice(0, 3).map(Number);
}
