import type { Context } from '../context.ts';
import type { CopilotClient } from '../copilot/client.ts';
import { CliError } from '../errors.ts';
import { isLoopback, toReachableUrl, toUrlHost } from '../loopback.ts';
import { createSealMemory } from './answers/seal-memory.ts';
import { createAuthRoutes } from './auth-routes.ts';
import type { Route } from './call.ts';
import { createGate } from './gate.ts';
import { createGuard } from './guard.ts';
import { readLimits } from './limits.ts';
import { createLiveAnswers } from './live-answers.ts';
import { createLiveView } from './live-view.ts';
import { createServerLog, readLogLevel } from './log.ts';
import { logAnswer } from './log-answer.ts';
import { createMetrics, createMetricsRoute } from './metrics.ts';
import { createModelFinder } from './model-finder.ts';
import { createOpenApiRoute } from './openapi.ts';
import { modelRoutes } from './routes.ts';
import { type ApiServer, createApiServer } from './server.ts';
import type { LogLevel, Services } from './services.ts';
import { createUsageLog } from './usage/usage-log.ts';
import { createUsageRoutes } from './usage/usage-routes.ts';

export type StartOptions = {
  host: string;
  port: number;
  apiKey: string | undefined;
  allowedOrigins: readonly string[];
  maxBodyBytes: number;
  concurrency: number;
  /** What LOG_LEVEL says, where it is undefined. */
  logLevel?: LogLevel;
  /** Draw what goes on, in place of writing lines about it. */
  ui?: boolean;
};

export type RunningServer = {
  /** `http://127.0.0.1:4141`. */
  url: string;
  services: Services;
  /** Takes no more requests, and waits so long for those under way. */
  close(graceMs: number): Promise<void>;
};

/** Silence after which a stream says that it is alive: Claude Code gives up after five minutes, proxies after one. */
const pingMs = 15_000;
const refusedStatus = 401;
/** A request needs the client several times over, and the file is read once for it. */
const signInCheckMs = 50;

/** Throws CliError `usage` for an address that needs a key, and for one that is taken: it names a free port. */
export async function startServer(context: Context, options: StartOptions): Promise<RunningServer> {
  checkAddress(options);
  const { env, now, version, io } = context;
  let client: Promise<CopilotClient> | undefined;
  let isEnding = false;
  let isRefused = false;
  let signedInAs = readSignIn(context);
  let checkedAt = now();
  /** Somebody may sign in or out by another process; nobody shall be asked in the name of who has left. */
  const checkSignIn = (): void => {
    if (now() - checkedAt < signInCheckMs) return;
    checkedAt = now();
    const current = readSignIn(context);
    if (current !== signedInAs) onAccountChange();
    signedInAs = current;
  };
  const connect = (): Promise<CopilotClient> => {
    checkSignIn();
    client ??= context.connect();
    return client;
  };
  const models = createModelFinder({ connect, now });
  const gate = createGate({ ...readLimits(env), concurrency: options.concurrency, now });
  const kept = createUsageLog({ folder: context.dataFolder, now, onNotice: context.warn });
  let address = '';
  const live = createLiveAnswers(() => view?.changed());
  const log = createServerLog({
    // What goes well is to be seen in the view.
    level: options.logLevel ?? (options.ui ? 'warn' : readLogLevel(env)),
    isTerminal: io.stderr.isTerminal,
    write: (line) => (view ? view.print(line) : void io.stderr.write(line).catch(() => {})),
    now,
  });
  const view = options.ui
    ? createLiveView({
        output: io.stderr,
        facts: () => ({ address, account: findAccount(context), live: live.list() }),
        log,
        now,
        onExit: context.onExit,
      })
    : undefined;
  const metrics = createMetrics({ live: live.list, queue: () => gate, memory: () => process.memoryUsage() });
  const services: Services = {
    version,
    now,
    connect,
    models,
    seals: createSealMemory(),
    gate,
    live,
    log,
    usage: {
      record(answer) {
        isRefused = answer.status === refusedStatus;
        kept.record(answer);
        metrics.record(answer);
        if (view) view.record(answer);
        else logAnswer(log, answer);
      },
      recordQuota: kept.recordQuota,
    },
    isRefused: () => isRefused,
    isEnding: () => isEnding,
    pingMs,
    maxBodyBytes: options.maxBodyBytes,
  };
  const onAccountChange = (): void => {
    client = undefined;
    isRefused = false;
    models.forget();
  };
  const routes: Route[] = [
    ...modelRoutes,
    ...createAuthRoutes({ context, onAccountChange }),
    ...createUsageRoutes(kept),
    createMetricsRoute(metrics),
    createOpenApiRoute(() => routes),
  ];
  const { host, apiKey, allowedOrigins } = options;
  const guard = createGuard({ host, apiKey, allowedOrigins });
  const server = createApiServer({ routes, services, guard, onReply: metrics.countRequest });
  const { port } = await listen(server, options);
  address = `http://${toUrlHost(host)}:${port}`;
  view?.changed();
  return {
    url: toReachableUrl(address),
    services,
    async close(graceMs) {
      isEnding = true;
      await server.close(graceMs);
      await kept.close();
      await view?.stop();
    },
  };
}

/** Another one where somebody else is signed in. */
function readSignIn({ record }: Context): string | undefined {
  try {
    const login = record.readLogin();
    return login && `${login.savedAt} ${login.host} ${login.account}`;
  } catch {
    return undefined;
  }
}

/** As far as it is known here. Nobody is asked for it. */
function findAccount({ record, credentials }: Context): string | undefined {
  const shadow = credentials.findShadow();
  if (shadow !== undefined) return `the token in ${shadow}`;
  try {
    return record.readLogin()?.account;
  } catch {
    return undefined;
  }
}

function checkAddress({ host, apiKey }: StartOptions): void {
  if (isLoopback(toUrlHost(host)) || apiKey !== undefined) return;
  throw new CliError(
    'usage',
    `${host} can be reached from other machines, and whoever reaches it uses your account`,
    { hint: 'Add --api-key KEY, or leave out --host.' },
  );
}

async function listen(server: ApiServer, { host, port }: StartOptions): ReturnType<ApiServer['listen']> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE')
      throw new CliError('usage', `${host}, port ${port}, cannot be listened on: ${message}`, {
        cause: error,
      });
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
