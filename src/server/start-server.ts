import type { CopilotClient } from '../copilot/client.ts';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { isLoopback } from '../loopback.ts';
import { createSealMemory } from './answers/seal-memory.ts';
import { createGuard } from './guard.ts';
import { createModelFinder } from './model-finder.ts';
import { routes } from './routes.ts';
import { type ApiServer, createApiServer } from './server.ts';
import type { Services } from './services.ts';

export type StartOptions = {
  host: string;
  port: number;
  apiKey: string | undefined;
  allowedOrigins: readonly string[];
  maxBodyBytes: number;
  concurrency: number;
};

export type Surroundings = {
  version: string;
  env: Env;
  now: () => number;
  connect(): Promise<CopilotClient>;
};

export type RunningServer = {
  /** `http://127.0.0.1:4141`. */
  url: string;
  /** Takes no more requests, and waits so long for those under way. */
  close(graceMs: number): Promise<void>;
};

/** Silence after which a stream says that it is alive: Claude Code gives up after five minutes, proxies after one. */
const pingMs = 15_000;

/** Throws CliError `usage` for an address that needs a key, and for one that is taken: it names a free port. */
export async function startServer(options: StartOptions, surroundings: Surroundings): Promise<RunningServer> {
  checkAddress(options);
  const { now, version } = surroundings;
  let client: Promise<CopilotClient> | undefined;
  const connect = (): Promise<CopilotClient> => {
    client ??= surroundings.connect();
    return client;
  };
  let isEnding = false;
  const services: Services = {
    version,
    now,
    connect,
    models: createModelFinder({ connect, now }),
    seals: createSealMemory(),
    gate: { enter: async () => () => {} },
    usage: { record: () => {}, recordQuota: () => {} },
    live: { begin: () => ({ set: () => {}, end: () => {} }), list: () => [] },
    log: () => {},
    isEnding: () => isEnding,
    pingMs,
    maxBodyBytes: options.maxBodyBytes,
  };
  const { host, apiKey, allowedOrigins } = options;
  const guard = createGuard({ host, apiKey, allowedOrigins });
  const server = createApiServer({ routes, services, guard });
  const { port } = await listen(server, options);
  return {
    url: `http://${toUrlHost(host)}:${port}`,
    async close(graceMs) {
      isEnding = true;
      await server.close(graceMs);
    },
  };
}

function checkAddress({ host, apiKey }: StartOptions): void {
  if (isLoopback(toUrlHost(host)) || apiKey !== undefined) return;
  throw new CliError(
    'usage',
    `${host} can be reached from other machines, and whoever reaches it uses your account`,
    {
      hint: 'Add --api-key KEY, or leave out --host.',
    },
  );
}

function toUrlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

async function listen(server: ApiServer, { host, port }: StartOptions): ReturnType<ApiServer['listen']> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE')
      throw new CliError('usage', `${host} port ${port} cannot be listened on: ${message}`, { cause: error });
    throw new CliError('usage', `port ${port} is taken by another program`, {
      hint: `A free one: --port ${await findFreePort(host)}`,
      cause: error,
    });
  }
}

async function findFreePort(host: string): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ host, port: 0 }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
