import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  type Credentials,
  createCredentials,
  explainWrongKind,
  type GithubHost,
  type GithubToken,
  type TokenKind,
  toGithubHost,
  toTokenKind,
} from '../../src/auth/credentials.ts';
import { createJsonFile, type JsonFile } from '../../src/config/json-file.ts';
import { createSettings, type Settings } from '../../src/config/settings.ts';
import type { Env } from '../../src/env.ts';
import { AuthenticationError, CliError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { hintSaying } from '../helpers/hint-matcher.ts';
import { createFileRecord } from '../helpers/login-record.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

/** Credentials of somebody whose PATH is a folder of the test, where a `gh` may stand. */
function open(env: Env = {}, signal = new AbortController().signal): Credentials {
  const whole = { PATH: folder, ...env };
  const openFile = (name: string) =>
    createJsonFile({ path: join(folder, name), onNotice: expect.unreachable });
  const settings = createSettings({ env: whole, file: openFile('config.json') });
  return createCredentials({
    env: whole,
    settings,
    record: createFileRecord(openFile('credentials.json'), { host: () => settings.get('host').value }),
    signal,
  });
}

async function signIn(token = 'ghu_login0123', host = 'github.com', account = 'octocat'): Promise<void> {
  const record = createFileRecord(
    createJsonFile({ path: join(folder, 'credentials.json'), onNotice: () => {} }),
  );
  await record.saveLogin({ host, account, token: new Secret(token), savedAt: '' });
}

/** Like the real one, it prints a token of the environment before the one it keeps. */
function installGh(token: string, host = 'github.com'): void {
  const script = `#!/bin/sh
[ "$*" = "auth token --hostname ${host}" ] || exit 1
echo "\${GH_TOKEN:-\${GITHUB_TOKEN:-${token}}}"
`;
  writeFileSync(join(folder, 'gh'), script, { mode: 0o755 });
}

const expose = ({ token, ...rest }: GithubToken) => ({ ...rest, token: token.expose() });
const resolve = async (env: Env = {}) => expose(await open(env).resolve());

const variables = ['GITHUB_COPILOT_TOKEN', 'COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN'];
const shared = ['GH_TOKEN', 'GITHUB_TOKEN'];

describe('the GitHub token', () => {
  it.each(variables.map((variable, index) => [variable, index] as const))(
    'in %s comes before weaker variables, the login and gh',
    async (variable, index) => {
      await signIn();
      installGh('gho_gh0123');
      const env = Object.fromEntries(variables.slice(index).map((name) => [name, `gho_${name}`]));
      expect(await resolve(env)).toMatchObject({
        token: `gho_${variable}`,
        kind: 'oauth-app',
        source: { kind: 'environment', name: variable },
      });
      expect(open(env).findShadow()).toBe(variable);
    },
  );

  it('of the stored login comes before gh', async () => {
    await signIn();
    installGh('gho_gh0123');
    expect(await resolve()).toMatchObject({
      token: 'ghu_login0123',
      kind: 'github-app',
      source: { kind: 'login', name: join(folder, 'credentials.json'), account: 'octocat' },
      github: { host: 'github.com' },
    });
    expect(open().findShadow()).toBeUndefined();
  });

  it('of gh is the last that is looked for', async () => {
    installGh('gho_gh0123');
    expect(await resolve()).toMatchObject({
      token: 'gho_gh0123',
      source: { kind: 'gh', name: 'gh auth token' },
    });
  });

  it.each(variables)('is not a blank %s', async (variable) => {
    await signIn();
    expect(await resolve({ [variable]: ' \n' })).toMatchObject({ token: 'ghu_login0123' });
    expect(open({ [variable]: '' }).findShadow()).toBeUndefined();
  });

  it.each(variables)('in %s is read without the line break behind it', async (variable) => {
    expect(await resolve({ [variable]: ' gho_0123\r\n' })).toMatchObject({ token: 'gho_0123' });
  });

  it.each(['ghs_0123', 'github_pat_0123', 'ghu_0123', '0123456789abcdef'])(
    'may be %s in any variable',
    async (token) => {
      for (const variable of variables) expect(await resolve({ [variable]: token })).toMatchObject({ token });
    },
  );

  it('belongs to the host of the settings where it comes from the environment', async () => {
    await signIn('ghu_login0123', 'corp.ghe.com');
    expect(await resolve({ GH_TOKEN: 'gho_0123', GH_HOST: 'acme.ghe.com' })).toMatchObject({
      github: { host: 'acme.ghe.com', apiUrl: 'https://api.acme.ghe.com' },
    });
    expect(await resolve({ GH_TOKEN: 'gho_0123' })).toMatchObject({ github: { host: 'github.com' } });
  });

  it('belongs to the host of the login where it comes from there', async () => {
    await signIn('ghu_login0123', 'acme.ghe.com');
    expect(await resolve()).toMatchObject({
      github: { host: 'acme.ghe.com', serverUrl: 'https://acme.ghe.com' },
    });
  });

  it('of a login at one host is not used at another', async () => {
    await signIn('ghu_login0123', 'github.com');
    installGh('gho_gh0123', 'acme.ghe.com');
    expect(await resolve({ GH_HOST: 'acme.ghe.com' })).toMatchObject({
      token: 'gho_gh0123',
      github: { host: 'acme.ghe.com' },
    });
  });
});

describe('an account that signs out while it is in use', () => {
  const acme = { GH_HOST: 'acme.ghe.com' };
  const remove = async (id: string): Promise<void> => {
    const record = createFileRecord(
      createJsonFile({ path: join(folder, 'credentials.json'), onNotice: () => {} }),
    );
    await record.remove([record.findLogin(id)]);
  };

  it.each([
    ['before it was used', false],
    ['after it was used', true],
  ])('is not followed by another one at the host of the settings: %s', async (_, uses) => {
    await signIn('ghu_first0123', 'acme.ghe.com', 'first');
    await signIn('ghu_second0123', 'acme.ghe.com', 'second');
    // The one in force elsewhere.
    await signIn('ghu_login0123');
    const credentials = open(acme);
    if (uses) expect(expose(await credentials.resolve()).token).toBe('ghu_second0123');
    else credentials.hold();
    await remove('second@acme.ghe.com');
    await expect(credentials.resolve()).rejects.toThrow('there is no account second@acme.ghe.com here');
    // A new process follows what is here.
    expect(await resolve(acme)).toMatchObject({ token: 'ghu_first0123' });
  });

  it('is not followed by gh', async () => {
    await signIn();
    installGh('gho_gh0123');
    const credentials = open();
    credentials.hold();
    await remove('octocat@github.com');
    await expect(credentials.resolve()).rejects.toThrow('not signed in');
    expect(await resolve()).toMatchObject({ token: 'gho_gh0123' });
  });

  it('is followed by one that signs in', async () => {
    await signIn('ghu_first0123', 'github.com', 'first');
    const credentials = open();
    await credentials.resolve();
    await remove('first@github.com');
    await signIn('ghu_second0123', 'github.com', 'second');
    expect(expose(await credentials.resolve()).token).toBe('ghu_second0123');
  });

  it('leaves another one that was switched to before', async () => {
    await signIn('ghu_first0123', 'github.com', 'first');
    await signIn('ghu_second0123', 'github.com', 'second');
    const credentials = open();
    await credentials.resolve();
    const record = createFileRecord(
      createJsonFile({ path: join(folder, 'credentials.json'), onNotice: () => {} }),
    );
    await record.switchTo(record.findLogin('first'));
    await remove('second@github.com');
    expect(expose(await credentials.resolve()).token).toBe('ghu_first0123');
  });
});

describe('a token that can never work', () => {
  const wrong: [token: string, words: RegExp][] = [
    ['ghp_CANARY0123', /classic personal access token \(ghp_\)/],
    ['sk-proj-CANARY0123', /API key of another service/],
    ['tid=CANARY0123;exp=1:0a', /Copilot token/],
  ];

  it.each(wrong)('is an error where it was meant for this program: %s', async (token, words) => {
    await signIn();
    for (const variable of ['GITHUB_COPILOT_TOKEN', 'COPILOT_GITHUB_TOKEN']) {
      const error = await open({ [variable]: token })
        .resolve()
        .catch((reason) => reason);
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error.message).toMatch(words);
      expect(error.message).toContain(variable);
      expect(JSON.stringify([error.message, error.hint])).not.toContain('CANARY');
      expect(open({ [variable]: token }).listIgnored()).toEqual([]);
    }
  });

  it.each(wrong)(
    'is passed over, but named, where it was set for other programs, too: %s',
    async (token, words) => {
      await signIn();
      for (const variable of shared) {
        const credentials = open({ [variable]: token });
        expect(expose(await credentials.resolve())).toMatchObject({ token: 'ghu_login0123' });
        expect(credentials.listIgnored()).toEqual([{ variable, reason: expect.stringMatching(words) }]);
        expect(credentials.findShadow()).toBeUndefined();
      }
    },
  );

  it('is passed over for a weaker variable that works', async () => {
    expect(await resolve({ GH_TOKEN: 'ghp_0123', GITHUB_TOKEN: 'gho_0123' })).toMatchObject({
      token: 'gho_0123',
      source: { name: 'GITHUB_TOKEN' },
    });
  });

  it.each(shared)('in %s does not come back by way of gh, which has a better one', async (variable) => {
    installGh('gho_gh0123');
    expect(await resolve({ [variable]: 'ghp_0123' })).toMatchObject({ token: 'gho_gh0123' });
  });

  it('is the reason why nobody is signed in where there is no other', async () => {
    await expect(open({ GH_TOKEN: 'ghp_CANARY0123' }).resolve()).rejects.toMatchObject({
      code: 'auth_required',
      message: expect.stringMatching(/^not signed in: the token in GH_TOKEN is a classic (?!.*CANARY)/),
    });
  });

  it('of gh is named', async () => {
    installGh('ghp_0123');
    await expect(open().resolve()).rejects.toMatchObject({
      code: 'auth_required',
      message: expect.stringMatching(/gh auth token is a classic/),
    });
  });
});

describe('a token with a character that no token has', () => {
  it.each<[what: string, token: string]>([
    ['a line break', 'gho_CANARY\n0123'],
    ['a space', 'gho_CANARY 0123'],
    ['typographic quotes', '“gho_CANARY”'],
    ['an escape sequence', 'gho_CANARY\u001b[0m'],
  ])('is refused before it gets into a header: %s', async (_, token) => {
    const error = await open({ GH_TOKEN: token })
      .resolve()
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toMatch(/GH_TOKEN contains a character/);
    expect(JSON.stringify([error.message, error.hint])).not.toContain('CANARY');
  });
});

describe('somebody without a token', () => {
  it.each<[what: string, script: string | undefined]>([
    ['there is no gh', undefined],
    ['gh is signed out', '#!/bin/sh\necho "no oauth token" >&2\nexit 1\n'],
    ['gh says nothing', '#!/bin/sh\nexit 0\n'],
  ])('is not signed in where %s', async (_, script) => {
    if (script !== undefined) writeFileSync(join(folder, 'gh'), script, { mode: 0o755 });
    await expect(open().resolve()).rejects.toMatchObject({
      name: 'AuthenticationError',
      message: 'not signed in',
      hint: hintSaying('Run: copilot-cli login'),
    });
  });

  it('who stops the program while gh is asked has stopped it', async () => {
    installGh('gho_gh0123');
    const reason = new Error('stop');
    await expect(open({}, AbortSignal.abort(reason)).resolve()).rejects.toBe(reason);
  });

  it('signs in to the host that was asked for, else to the one of the settings', () => {
    expect(open({ GH_HOST: 'corp.ghe.com' }).findHost('acme.ghe.com').host).toBe('acme.ghe.com');
    expect(open({ GH_HOST: 'corp.ghe.com' }).findHost().host).toBe('corp.ghe.com');
    expect(open().findHost().host).toBe('github.com');
  });
});

/** No test here writes. */
const emptyFile: JsonFile = {
  path: 'config.json',
  read: () => ({}),
  update: () => expect.unreachable(),
  remove: () => expect.unreachable(),
  removeCopies: () => expect.unreachable(),
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

describe('the kind of a token', () => {
  it.each<[token: string, kind: TokenKind]>([
    ['gho_0123', 'oauth-app'],
    ['ghu_0123', 'github-app'],
    ['github_pat_11ABC_xyz', 'fine-grained'],
    ['ghp_0123', 'classic'],
    ['ghs_0123', 'installation'],
    ['tid=0123;exp=1793000000:0a0b', 'copilot'],
    ['sk-proj-0123', 'api-key'],
    ['0123456789abcdef0123456789abcdef01234567', 'unknown'],
    ['GHO_0123', 'unknown'],
    ['xgho_0123', 'unknown'],
    ['', 'unknown'],
  ])('of %s is %s', (token, kind) => {
    expect(toTokenKind(token)).toBe(kind);
  });

  it.each<[kind: TokenKind, words: RegExp]>([
    ['classic', /classic personal access token \(ghp_\)/],
    ['copilot', /Copilot token \(tid=\).*use a GitHub token/],
    ['api-key', /API key of another service \(sk-\)/],
  ])('%s can never work, with a reason', (kind, words) => {
    expect(explainWrongKind(kind)).toMatch(words);
    expect(explainWrongKind(kind)).toMatch(/^is /);
  });

  it.each<TokenKind>(['oauth-app', 'github-app', 'fine-grained', 'installation', 'unknown'])(
    '%s may work',
    (kind) => {
      expect(explainWrongKind(kind)).toBeUndefined();
    },
  );
});
