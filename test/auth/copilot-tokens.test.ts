import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CopilotAccess } from '../../src/auth/copilot-access.ts';
import {
  type CopilotSession,
  type CopilotTokens,
  chooseEndpoint,
  createCopilotTokens,
  createSharedFailure,
  type EndpointSource,
} from '../../src/auth/copilot-tokens.ts';
import { toTokenKind } from '../../src/auth/credentials.ts';
import { createJsonFile } from '../../src/config/json-file.ts';
import { AuthenticationError, describeError, TokenExchangeError } from '../../src/errors.ts';
import { advise, login } from '../../src/hint.ts';
import { createHttp } from '../../src/http/http.ts';
import { Secret } from '../../src/secret.ts';
import { createFileRecord } from '../helpers/login-record.ts';
import type { Fault } from '../simulator/fault.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';

const exchangePath = '/copilot_internal/v2/token';
const userToken = 'ghu_theUsersOwnToken';
const directToken = 'gho_theUsersOwnToken';

type Setup = {
  simulator: Simulator;
  tokens: CopilotTokens;
  notices: string[];
  logged: string[];
  credentialsFile: string;
  /** Resolves when a line of the log contains `text`. */
  waitForLog(text: string): Promise<void>;
  /** As another process would, from the same file. */
  openAnother(): CopilotTokens;
  advance(seconds: number): void;
  exchanges(): number;
};

type SetupOptions = SimulatorOptions & { token?: string; file?: string; signal?: AbortSignal };

/** Copilot tokens from a simulated GitHub, both by one clock that stands still unless it is told otherwise. */
async function setUp({
  token = userToken,
  file = 'credentials.json',
  signal = new AbortController().signal,
  ...options
}: SetupOptions = {}): Promise<Setup> {
  let clock = Date.parse('2026-11-10T10:00:00Z');
  const now = (): number => clock;
  const simulator = await startSimulator({
    ...options,
    account: {
      githubTokens: { [userToken]: {}, [directToken]: { exchangeable: false } },
      ...options.account,
    },
    now,
  });
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  const credentialsFile = join(folder, file);
  const notices: string[] = [];
  const logged: string[] = [];
  const waiting: { text: string; resolve: () => void }[] = [];
  const log = (line: string): void => {
    logged.push(line);
    for (const { text, resolve } of waiting) if (line.includes(text)) resolve();
  };
  const closing = new AbortController();
  const open = (): CopilotTokens =>
    createCopilotTokens({
      http: createHttp({ env: {}, now }),
      record: createFileRecord(
        createJsonFile({ path: credentialsFile, onNotice: (notice) => notices.push(notice) }),
      ),
      headers: {},
      resolveToken: async () => ({
        token: new Secret(token),
        kind: toTokenKind(token),
        source: { kind: 'environment', name: 'GH_TOKEN' },
        github: { host: 'github.com', serverUrl: simulator.urls.server, apiUrl: simulator.urls.api },
      }),
      baseUrl: () => undefined,
      now,
      signal: AbortSignal.any([signal, closing.signal]),
      openCache: () => ({ read: () => undefined, write: () => {} }),
      onNotice: (notice) => notices.push(notice),
      log,
    });
  onTestFinished(async () => {
    closing.abort();
    await simulator.close();
    rmSync(folder, { recursive: true });
  });
  return {
    simulator,
    tokens: open(),
    notices,
    logged,
    credentialsFile,
    waitForLog: (text) =>
      new Promise((resolve) => {
        if (logged.some((line) => line.includes(text))) resolve();
        else waiting.push({ text, resolve });
      }),
    openAnother: open,
    advance: (seconds) => {
      clock += seconds * 1000;
    },
    exchanges: () => simulator.requestsTo(exchangePath).length,
  };
}

const bearersOf = (sessions: CopilotSession[]): Set<string> =>
  new Set(sessions.map(({ bearer }) => bearer.expose()));

/** Whether the simulated Copilot takes the token of a session. */
async function isAccepted({ bearer, endpoint }: CopilotSession): Promise<boolean> {
  const response = await fetch(`${endpoint.url}/models`, {
    headers: {
      authorization: `Bearer ${bearer.expose()}`,
      'editor-version': 'vscode/1.107.0',
      'copilot-integration-id': 'vscode-chat',
      'x-github-api-version': '2026-06-01',
    },
  });
  await response.text();
  return response.status === 200;
}

describe('a session', () => {
  it('has the token and the host that the exchange gave, and is accepted', async () => {
    const { simulator, tokens } = await setUp();
    const session = await tokens.getSession();
    expect(session.endpoint).toEqual({ url: simulator.urls.copilot, source: 'account' });
    expect(session.access).toMatchObject({ style: 'exchanged', chatEnabled: true });
    expect(await isAccepted(session)).toBe(true);
  });

  it('is made by one exchange, however many ask at once', async () => {
    const { tokens, exchanges } = await setUp();
    const sessions = await Promise.all(Array.from({ length: 100 }, () => tokens.getSession()));
    expect(exchanges()).toBe(1);
    expect(bearersOf(sessions).size).toBe(1);
  });

  it('is made by one exchange, however many ask at once after the token has expired', async () => {
    const { tokens, advance, exchanges } = await setUp();
    const before = await tokens.getSession();
    advance(7200);
    const sessions = await Promise.all(Array.from({ length: 100 }, () => tokens.getSession()));
    expect(exchanges()).toBe(2);
    expect(bearersOf([before, ...sessions]).size).toBe(2);
  });

  it('is made by one exchange where two processes ask at once', async () => {
    const { tokens, openAnother, exchanges } = await setUp();
    const sessions = await Promise.all(
      [tokens, openAnother(), openAnother()].map((each) => each.getSession()),
    );
    expect(exchanges()).toBe(1);
    expect(bearersOf(sessions).size).toBe(1);
  });

  it('is there without a wait once it was made, until it is due', async () => {
    const { tokens, advance } = await setUp();
    expect(tokens.findSession()).toBeUndefined();
    const session = await tokens.getSession();
    expect(tokens.findSession()).toEqual(session);
    advance(10 * 3600);
    expect(tokens.findSession()).toBeUndefined();
  });

  it('is kept for the next process', async () => {
    const { tokens, openAnother, exchanges } = await setUp();
    const sessions = [await tokens.getSession(), await openAnother().getSession()];
    expect(exchanges()).toBe(1);
    expect(bearersOf(sessions).size).toBe(1);
  });

  it('works after the machine slept for ten hours', async () => {
    const { tokens, advance, exchanges } = await setUp();
    const before = await tokens.getSession();
    advance(36_000);
    expect(await isAccepted(before)).toBe(false);
    expect(await isAccepted(await tokens.getSession())).toBe(true);
    expect(exchanges()).toBe(2);
  });

  it.each([
    [-59, 1],
    [-61, 2],
    [-36_000, 2],
  ])('with a clock that was set by %i s takes %i exchanges', async (seconds, count) => {
    const { tokens, advance, exchanges } = await setUp();
    await tokens.getSession();
    advance(seconds);
    await tokens.getSession();
    expect(exchanges()).toBe(count);
  });

  it('is made although the record is broken', async () => {
    const { tokens, credentialsFile, logged } = await setUp();
    writeFileSync(credentialsFile, '{"access":');
    expect(await isAccepted(await tokens.getSession())).toBe(true);
    expect(logged.join()).toContain('cannot be read');
  });

  it('is made although it cannot be stored, and that is said', async () => {
    const { tokens, credentialsFile, notices } = await setUp({ file: 'file/credentials.json' });
    writeFileSync(join(credentialsFile, '..'), 'no folder');
    expect(await isAccepted(await tokens.getSession())).toBe(true);
    expect(notices).toEqual([expect.stringContaining('could not be stored')]);
  });

  it('is made by one exchange and renewed by one, also where nothing can be stored', async () => {
    const { tokens, credentialsFile, exchanges } = await setUp({ file: 'file/credentials.json' });
    writeFileSync(join(credentialsFile, '..'), 'no folder');
    const sessions = await Promise.all(Array.from({ length: 20 }, () => tokens.getSession()));
    expect(bearersOf(sessions).size).toBe(1);
    const [first = expect.unreachable()] = sessions;
    const renewed = await Promise.all(sessions.map((session) => tokens.renew(session, 'rejected')));
    expect(bearersOf([...renewed, await tokens.renew(first, 'rejected')]).size).toBe(1);
    expect(exchanges()).toBe(2);
  });

  it('is not made where the command was stopped', async () => {
    const reason = new Error('enough');
    const { tokens, exchanges } = await setUp({ signal: AbortSignal.abort(reason) });
    await expect(tokens.getSession()).rejects.toBe(reason);
    expect(exchanges()).toBe(0);
  });
});

describe('a token that is due', () => {
  it.each<[name: string, refreshIn: number, seconds: number]>([
    ['a minute before GitHub asks for it', 1500, 1440],
    ['at half its time where that is short', 60, 30],
    ['at half its time where that is very short', 10, 5],
  ])('is renewed %s', async (_, refreshIn, seconds) => {
    const { simulator, tokens, advance } = await setUp({ exchange: { refreshIn } });
    const first = await tokens.getSession();
    expect(first.access.refreshAt - first.access.receivedAt).toBe(seconds * 1000);
    advance(seconds);
    const second = await tokens.getSession();
    expect(second.bearer.equals(first.bearer)).toBe(true);
    await simulator.waitForRequest(exchangePath, 2);
  });

  it('is used while it is renewed, and then no more', async () => {
    const { simulator, tokens, advance, exchanges, credentialsFile } = await setUp();
    const first = await tokens.getSession();
    const stored = readFileSync(credentialsFile, 'utf8');
    advance(1450);
    expect(bearersOf([first, await tokens.getSession(), await tokens.getSession()]).size).toBe(1);
    await simulator.waitForRequest(exchangePath, 2);
    await expect.poll(() => readFileSync(credentialsFile, 'utf8')).not.toBe(stored);
    await expect.poll(async () => (await tokens.getSession()).bearer.equals(first.bearer)).toBe(false);
    expect(exchanges()).toBe(2);
  });

  it('is used on where it cannot be renewed, with half a minute between the tries', async () => {
    const { simulator, tokens, advance, waitForLog, exchanges } = await setUp();
    const first = await tokens.getSession();
    simulator.faults.add({ path: exchangePath, status: 500, times: 2 });
    advance(1450);
    await tokens.getSession();
    await waitForLog('could not be renewed in the background');
    const second = await tokens.getSession();
    expect(second.bearer.equals(first.bearer)).toBe(true);
    expect(second.access.refreshAt).toBe(first.access.receivedAt + 1_480_000);
    expect(exchanges()).toBe(2);
    advance(30);
    await tokens.getSession();
    await simulator.waitForRequest(exchangePath, 3);
  });

  it('does not keep the process from ending', async () => {
    const ending = new AbortController();
    const { simulator, tokens, advance, waitForLog } = await setUp({ signal: ending.signal });
    await tokens.getSession();
    simulator.faults.add({ path: exchangePath, noAnswer: true });
    advance(1450);
    await tokens.getSession();
    const request = await simulator.waitForRequest(exchangePath, 2);
    ending.abort();
    await waitForLog('could not be renewed in the background');
    await expect.poll(() => request.closedByClient).toBe(true);
  });
});

describe('a token whose time is over by our clock', () => {
  it.each<[name: string, fault: Omit<Fault, 'path'>]>([
    ['answers with 500', { status: 500 }],
    ['answers with 503 and HTML', { status: 503, body: '<html></html>', bare: true }],
    ['limits the rate', { status: 429, headers: { 'retry-after': '60' } }],
    [
      'limits the rate with 403',
      { status: 403, body: { message: 'API rate limit exceeded for user ID 1.', status: '403' } },
    ],
    ['hangs up', { reset: true }],
  ])('is used until the service ends it, where GitHub %s', async (_, fault) => {
    const { simulator, tokens, advance } = await setUp();
    const first = await tokens.getSession();
    simulator.faults.add({ path: exchangePath, times: 9, ...fault });
    advance(1600);
    const second = await tokens.getSession();
    expect(second.bearer.equals(first.bearer)).toBe(true);
    expect(await isAccepted(second)).toBe(true);
    advance(201);
    await expect(tokens.getSession()).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:upstream|network|rate_limited)$/),
    });
  });

  it('is not used where GitHub refuses the sign-in', async () => {
    const { simulator, tokens, advance } = await setUp();
    await tokens.getSession();
    simulator.state.exchange.refusal = 'bad-credentials';
    advance(1600);
    await expect(tokens.getSession()).rejects.toBeInstanceOf(AuthenticationError);
  });

  it('is not used where the account has lost Copilot', async () => {
    const { simulator, tokens, advance } = await setUp();
    await tokens.getSession();
    simulator.state.exchange.refusal = { notificationId: 'subscription_ended' };
    advance(1600);
    await expect(tokens.getSession()).rejects.toMatchObject({
      code: 'forbidden',
      details: { reason: 'subscription_ended' },
    });
  });

  it('is replaced as soon as GitHub answers again', async () => {
    const { simulator, tokens, advance } = await setUp();
    const first = await tokens.getSession();
    simulator.faults.add({ path: exchangePath, status: 500 });
    advance(1600);
    await tokens.getSession();
    advance(31);
    await tokens.getSession();
    await expect.poll(async () => (await tokens.getSession()).bearer.equals(first.bearer)).toBe(false);
  });
});

describe('a token that Copilot rejects', () => {
  it('is renewed by one exchange, however many were rejected at once', async () => {
    const { simulator, tokens, exchanges } = await setUp();
    const first = await tokens.getSession();
    simulator.expireCopilotTokens();
    const renewed = await Promise.all(Array.from({ length: 50 }, () => tokens.renew(first, 'rejected')));
    expect(exchanges()).toBe(2);
    expect(bearersOf([first, ...renewed]).size).toBe(2);
    for (const session of renewed.slice(0, 1)) expect(await isAccepted(session)).toBe(true);
  });

  it('is not renewed again for those who come late', async () => {
    const { tokens, advance, exchanges } = await setUp();
    const first = await tokens.getSession();
    advance(5);
    const second = await tokens.renew(first, 'rejected');
    const third = await tokens.renew(first, 'rejected');
    expect(third.bearer.equals(second.bearer)).toBe(true);
    expect(exchanges()).toBe(2);
  });

  it('is replaced by what another process has got meanwhile', async () => {
    const { tokens, openAnother, advance, exchanges } = await setUp();
    const other = openAnother();
    const [first, same] = [await tokens.getSession(), await other.getSession()];
    advance(5);
    const renewed = await other.renew(same, 'rejected');
    expect((await tokens.renew(first, 'rejected')).bearer.equals(renewed.bearer)).toBe(true);
    expect(exchanges()).toBe(2);
  });

  it('is the last of a sign-in that GitHub refuses as well', async () => {
    const { simulator, tokens } = await setUp();
    const first = await tokens.getSession();
    simulator.state.exchange.refusal = 'bad-credentials';
    await expect(tokens.renew(first, 'rejected')).rejects.toMatchObject({
      name: 'AuthenticationError',
      code: 'auth_required',
      message: expect.stringContaining('GH_TOKEN'),
    });
  });
});

describe('an account on another host', () => {
  it('is found where the next exchange names its host', async () => {
    const { simulator, tokens } = await setUp({ exchange: { endpoints: 'wrongPlan' } });
    const first = await tokens.getSession();
    expect(await isAccepted(first)).toBe(false);
    simulator.state.exchange.endpoints = 'copilot';
    expect(await isAccepted(await tokens.renew(first, 'misdirected'))).toBe(true);
  });

  it("is found on the account's own page where the exchange repeats itself", async () => {
    const { simulator, tokens } = await setUp({ exchange: { endpoints: 'wrongPlan' } });
    const renewed = await tokens.renew(await tokens.getSession(), 'misdirected');
    expect(renewed.endpoint.url).toBe(simulator.urls.copilot);
    expect(await isAccepted(renewed)).toBe(true);
  });
});

describe('a token that cannot be exchanged', () => {
  it('goes to Copilot itself, at the host of the account', async () => {
    const { simulator, tokens, exchanges } = await setUp({ token: directToken });
    const session = await tokens.getSession();
    expect(session.access.style).toBe('direct');
    expect(session.bearer.expose()).toBe(directToken);
    expect(session.endpoint.url).toBe(simulator.urls.copilot);
    await tokens.getSession();
    expect(exchanges()).toBe(1);
  });

  it('goes to the default host where the account cannot be seen', async () => {
    const { tokens } = await setUp({ token: directToken, account: { user: 404 } });
    expect((await tokens.getSession()).endpoint).toEqual({
      url: 'https://api.githubcopilot.com',
      source: 'default',
    });
  });

  it('is not stored a second time as a Copilot token', async () => {
    const { tokens, credentialsFile } = await setUp({ token: directToken });
    await tokens.getSession();
    expect(readFileSync(credentialsFile, 'utf8')).not.toContain(directToken);
  });

  it('is final where Copilot rejects it', async () => {
    const { tokens, exchanges } = await setUp({ token: directToken });
    const session = await tokens.getSession();
    await expect(tokens.renew(session, 'rejected')).rejects.toBeInstanceOf(AuthenticationError);
    expect(exchanges()).toBe(1);
  });
});

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

/** What a file keeps: text. */
function createFile() {
  let text = 'null';
  return {
    read: () => JSON.parse(text),
    write(value: unknown) {
      text = JSON.stringify(value);
    },
  };
}

it('a failure that another process met has the same words and the same next step', () => {
  const failure = createSharedFailure(createFile() as never);
  const error = new TokenExchangeError('forbidden', 'no subscription', {
    hint: advise`Sign in with another account: ${login}`,
    details: { status: 403 },
  });
  failure.report(error, 10);
  expect(() => failure.throwSince(11)).not.toThrow();
  try {
    failure.throwSince(10);
    expect.unreachable();
  } catch (thrown) {
    expect(describeError(thrown)).toEqual(describeError(error));
  }
});
