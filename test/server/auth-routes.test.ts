import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canary, githubToken } from '../helpers/cli.ts';
import { createAuthServer } from './auth-server.ts';

describe('signing in through the server', () => {
  it('gives a code, waits in the background, and is done', async () => {
    const { ask, approve, finishLogin, changes, simulator } = await createAuthServer();
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

  it('is one flow for all requests at the same time', async () => {
    const { ask, simulator } = await createAuthServer();
    const replies = await Promise.all([1, 2, 3].map(() => ask('POST', '/auth/login')));
    const codes = replies.map(({ json }) => (json as { user_code: string }).user_code);
    expect(new Set(codes).size).toBe(1);
    expect((await ask('POST', '/auth/login')).json).toMatchObject({ user_code: codes[0] });
    expect(simulator.requestsTo('/login/device/code')).toHaveLength(1);
  });

  it('says why it came to nothing, and may begin again', async () => {
    const { ask, finishLogin, simulator, changes } = await createAuthServer({
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

  it('fails at once if no flow can start, and can be tried again', async () => {
    const { ask, simulator } = await createAuthServer();
    simulator.faults.add({ path: '/login/device/code', status: 404 });
    expect((await ask('POST', '/auth/login')).json).toMatchObject({ thrown: { code: 'auth_required' } });
    expect((await ask('POST', '/auth/login')).json).toMatchObject({ status: 'pending_verification' });
  });

  it('keeps a sign-in to an account without Copilot, and says what GitHub says', async () => {
    const { ask, finishLogin, credentialsFile, changes } = await createAuthServer({
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
    const { ask } = await createAuthServer({ env: { GH_TOKEN: `ghu_${canary}_unknown` } });
    expect((await ask('POST', '/auth/login')).json).toMatchObject({
      status: 'pending_verification',
      warnings: ['GH_TOKEN is set, and its token is used in place of this login.'],
    });
  });
});

describe('signing out through the server', () => {
  it('removes the sign-in and replaces the client', async () => {
    const { ask, finishLogin, credentialsFile, changes } = await createAuthServer({
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
    const { ask, approve, credentialsFile, simulator } = await createAuthServer();
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

  it('waits for a sign-in that is being kept, so that it cannot come back', async () => {
    const { ask, credentialsFile, simulator } = await createAuthServer({ device: { approveAfterMs: 0 } });
    simulator.faults.add({ path: '/copilot_internal/v2/token', delayMs: 300 });
    await ask('POST', '/auth/login');
    await simulator.waitForRequest('/copilot_internal/v2/token');
    await ask('POST', '/auth/logout');
    expect((await ask('POST', '/auth/check')).json).toMatchObject({ status: 'unauthenticated' });
    expect(existsSync(credentialsFile)).toBe(false);
  });

  it('warns of a token of the environment', async () => {
    const { ask } = await createAuthServer({ env: { GITHUB_TOKEN: githubToken } });
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
  it('shows the account that models are asked with', async () => {
    const { ask, simulator } = await createAuthServer({ env: { GH_TOKEN: githubToken } });
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

  it('says that nobody is signed in', async () => {
    const { ask } = await createAuthServer();
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

  it('knows who is signed in even if GitHub cannot be reached', async () => {
    const { ask, simulator } = await createAuthServer({ env: { GH_TOKEN: githubToken } });
    await simulator.close();
    expect((await ask('GET', '/auth/status')).json).toMatchObject({
      status: 'authenticated',
      source: 'environment',
      error: expect.any(String),
    });
  });
});
