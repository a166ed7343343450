import { normaliseHost } from '../config/setting-checks.ts';
import type { Settings } from '../config/settings.ts';

export type GithubHost = {
  /** `github.com`, or a data-residency tenant such as `acme.ghe.com`. */
  host: string;
  /** Where the device flow runs. No trailing slash. */
  serverUrl: string;
  /** Where tokens are exchanged. No trailing slash. */
  apiUrl: string;
};

export const defaultHost = 'github.com';
const defaultUrls = { 'server-url': 'https://github.com', 'api-url': 'https://api.github.com' };

/**
 * The GitHub to talk to: the host that was asked for, else the setting, else the one of the stored login, else
 * github.com. A tenant's REST API is at `api.TENANT.ghe.com`. Explicit URLs win, but for the ones that only repeat
 * github.com's, which GitHub Actions sets in every job.
 */
export function toGithubHost(
  settings: Settings,
  requested: string | undefined,
  stored: string | undefined,
): GithubHost {
  const configured = settings.get('host').value;
  const host = normaliseHost(requested ?? configured ?? stored ?? defaultHost) ?? defaultHost;
  const chooseUrl = (name: 'server-url' | 'api-url', derived: string): string => {
    const url = settings.get(name).value?.replace(/\/+$/, '');
    return url === undefined || url === defaultUrls[name] ? derived : url;
  };
  return {
    host,
    serverUrl: chooseUrl('server-url', `https://${host}`),
    apiUrl: chooseUrl('api-url', `https://api.${host}`),
  };
}
