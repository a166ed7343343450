import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { CopilotClient } from '../../src/copilot/client.ts';
import { createAuthRoutes } from '../../src/server/auth-routes.ts';
import { canary, expectNoSecret, githubToken } from '../helpers/cli.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';
import { createAccountContext } from './account-context.ts';
import { type RouteReply, serveRoutes } from './serve-routes.ts';

type Options = SimulatorOptions & { env?: Record<string, string> };

/** The routes, a server that makes its client anew when it is told to, and a wait between polls that ends when the test says so. */
async function createServer(options: Options = {}) {
  const { context, simulator, folder } = await createAccountContext({
    ...options,
    account: { githubTokens: { [githubToken]: {} }, ...options.account },
    device: { grantedToken: githubToken, approveAfterMs: undefined, ...options.device },
  });
  let client: Promise<CopilotClient> | undefined;
  let changes = 0;
  const { promise: approved, resolve: goOn } = createSignal();
  const routes = createAuthRoutes({
    context,
    onAccountChange() {
      changes += 1;
      client = undefined;
    },
    wait: (_, signal) =>
      new Promise((resolve, reject) => {
        void approved.then(resolve);
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  });
  const connect = (): Promise<CopilotClient> => {
    client ??= context.connect();
    return client;
  };
  const models = { list: async () => (await connect()).fetchCatalogue({ fresh: false }) };
  const ask = await serveRoutes(routes, { connect, models: models as never });
  const askSafely = async (method: string, path: string): Promise<RouteReply> => {
    const reply = await ask(method, path);
    expectNoSecret(reply.text);
    return reply;
  };
  return {
    ask: askSafely,
    simulator,
    context,
    credentialsFile: join(folder, 'credentials.json'),
    changes: () => changes,
    approve() {
      simulator.state.device.approveAfterMs = 0;
      goOn();
    },
    /** Waits until the flow is over. */
    finishLogin: () =>
      vi.waitFor(
        async () => {
          const { json } = await askSafely('POST', '/auth/check');
          expect(json).not.toMatchObject({ status: 'pending_verification' });
        },
        { timeout: 10_000 },
      ),
  };
}

function createSignal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('signing in through the server', () => {
  it('gives a code, waits in the background, and is done', async () => {
    const { ask, approve, finishLogin, changes, simulator } = await createServer();
    const begun = await ask('POST', '/auth/login');
    expect(begun).toMatchObject({
      status: 200,
      json: {
        status: 'pending_verification',
        user_code: expect.stringMatching(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/),
        verification_uri: `${simulator.urls.server}/login/device`,
        expires_in: 899,
        interval: 1,
      },
    });
    expect((await ask('POST', '/auth/check')).json).toEqual({ status: 'pending_verification' });
    expect((await ask('GET', '/auth/status')).json).toMatchObject({ status: 'pending_verification' });
    await simulator.waitForRequest('/login/oauth/access_token');
    approve();
    await finishLogin();
    expect(changes()).toBe(1);
    expect((await ask('POST', '/auth/check')).json).toEqual({ status: 'authenticated' });
    expect((await ask('POST', '/auth/login')).json).toEqual({ status: 'authenticated' });
    expect((await ask('GET', '/auth/status')).json).toEqual({
      status: 'authenticated',
      login: 'octocat',
      host: 'github.com',
      source: 'login',
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('is one flow for all who ask at the same time', async () => {
    const { ask, simulator } = await createServer();
    const replies = await Promise.all([1, 2, 3].map(() => ask('POST', '/auth/login')));
    const codes = replies.map(({ json }) => (json as { user_code: string }).user_code);
    expect(new Set(codes).size).toBe(1);
    expect((await ask('POST', '/auth/login')).json).toMatchObject({ user_code: codes[0] });
    expect(simulator.requestsTo('/login/device/code')).toHaveLength(1);
  });

  it('says why it came to nothing, and may begin again', async () => {
    const { ask, finishLogin, simulator, changes } = await createServer({
      device: { outcomes: ['access_denied'] },
    });
    await ask('POST', '/auth/login');
    await finishLogin();
    expect((await ask('POST', '/auth/check')).json).toEqual({
      status: 'unauthenticated',
      error: 'the sign-in was cancelled in the browser',
    });
    expect(changes()).toBe(0);
    expect((await ask('POST', '/auth/login')).json).toMatchObject({ status: 'pending_verification' });
    expect(simulator.requestsTo('/login/device/code')).toHaveLength(2);
  });

  it('fails at once where no flow begins, and not for good', async () => {
    const { ask, simulator } = await createServer();
    simulator.faults.add({ path: '/login/device/code', status: 404 });
    expect((await ask('POST', '/auth/login')).json).toMatchObject({ thrown: { code: 'auth_required' } });
    expect((await ask('POST', '/auth/login')).json).toMatchObject({ status: 'pending_verification' });
  });

  it('keeps a sign-in to an account without Copilot, and says what GitHub says', async () => {
    const { ask, finishLogin, credentialsFile, changes } = await createServer({
      device: { approveAfterMs: 0 },
      exchange: { refusal: { notificationId: 'no_copilot_access' } },
    });
    await ask('POST', '/auth/login');
    await finishLogin();
    expect(existsSync(credentialsFile)).toBe(true);
    expect(changes()).toBe(1);
    expect((await ask('POST', '/auth/check')).json).toEqual({
      status: 'authenticated',
      error: expect.stringMatching(/Copilot/),
    });
  });

  it('says that a token of the environment is used in its place', async () => {
    const { ask } = await createServer({ env: { GH_TOKEN: `ghu_${canary}_unknown` } });
    expect((await ask('POST', '/auth/login')).json).toMatchObject({
      status: 'pending_verification',
      warnings: ['GH_TOKEN is set, and its token is used in place of this login.'],
    });
  });
});

describe('signing out through the server', () => {
  it('forgets the sign-in and has the client made anew', async () => {
    const { ask, finishLogin, credentialsFile, changes } = await createServer({
      device: { approveAfterMs: 0 },
    });
    await ask('POST', '/auth/login');
    await finishLogin();
    expect((await ask('POST', '/auth/logout')).json).toEqual({ status: 'logged_out', warnings: [] });
    expect(existsSync(credentialsFile)).toBe(false);
    expect(changes()).toBe(2);
    expect((await ask('GET', '/auth/status')).json).toEqual({
      status: 'unauthenticated',
      source: null,
      error: 'not signed in',
    });
  });

  it('ends a sign-in that is under way, which then stores nothing', async () => {
    const { ask, approve, credentialsFile, simulator } = await createServer();
    await ask('POST', '/auth/login');
    await simulator.waitForRequest('/login/oauth/access_token');
    await ask('POST', '/auth/logout');
    approve();
    expect((await ask('POST', '/auth/check')).json).toEqual({
      status: 'unauthenticated',
      error: 'not signed in',
    });
    expect(existsSync(credentialsFile)).toBe(false);
    expect(simulator.requestsTo('/login/oauth/access_token')).toHaveLength(1);
  });

  it('warns of a token of the environment', async () => {
    const { ask } = await createServer({ env: { GITHUB_TOKEN: githubToken } });
    expect((await ask('POST', '/auth/logout')).json).toEqual({
      status: 'logged_out',
      warnings: ['GITHUB_TOKEN is still set, and its token is used.'],
    });
    expect((await ask('GET', '/auth/status')).json).toMatchObject({
      status: 'authenticated',
      login: 'octocat',
      source: 'environment',
    });
  });
});

describe('the status of the provider', () => {
  it('tells what a model would be asked with', async () => {
    const { ask, simulator } = await createServer({ env: { GH_TOKEN: githubToken } });
    const { json } = await ask('GET', '/api/providers/githubcopilot/status');
    expect(json).toEqual({
      provider: 'githubcopilot',
      authenticated: true,
      login: 'octocat',
      plan: expect.any(String),
      models: expect.any(Number),
      endpoint: simulator.urls.copilot,
      expires_at: expect.stringMatching(/Z$/),
    });
    expect((json as { models: number }).models).toBeGreaterThan(3);
    await ask('GET', '/auth/status');
    expect(simulator.requestsTo('/copilot_internal/user').length).toBeLessThanOrEqual(2);
  });

  it('tells that nobody is signed in', async () => {
    const { ask } = await createServer();
    expect((await ask('GET', '/api/providers/githubcopilot/status')).json).toEqual({
      provider: 'githubcopilot',
      authenticated: false,
      login: null,
      plan: null,
      models: null,
      endpoint: null,
      expires_at: null,
      error: 'not signed in',
    });
  });

  it('knows who is signed in where GitHub cannot be reached', async () => {
    const { ask, simulator } = await createServer({ env: { GH_TOKEN: githubToken } });
    await simulator.close();
    expect((await ask('GET', '/auth/status')).json).toMatchObject({
      status: 'authenticated',
      source: 'environment',
      error: expect.any(String),
    });
  });
});
