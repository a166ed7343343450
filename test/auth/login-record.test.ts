import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { CopilotAccess } from '../../src/auth/copilot-access.ts';
import type { AccessOwner, LoginRecord, LoginRecordOptions, NewLogin } from '../../src/auth/login-record.ts';
import { createJsonFile } from '../../src/config/json-file.ts';
import { Secret } from '../../src/secret.ts';
import { createFileRecord } from '../helpers/login-record.ts';

let folder: string;
let path: string;
let record: LoginRecord;

const open = (options: Omit<LoginRecordOptions, 'file' | 'secrets'> = {}): LoginRecord =>
  createFileRecord(createJsonFile({ path, onNotice: expect.unreachable }), options);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  path = join(folder, 'credentials.json');
  record = open();
});

const login: NewLogin = {
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

/** A token from a variable belongs to nobody. */
const nobody: AccessOwner = undefined;
const octocat: AccessOwner = { account: 'octocat', host: 'acme.ghe.com' };

const readToken = async (from = open()): Promise<string | undefined> => {
  const stored = from.readLogin();
  return stored && (await from.readToken(stored))?.expose();
};

const idsOf = (from = open()): string[] => from.listLogins().map(({ id }) => id);

describe('the record of accounts', () => {
  it('is empty at first', async () => {
    expect(record.readLogin()).toBeUndefined();
    expect(await record.readAccess(nobody, 'key')).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('gives a login back to another process', async () => {
    await record.saveLogin({ ...login, plan: 'pro', apiUrl: 'http://127.0.0.1:1' });
    expect(open().readLogin()).toMatchObject({
      id: 'octocat@acme.ghe.com',
      host: 'acme.ghe.com',
      account: 'octocat',
      plan: 'pro',
      apiUrl: 'http://127.0.0.1:1',
      place: { kind: 'file', path },
    });
    expect(await readToken()).toBe('ghu_CANARY0123');
  });

  it('gives a login back whose account is not known, until it is', async () => {
    await record.saveLogin({ ...login, account: undefined });
    expect(open().readLogin()).toMatchObject({ host: 'acme.ghe.com', account: undefined });
    await record.saveLogin(login);
    expect(idsOf()).toEqual(['octocat@acme.ghe.com']);
  });

  it('gives a Copilot token back to another process', async () => {
    await record.saveAccess(nobody, 'key', toAccess(1000));
    expect(expose(await open().readAccess(nobody, 'key'))).toEqual(expose(toAccess(1000)));
    expect(await open().readAccess(nobody, 'other')).toBeUndefined();
  });

  it('gives back that a GitHub token needs no Copilot token', async () => {
    const direct: CopilotAccess = {
      ...toAccess(1000),
      style: 'direct',
      token: undefined,
      endpoint: undefined,
      sku: undefined,
    };
    await record.saveAccess(nobody, 'key', direct);
    expect(await open().readAccess(nobody, 'key')).toEqual(direct);
  });

  it('keeps the login when a Copilot token is stored, and one Copilot token of each account', async () => {
    await record.saveLogin(login);
    await record.saveAccess(octocat, 'a', toAccess(1000));
    await record.saveAccess(octocat, 'b', toAccess(2000));
    expect(await readToken()).toBe('ghu_CANARY0123');
    expect(await open().readAccess(octocat, 'a')).toBeUndefined();
    expect((await open().readAccess(octocat, 'b'))?.receivedAt).toBe(2000);
  });

  it('stores the Copilot token that came with a sign-in', async () => {
    await record.saveLogin(login, { access: { key: 'a', access: toAccess(1000) } });
    expect((await open().readAccess(octocat, 'a'))?.receivedAt).toBe(1000);
    await record.saveLogin({ ...login, token: new Secret('ghu_CANARYnew') });
    expect(await open().readAccess(octocat, 'a')).toBeUndefined();
    expect(readFileSync(path, 'utf8')).not.toContain('tid=');
    expect(await readToken()).toBe('ghu_CANARYnew');
  });

  it('gives no account the Copilot token of another', async () => {
    const other = { account: 'hubot', host: 'acme.ghe.com' };
    await record.saveLogin(login);
    await record.saveLogin({ ...login, ...other, token: new Secret('ghu_CANARY4567') });
    await record.saveAccess(other, 'key', toAccess(1000));
    expect(await open().readAccess(octocat, 'key')).toBeUndefined();
    expect(await open().readAccess(nobody, 'key')).toBeUndefined();
    expect((await open().readAccess(other, 'key'))?.receivedAt).toBe(1000);
  });

  it('remembers the eight newest Copilot tokens of variables', async () => {
    for (let number = 1; number <= 10; number += 1)
      await record.saveAccess(nobody, `key${number}`, toAccess(number));
    const found = await Promise.all(
      Array.from({ length: 10 }, (_, index) => open().readAccess(nobody, `key${index + 1}`)),
    );
    expect(found.map((access) => access?.receivedAt)).toEqual([
      undefined,
      undefined,
      3,
      4,
      5,
      6,
      7,
      8,
      9,
      10,
    ]);
  });

  it('remembers the Copilot token that came last, although the clock was set back', async () => {
    for (let number = 1; number <= 8; number += 1)
      await record.saveAccess(nobody, `key${number}`, toAccess(1000 + number));
    await record.saveAccess(nobody, 'last', toAccess(1));
    expect((await open().readAccess(nobody, 'last'))?.receivedAt).toBe(1);
  });

  it('takes no Copilot token of a login that has been removed meanwhile', async () => {
    await record.saveAccess(octocat, 'key', toAccess(1000));
    expect(await open().readAccess(octocat, 'key')).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is gone when it is removed', async () => {
    await record.saveLogin(login);
    await record.saveAccess(nobody, 'key', toAccess(1000));
    await record.remove('all');
    expect(open().readLogin()).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the account in force', () => {
  beforeEach(async () => {
    for (const [account, host] of [
      ['octocat', 'github.com'],
      ['hubot', 'github.com'],
      ['Octocat', 'acme.ghe.com'],
    ] as const)
      await record.saveLogin({ ...login, account, host });
  });

  it.each<[what: string, options: Omit<LoginRecordOptions, 'file' | 'secrets'>, id: string]>([
    ['the one that signed in last', {}, 'Octocat@acme.ghe.com'],
    ['the one of the host that the settings want', { host: () => 'github.com' }, 'hubot@github.com'],
    ['the one that signed in last, if no host fits', { host: () => 'x.ghe.com' }, 'Octocat@acme.ghe.com'],
    ['the one that is named', { named: { words: 'HUBOT', by: '--account' } }, 'hubot@github.com'],
    [
      'the one that is named with its host',
      { named: { words: 'octocat@github.com', by: '--account' } },
      'octocat@github.com',
    ],
    [
      'the one that is named, whatever host the settings want',
      { named: { words: 'hubot', by: '--account' }, host: () => 'acme.ghe.com' },
      'hubot@github.com',
    ],
  ])('is %s', (_, options, id) => {
    expect(open(options).readLogin()?.id).toBe(id);
  });

  it('is the one that was switched to', async () => {
    await record.switchTo(record.findLogin('octocat@github.com'));
    expect(open().readLogin()?.id).toBe('octocat@github.com');
    expect(open().namedBy).toBe(undefined);
  });

  it('is that of the nearest folder', async () => {
    await record.setFolder('/work', record.findLogin('hubot'));
    await record.setFolder('/work/acme', record.findLogin('octocat@github.com'));
    const readIn = (here: string) => open({ folder: () => here }).readLogin()?.id;
    expect(['/work', '/work/acme/src', '/work/acmes', '/works', '/'].map(readIn)).toEqual([
      'hubot@github.com',
      'octocat@github.com',
      'hubot@github.com',
      'Octocat@acme.ghe.com',
      'Octocat@acme.ghe.com',
    ]);
    await record.setFolder('/work/acme', undefined);
    expect(readIn('/work/acme')).toBe('hubot@github.com');
    expect(
      open({ folder: () => '/work', named: { words: 'octocat@github.com', by: 'x' } }).readLogin()?.id,
    ).toBe('octocat@github.com');
  });

  it.each([
    ['nobody', /no account nobody here \(from --account\)/, /octocat@github.com, hubot@github.com/],
    [
      'octocat',
      /octocat \(from --account\) is the name of more than one account/,
      /octocat@github.com, Octocat@acme/,
    ],
    ['', /no account/, /hubot/],
  ])('is an error if %j is named', (words, message, hint) => {
    const read = () => open({ named: { words, by: '--account' } }).readLogin();
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ code: 'auth_required' }));
    try {
      read();
    } catch (error) {
      expect(JSON.stringify((error as { hint: unknown }).hint)).toMatch(hint);
    }
  });

  it('is another one once it is removed, but not in the folders that chose it', async () => {
    await record.setFolder('/work', record.findLogin('Octocat@acme.ghe.com'));
    await record.remove([record.findLogin('Octocat@acme.ghe.com')]);
    expect(open().readLogin()?.id).toBe('hubot@github.com');
    expect(() => open({ folder: () => '/work/inner' }).readLogin()).toThrow(
      'there is no account Octocat@acme.ghe.com here (from the choice for /work)',
    );
    await record.remove('all');
    expect(open().listFolders()).toEqual([]);
  });

  it('has a model of its own, which a new sign-in keeps', async () => {
    await record.setModel(record.findLogin('hubot'), 'gpt-5-mini');
    await record.saveLogin({ ...login, account: 'hubot', host: 'github.com' });
    expect(open().readLogin()).toMatchObject({ account: 'hubot', model: 'gpt-5-mini' });
    await record.setModel(record.findLogin('hubot'), undefined);
    expect(open().readLogin()?.model).toBe(undefined);
  });
});

describe('a secret in the record', () => {
  it('is in that file alone, which is for the owner alone', async () => {
    await record.saveLogin(login);
    await record.saveAccess(octocat, 'key', toAccess(1000));
    expect(readdirSync(folder)).toEqual(['credentials.json']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { version, secrets } = JSON.parse(readFileSync(path, 'utf8'));
    expect(version).toBe(2);
    expect(JSON.parse(secrets['account:octocat@acme.ghe.com'].value)).toMatchObject({
      refresh: 'ghu_CANARY0123',
      key: 'key',
      access: { access: expect.stringMatching(/^tid=CANARY/) },
    });
  });

  it('does not show where what was read is printed', async () => {
    await record.saveLogin(login);
    await record.saveAccess(octocat, 'key', toAccess(1000));
    const read = {
      login: open().readLogin(),
      token: await open().readToken(open().findLogin('octocat')),
      access: await open().readAccess(octocat, 'key'),
    };
    expect(inspect(read, { depth: 9 }) + JSON.stringify(read)).not.toContain('CANARY');
  });
});

describe('a record of version 1', () => {
  const old = {
    version: 1,
    login: {
      host: 'github.com',
      account: 'octocat',
      refresh: 'ghu_CANARYold',
      savedAt: '2026-11-01T00:00:00Z',
    },
    access: { key: { access: 'tid=CANARYold', receivedAt: 1000, expires: 1793000000000 } },
  };
  const owner = { account: 'octocat', host: 'github.com' };

  beforeEach(() => writeFileSync(path, JSON.stringify(old)));

  it('is read as it is, and left alone', async () => {
    expect(open().readLogin()).toMatchObject({ id: 'octocat@github.com', savedAt: '2026-11-01T00:00:00Z' });
    expect(await readToken()).toBe('ghu_CANARYold');
    expect((await open().readAccess(owner, 'key'))?.receivedAt).toBe(1000);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(old);
  });

  it.each<[what: string, change: (from: LoginRecord) => Promise<unknown>]>([
    ['a new Copilot token', (from) => from.saveAccess(nobody, 'other', toAccess(2000))],
    ['a second account', (from) => from.saveLogin(login)],
    ['a switch', (from) => from.switchTo(from.findLogin('octocat'))],
    ['a folder', (from) => from.setFolder('/work', from.findLogin('octocat'))],
    ['a model', (from) => from.setModel(from.findLogin('octocat'), 'gpt-5-mini')],
    ['a move', (from) => from.move(from.findLogin('octocat'))],
  ])('keeps its account with %s', async (_, change) => {
    await Promise.all([change(open()), change(open())]);
    const from = open();
    expect((await from.readToken(from.findLogin('octocat@github.com')))?.expose()).toBe('ghu_CANARYold');
    expect((await from.readAccess(owner, 'key'))?.receivedAt).toBe(1000);
    expect(JSON.parse(readFileSync(path, 'utf8')).login).toBe(undefined);
  });

  it('is gone when its account is removed', async () => {
    await record.remove([record.findLogin('octocat')]);
    expect(readdirSync(folder)).toEqual([]);
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
    ['secrets that are a list', { secrets: ['a'] }],
    ['a secret in an unknown place', { secrets: { 'account:octocat@github.com': { place: 'moon' } } }],
    ['a secret without its value', { secrets: { 'account:octocat@github.com': { place: 'file' } } }],
  ])('with %s is one of nobody', async (_, content) => {
    writeFileSync(path, JSON.stringify(content));
    expect(record.readLogin()).toBeUndefined();
    expect(await record.readAccess(nobody, 'key')).toBeUndefined();
  });

  it('is read as far as it goes', async () => {
    writeFileSync(
      path,
      JSON.stringify({ login: { refresh: 'gho_x' }, access: { key: { access: 'tid=1' } } }),
    );
    expect(record.readLogin()).toMatchObject({ host: 'github.com', account: undefined });
    expect(await record.readAccess(nobody, 'key')).toMatchObject({
      style: 'exchanged',
      refreshAt: 0,
      staleAt: 0,
      chatEnabled: true,
    });
  });

  it('has an account without a token if its secret is no JSON', async () => {
    const secret = { place: 'file', value: 'not JSON', about: { account: 'octocat', host: 'github.com' } };
    writeFileSync(path, JSON.stringify({ secrets: { 'account:octocat@github.com': secret } }));
    expect(await readToken()).toBe(undefined);
  });

  it('that is no JSON is an error of configuration', () => {
    writeFileSync(path, '{"login": {"refresh": "ghu_CANARY');
    expect(() => record.readLogin()).toThrow(
      expect.objectContaining({ code: 'config', message: expect.not.stringContaining('CANARY') }),
    );
  });
});
