import { describe, expect, it } from 'vitest';
import { type GithubHost, toGithubHost } from '../../src/auth/github-host.ts';
import type { JsonFile } from '../../src/config/json-file.ts';
import { createSettings, type Settings } from '../../src/config/settings.ts';
import type { Env } from '../../src/env.ts';
import { CliError } from '../../src/errors.ts';

/** No test here writes. */
const emptyFile: JsonFile = {
  path: 'config.json',
  read: () => ({}),
  update: () => expect.unreachable(),
  remove: () => expect.unreachable(),
  ensureWritable: () => expect.unreachable(),
  close: () => expect.unreachable(),
};
const toSettings = (env: Env): Settings => createSettings({ env, file: emptyFile });

const github: GithubHost = {
  host: 'github.com',
  serverUrl: 'https://github.com',
  apiUrl: 'https://api.github.com',
};
const acme: GithubHost = {
  host: 'acme.ghe.com',
  serverUrl: 'https://acme.ghe.com',
  apiUrl: 'https://api.acme.ghe.com',
};
const corp: GithubHost = {
  host: 'corp.ghe.com',
  serverUrl: 'https://corp.ghe.com',
  apiUrl: 'https://api.corp.ghe.com',
};

type Row = { what: string; env?: Env; requested?: string; stored?: string; host: GithubHost };

const rows: Row[] = [
  { what: 'github.com where nobody named another', host: github },
  {
    what: 'the one that was asked for',
    requested: 'acme.ghe.com',
    env: { GH_HOST: 'x.ghe.com' },
    stored: 'y.ghe.com',
    host: acme,
  },
  {
    what: 'the one of the setting',
    env: { COPILOT_GH_HOST: 'acme.ghe.com', GH_HOST: 'x.ghe.com' },
    stored: 'y.ghe.com',
    host: acme,
  },
  { what: 'the one of the stored login', stored: 'acme.ghe.com', host: acme },
  { what: 'the one in an address that was typed', requested: 'https://Acme.ghe.com/login/', host: acme },
  { what: 'the one in an address that was set', env: { GH_HOST: 'https://acme.ghe.com' }, host: acme },
  {
    what: 'reached at the addresses that were set',
    env: { GITHUB_SERVER_URL: 'http://127.0.0.1:1/', GITHUB_API_URL: 'http://127.0.0.1:2/api//' },
    host: { host: 'github.com', serverUrl: 'http://127.0.0.1:1', apiUrl: 'http://127.0.0.1:2/api' },
  },
  {
    what: "the tenant, although a CI job sets github.com's own addresses",
    env: { GITHUB_SERVER_URL: 'https://github.com', GITHUB_API_URL: 'https://api.github.com' },
    requested: 'acme.ghe.com',
    host: acme,
  },
  {
    what: "the tenant, although a CI job sets github.com's own addresses with a slash",
    env: { GITHUB_SERVER_URL: 'https://github.com/', GITHUB_API_URL: 'https://api.github.com/' },
    stored: 'corp.ghe.com',
    host: corp,
  },
  {
    what: 'reached at an address that was set for one of the two',
    env: { GITHUB_API_URL: 'https://api.proxy.example' },
    requested: 'acme.ghe.com',
    host: { ...acme, apiUrl: 'https://api.proxy.example' },
  },
];

describe('the GitHub to talk to', () => {
  it.each(rows)('is $what', ({ env = {}, requested, stored, host }) => {
    expect(toGithubHost(toSettings(env), requested, stored)).toEqual(host);
  });

  it.each<[variable: string, value: string]>([
    ['GH_HOST', 'not a host'],
    ['GITHUB_SERVER_URL', 'http://github.example.com'],
    ['GITHUB_API_URL', 'ftp://github.example.com'],
  ])('is an error where %s is %s', (variable, value) => {
    const find = (): unknown => toGithubHost(toSettings({ [variable]: value }), undefined, undefined);
    expect(find).toThrow(CliError);
    expect(find).toThrow(variable);
  });
});
