import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  type CopilotAccess,
  createLoginRecord,
  type Login,
  type LoginRecord,
} from '../../src/auth/login-record.ts';
import { createJsonFile } from '../../src/config/json-file.ts';
import { Secret } from '../../src/secret.ts';

let folder: string;
let path: string;
let record: LoginRecord;

const open = (): LoginRecord => createLoginRecord(createJsonFile({ path, onNotice: expect.unreachable }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  path = join(folder, 'credentials.json');
  record = open();
});

const login: Login = {
  host: 'acme.ghe.com',
  account: 'octocat',
  token: new Secret('ghu_CANARY0123'),
  savedAt: '2026-11-20T10:00:00.000Z',
};

const toAccess = (receivedAt: number): CopilotAccess => ({
  style: 'exchanged',
  token: new Secret(`tid=CANARY${receivedAt};exp=1793000000:0a`),
  receivedAt,
  refreshAt: receivedAt + 1_440_000,
  staleAt: receivedAt + 1_560_000,
  expiresAt: 1_793_000_000_000,
  endpoint: 'https://api.business.githubcopilot.com',
  sku: 'yearly_subscriber',
  chatEnabled: false,
});

/** With secrets in the open, so that two can be compared. */
const expose = (access: CopilotAccess | undefined) => access && { ...access, token: access.token?.expose() };

describe('the record of a sign-in', () => {
  it('is empty at first', () => {
    expect(record.readLogin()).toBeUndefined();
    expect(record.readAccess('key')).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('gives a login back to another process', async () => {
    await record.saveLogin(login);
    const stored = open().readLogin();
    expect({ ...stored, token: stored?.token.expose() }).toEqual({ ...login, token: 'ghu_CANARY0123' });
  });

  it('gives a login back whose account is not known', async () => {
    await record.saveLogin({ ...login, account: undefined });
    expect(open().readLogin()).toMatchObject({ host: 'acme.ghe.com', account: undefined });
  });

  it('gives a Copilot token back to another process', async () => {
    await record.saveAccess('key', toAccess(1000));
    expect(expose(open().readAccess('key'))).toEqual(expose(toAccess(1000)));
    expect(open().readAccess('other')).toBeUndefined();
  });

  it('gives back that a GitHub token needs no Copilot token', async () => {
    const direct: CopilotAccess = {
      ...toAccess(1000),
      style: 'direct',
      token: undefined,
      endpoint: undefined,
      sku: undefined,
    };
    await record.saveAccess('key', direct);
    expect(open().readAccess('key')).toEqual(direct);
  });

  it('keeps the login when a Copilot token is stored', async () => {
    await record.saveLogin(login);
    await record.saveAccess('key', toAccess(1000));
    expect(open().readLogin()?.account).toBe('octocat');
  });

  it('replaces a login, and of the Copilot tokens keeps the one that belongs to it', async () => {
    await record.saveLogin({ ...login, account: 'somebody' });
    for (const key of ['a', 'b', 'c']) await record.saveAccess(key, toAccess(1000));
    await record.saveLogin(login, 'b');
    expect(['a', 'b', 'c'].map((key) => open().readAccess(key)?.receivedAt)).toEqual([
      undefined,
      1000,
      undefined,
    ]);
    expect(open().readLogin()?.account).toBe('octocat');
  });

  it('keeps no Copilot token of another login where none belongs to the new one', async () => {
    await record.saveAccess('a', toAccess(1000));
    await record.saveLogin(login);
    expect(open().readAccess('a')).toBeUndefined();
    expect(readFileSync(path, 'utf8')).not.toContain('tid=');
  });

  it('remembers the eight newest Copilot tokens', async () => {
    for (let number = 1; number <= 10; number += 1) await record.saveAccess(`key${number}`, toAccess(number));
    const found = Array.from({ length: 10 }, (_, index) => open().readAccess(`key${index + 1}`)?.receivedAt);
    expect(found).toEqual([undefined, undefined, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('remembers the Copilot token that came last, although the clock was set back', async () => {
    for (let number = 1; number <= 8; number += 1)
      await record.saveAccess(`key${number}`, toAccess(1000 + number));
    await record.saveAccess('last', toAccess(1));
    expect(open().readAccess('last')?.receivedAt).toBe(1);
  });

  it('takes no Copilot token of a login that has been removed meanwhile', async () => {
    await record.saveAccess('key', toAccess(1000), true);
    expect(readdirSync(folder)).toEqual([]);
    await record.saveLogin(login);
    await record.saveAccess('key', toAccess(1000), true);
    expect(open().readAccess('key')?.receivedAt).toBe(1000);
  });

  it('is gone when it is removed', async () => {
    await record.saveLogin(login);
    await record.saveAccess('key', toAccess(1000));
    await record.remove();
    expect(open().readLogin()).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a secret in the record', () => {
  it('is in that file alone, which is for the owner alone', async () => {
    await record.saveLogin(login);
    await record.saveAccess('key', toAccess(1000));
    expect(readdirSync(folder)).toEqual(['credentials.json']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      version: 1,
      login: { refresh: 'ghu_CANARY0123' },
      access: { key: { access: expect.stringMatching(/^tid=CANARY/) } },
    });
  });

  it('does not show where what was read is printed', async () => {
    await record.saveLogin(login);
    await record.saveAccess('key', toAccess(1000));
    const read = { login: open().readLogin(), access: open().readAccess('key') };
    expect(inspect(read, { depth: 9 }) + JSON.stringify(read)).not.toContain('CANARY');
  });
});

describe('a record of another make', () => {
  it.each<[what: string, content: unknown]>([
    ['no login', { version: 1 }],
    ['a login without a token', { login: { host: 'github.com' } }],
    ['a login with an empty token', { login: { refresh: '' } }],
    ['a login that is text', { login: 'octocat' }],
    ['Copilot tokens that are a list', { access: ['a'] }],
    ['a Copilot token that is text', { access: { key: 'tid=0123' } }],
    ['an exchanged access without a token', { access: { key: { style: 'exchanged', expires: 1 } } }],
  ])('with %s is one of nobody', (_, content) => {
    writeFileSync(path, JSON.stringify(content));
    expect(record.readLogin()).toBeUndefined();
    expect(record.readAccess('key')).toBeUndefined();
  });

  it('is read as far as it goes', () => {
    writeFileSync(
      path,
      JSON.stringify({ login: { refresh: 'gho_x' }, access: { key: { access: 'tid=1' } } }),
    );
    expect(record.readLogin()).toMatchObject({ host: 'github.com', account: undefined });
    expect(record.readAccess('key')).toMatchObject({
      style: 'exchanged',
      refreshAt: 0,
      staleAt: 0,
      chatEnabled: true,
    });
  });

  it('that is no JSON is an error of configuration', () => {
    writeFileSync(path, '{"login": {"refresh": "ghu_CANARY');
    expect(() => record.readLogin()).toThrow(
      expect.objectContaining({ code: 'config', message: expect.not.stringContaining('CANARY') }),
    );
  });
});
