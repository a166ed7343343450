import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Credentials, createCredentials, type GithubToken } from '../../src/auth/credentials.ts';
import { createLoginRecord } from '../../src/auth/login-record.ts';
import { createJsonFile } from '../../src/config/json-file.ts';
import { createSettings } from '../../src/config/settings.ts';
import type { Env } from '../../src/env.ts';
import { AuthenticationError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { hintSaying } from '../helpers/hint-matcher.ts';

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
    record: createLoginRecord(openFile('credentials.json')),
    signal,
  });
}

async function signIn(token = 'ghu_login0123', host = 'github.com'): Promise<void> {
  const record = createLoginRecord(
    createJsonFile({ path: join(folder, 'credentials.json'), onNotice: () => {} }),
  );
  await record.saveLogin({ host, account: 'octocat', token: new Secret(token), savedAt: '' });
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
