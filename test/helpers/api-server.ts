import type { Context } from '../../src/context.ts';
import type { AnswerRecord } from '../../src/server/services.ts';
import { type StartOptions, startServer } from '../../src/server/start-server.ts';
import { createTestClient, type TestClient, type TestClientOptions } from './client.ts';
import { createFolder } from './folder.ts';
import { createMemoryIo } from './memory-io.ts';
import { onTestEnd } from './overlapping.ts';

export type TestServer = TestClient & {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  /** Every answer that has ended. */
  records: AnswerRecord[];
  /** Counts an answer that was not asked for. */
  count(answer: AnswerRecord): void;
  /** The whole log so far. */
  logged(): string;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(graceMs?: number): Promise<void>;
};

export type TestServerOptions = TestClientOptions & { server?: Partial<StartOptions> };

/** The local API as `serve` starts it, in this process and before a simulator; each with its own port. */
export async function startTestServer({
  server: startOptions = {},
  ...clientOptions
}: TestServerOptions = {}): Promise<TestServer> {
  const testClient = await createTestClient(clientOptions);
  const { client, env, record, credentials, warn } = testClient;
  const { io, stderr } = createMemoryIo();
  /** The end of the process writes what the log holds back. */
  const endings = new Set<() => void>();
  const context: Partial<Context> = {
    version: '0.0.0',
    env,
    io,
    now: Date.now,
    record,
    credentials,
    dataFolder: createFolder(),
    connect: async () => client,
    warn,
    onExit(listener) {
      endings.add(listener);
      return () => endings.delete(listener);
    },
  };
  const server = await startServer(context as Context, {
    host: '127.0.0.1',
    port: 0,
    apiKey: undefined,
    allowedOrigins: [],
    maxBodyBytes: 64 * 2 ** 20,
    concurrency: 16,
    logLevel: 'debug',
    ...startOptions,
    timeouts: { linger: 50, ...startOptions.timeouts },
  });
  const records: AnswerRecord[] = [];
  const { usage } = server.services;
  const { record: recordUsage } = usage;
  usage.record = (answer) => {
    records.push(answer);
    recordUsage(answer);
  };
  const close = (graceMs = 0): Promise<void> => server.close(graceMs);
  onTestEnd(() => close());
  return {
    ...testClient,
    url: server.url,
    records,
    count: (answer) => usage.record(answer),
    logged() {
      for (const end of endings) end();
      return stderr();
    },
    close,
    post: (path, body, headers = {}) =>
      fetch(server.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}
