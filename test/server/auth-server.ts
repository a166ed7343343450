import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { CopilotClient } from '../../src/copilot/client.ts';
import { createAuthRoutes } from '../../src/server/auth-routes.ts';
import { expectNoSecret, githubToken } from '../helpers/cli.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';
import { createAccountContext } from './account-context.ts';
import { type RouteReply, serveRoutes } from './serve-routes.ts';

type Options = SimulatorOptions & { env?: Record<string, string> };

/** The routes of accounts, a server that makes its client anew when it is told to, and a wait between polls that ends when the test says so. */
export async function createAuthServer(options: Options = {}) {
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
