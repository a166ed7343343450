import { checkCopilotUrl } from '../config/setting-checks.ts';
import type { CopilotAccess } from './login-record.ts';

export type EndpointSource = 'setting' | 'account' | 'token' | 'tenant' | 'default';

/** The Copilot API base to use, without a trailing slash, and who named it. */
export type Endpoint = { url: string; source: EndpointSource };

const defaultEndpoint = 'https://api.githubcopilot.com';

/**
 * The Copilot API base in the order of trust: the setting (already checked), the address GitHub stored for the account, the
 * one that the token's `proxy-ep` implies, a tenant's own host, the default. An address that fails the check is passed over.
 */
export function chooseEndpoint(setting: string | undefined, access: CopilotAccess, host: string): Endpoint {
  const candidates: [EndpointSource, string | undefined][] = [
    ['setting', setting],
    ['account', access.endpoint],
    ['token', access.token && toEndpointOfToken(access.token.expose())],
    ['tenant', host.endsWith('.ghe.com') ? `https://copilot-api.${host}` : undefined],
  ];
  for (const [source, url] of candidates) {
    if (url !== undefined && checkCopilotUrl(url) === undefined)
      return { url: url.replace(/\/+$/, ''), source };
  }
  return { url: defaultEndpoint, source: 'default' };
}

/**
 * The API host that a Copilot token's `proxy-ep` implies: the completions proxy with `proxy.` replaced by `api.`. Only hosts
 * of githubcopilot.com count, so that a forged token cannot send the credentials elsewhere.
 */
function toEndpointOfToken(token: string): string | undefined {
  const [fields = ''] = token.split(':', 1);
  const pair = fields.split(';').find((field) => field.startsWith('proxy-ep='));
  const proxy = pair?.slice('proxy-ep='.length).toLowerCase();
  if (proxy === undefined || !/^[a-z0-9.-]+\.githubcopilot\.com$/.test(proxy)) return undefined;
  return `https://${proxy.replace(/^proxy\./, 'api.')}`;
}
