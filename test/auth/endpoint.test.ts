import { describe, expect, it } from 'vitest';
import { chooseEndpoint, type EndpointSource } from '../../src/auth/endpoint.ts';
import type { CopilotAccess } from '../../src/auth/login-record.ts';
import { Secret } from '../../src/secret.ts';

const access: CopilotAccess = {
  style: 'exchanged',
  token: undefined,
  receivedAt: 0,
  refreshAt: 0,
  staleAt: 0,
  expiresAt: 0,
  endpoint: undefined,
  sku: undefined,
  chatEnabled: true,
};

const toToken = (proxy: string): string =>
  `tid=0123;exp=1793000000;proxy-ep=${proxy};st=dotcom:${'0a'.repeat(32)}`;

type Named = { setting?: string; account?: string; token?: string; host?: string };

function choose({ setting, account, token, host = 'github.com' }: Named): {
  url: string;
  source: EndpointSource;
} {
  return chooseEndpoint(
    setting,
    { ...access, endpoint: account, token: token === undefined ? undefined : new Secret(token) },
    host,
  );
}

const setting = 'https://relay.example.com/copilot';
const account = 'https://api.business.githubcopilot.com';
const token = toToken('proxy.enterprise.githubcopilot.com');
const host = 'acme.ghe.com';
const fallback = { url: 'https://api.githubcopilot.com', source: 'default' };

describe('the Copilot API base', () => {
  it.each<[what: string, named: Named, url: string, source: EndpointSource]>([
    ['the one that the person set', { setting, account, token, host }, setting, 'setting'],
    ['the one that GitHub named for the account', { account, token, host }, account, 'account'],
    ['the one that the token implies', { token, host }, 'https://api.enterprise.githubcopilot.com', 'token'],
    ["the tenant's own", { host }, 'https://copilot-api.acme.ghe.com', 'tenant'],
    ['the default', {}, fallback.url, 'default'],
    ['the default for a host of another kind', { host: 'github.example.com' }, fallback.url, 'default'],
    [
      'the default for a host that only looks like a tenant',
      { host: 'evilghe.com' },
      fallback.url,
      'default',
    ],
  ])('is %s', (_, named, url, source) => {
    expect(choose(named)).toEqual({ url, source });
  });

  it.each<[named: Named, url: string]>([
    [{ setting: 'https://relay.example.com/' }, 'https://relay.example.com'],
    [{ setting: 'https://relay.example.com/copilot//' }, 'https://relay.example.com/copilot'],
    [{ account: `${account}/` }, account],
  ])('has no slash at its end: %j', (named, url) => {
    expect(choose(named).url).toBe(url);
  });

  it.each([
    'http://api.business.githubcopilot.com',
    'https://user:pass@api.business.githubcopilot.com',
    'https://api.business.githubcopilot.com?x=1',
    'https://chatgpt.com/backend-api/codex',
    'api.business.githubcopilot.com',
    'ftp://api.business.githubcopilot.com',
    '',
  ])('passes over the address %j of the account', (refused) => {
    expect(choose({ account: refused, token })).toMatchObject({ source: 'token' });
    expect(choose({ account: refused, host })).toMatchObject({ source: 'tenant' });
    expect(choose({ account: refused })).toEqual(fallback);
  });
});

describe('the address that a token implies', () => {
  it.each<[proxy: string, url: string]>([
    ['proxy.individual.githubcopilot.com', 'https://api.individual.githubcopilot.com'],
    ['proxy.business.githubcopilot.com', 'https://api.business.githubcopilot.com'],
    ['PROXY.Business.GithubCopilot.com', 'https://api.business.githubcopilot.com'],
    ['proxy.githubcopilot.com', 'https://api.githubcopilot.com'],
  ])('by %s is %s', (proxy, url) => {
    expect(choose({ token: toToken(proxy) })).toEqual({ url, source: 'token' });
  });

  it.each([
    'proxy.evil.com',
    'proxy.githubcopilot.com.evil.com',
    'proxy.evilgithubcopilot.com',
    'evil.com/.githubcopilot.com',
    'evil.com#.githubcopilot.com',
    'evil.com?.githubcopilot.com',
    'user@evil.com\\.githubcopilot.com',
    'evil.com@proxy.githubcopilot.com',
    'evil.com\n.githubcopilot.com',
    'githubcopilot.com',
    '',
  ])('is none where it is forged: %j', (proxy) => {
    expect(choose({ token: toToken(proxy) })).toEqual(fallback);
  });

  it.each<[what: string, token: string]>([
    ['no such field', 'tid=0123;exp=1793000000:0a0b'],
    ['the field in its signature', 'tid=0123:0a0b;proxy-ep=proxy.business.githubcopilot.com'],
    ['a field whose name only ends like it', 'tid=0123;x-proxy-ep=proxy.business.githubcopilot.com:0a0b'],
    ['no fields at all', 'opaque'],
  ])('is none where the token has %s', (_, opaque) => {
    expect(choose({ token: opaque })).toEqual(fallback);
  });
});
