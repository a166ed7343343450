import { onTestFinished } from 'vitest';
import { createSealMemory } from '../../src/server/answers/seal-memory.ts';
import { createGuard, type GuardOptions } from '../../src/server/guard.ts';
import type { Timeouts } from '../../src/server/http-server.ts';
import { createModelFinder } from '../../src/server/model-finder.ts';
import { modelRoutes } from '../../src/server/routes.ts';
import { createApiServer } from '../../src/server/server.ts';
import type { AnswerRecord, Services } from '../../src/server/services.ts';
import { createTestClient, type TestClient, type TestClientOptions } from './client.ts';

export type TestServer = TestClient & {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  /** Every answer that has ended. */
  records: AnswerRecord[];
  logged: { level: string; event: string; fields: Record<string, unknown> }[];
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(graceMs?: number): Promise<void>;
};

export type TestServerOptions = TestClientOptions & {
  guard?: Partial<GuardOptions>;
  services?: Partial<Services>;
  timeouts?: Partial<Timeouts>;
};

/** The local API in this process, before a simulator; each with its own port. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { guard, services, timeouts, ...clientOptions } = options;
  const testClient = await createTestClient(clientOptions);
  const records: AnswerRecord[] = [];
  const logged: TestServer['logged'] = [];
  const connect = async () => testClient.client;
  let isEnding = false;
  const server = createApiServer({
    routes: modelRoutes,
    guard: createGuard({ host: '127.0.0.1', apiKey: undefined, allowedOrigins: [], ...guard }),
    services: {
      version: '0.0.0',
      now: Date.now,
      connect,
      models: createModelFinder({ connect, now: Date.now }),
      seals: createSealMemory(),
      gate: { enter: async () => () => {} },
      usage: { record: (answer) => records.push(answer), recordQuota: () => {} },
      live: { begin: () => ({ set: () => {}, end: () => {} }), list: () => [] },
      log: (level, event, fields = {}) => logged.push({ level, event, fields }),
      isRefused: () => false,
      isEnding: () => isEnding,
      pingMs: 15_000,
      maxBodyBytes: 64 * 2 ** 20,
      ...services,
    },
    timeouts: { linger: 50, ...timeouts },
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${port}`;
  const close = async (graceMs = 0): Promise<void> => {
    isEnding = true;
    await server.close(graceMs);
  };
  onTestFinished(() => close());
  return {
    ...testClient,
    url,
    records,
    logged,
    close,
    post: (path, body, headers = {}) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}
