import { findRunningServer } from '../clients/running-server.ts';
import type { Context } from '../context.ts';
import type { CopilotClient } from '../copilot/client.ts';
import { CliError } from '../errors.ts';
import { advise, flag, run } from '../hint.ts';
import { isLoopback, toReachableUrl, toUrlHost } from '../loopback.ts';
import { usualPort } from '../server-port.ts';
import { createResponseMemory } from './answers/response-memory.ts';
import { createSealMemory } from './answers/seal-memory.ts';
import { createAuthRoutes } from './auth-routes.ts';
import { createFailedCalls } from './failed-calls.ts';
import { createGate, readLimits } from './gate.ts';
import { type AccountKey, createGuard } from './guard.ts';
import { createLiveView } from './live-view.ts';
import { createServerLog, logAnswer, readLogLevel } from './log.ts';
import { createMetrics, createMetricsRoute } from './metrics.ts';
import { createModelFinder } from './model-finder.ts';
import { createOpenApiRoute } from './openapi.ts';

import type { Route } from './router.ts';
import { modelRoutes } from './routes.ts';
import { type ApiServer, createApiServer, type Timeouts } from './server.ts';
import type { LiveAnswer, LogLevel, Services } from './services.ts';
import { createUsageLog } from './usage/usage-log.ts';
import { createUsageRoutes } from './usage/usage-routes.ts';

export type StartOptions = {
  host: string;
  port: number;
  apiKey: string | undefined;
  /** Keys that each stand for one account. */
  accountKeys?: readonly AccountKey[];
  allowedOrigins: readonly string[];
  maxBodyBytes: number;
  concurrency: number;
  /** LOG_LEVEL decides if it is undefined. */
  logLevel?: LogLevel;
  /** Draw a live view instead of writing log lines. */
  ui?: boolean;
  /** Silence after which a stream sends a ping, in milliseconds. */
  pingMs?: number;
  timeouts?: Partial<Timeouts>;
};

type RunningServer = {
  /** `http://127.0.0.1:4141`. */
  url: string;
  services: Services;
  /** Takes no more requests, and waits up to `graceMs` for running answers. */
  close(graceMs: number): Promise<void>;
  /** Ends running answers now; their streams say so. */
  endAnswers(): void;
};

/** Claude Code gives up after five minutes of silence, proxies after one. */
const usualPingMs = 15_000;
const refusedStatus = 401;
/** One request asks for the client several times, and the file is read once for it. */
const signInCheckMs = 50;

/** Throws CliError `usage` for a host that needs a key, and for a busy port: the hint names a free one. */
export async function startServer(context: Context, options: StartOptions): Promise<RunningServer> {
  checkAddress(options);
  context.credentials.hold();
  const { env, now, version, io } = context;
  const {
    host,
    apiKey,
    accountKeys = [],
    allowedOrigins,
    maxBodyBytes,
    concurrency,
    timeouts = {},
  } = options;
  let url = '';
  let isEnding = false;
  let isRefused = false;

  const account = createAccount(context, () => {
    isRefused = false;
    models.forget();
  });
  const models = createModelFinder({ connect: account.connect, now });
  const gate = createGate({ ...readLimits(env), concurrency, now });
  const usage = createUsageLog({ folder: context.dataFolder, now, onNotice: context.warn });
  const live = createLiveAnswers(() => view?.changed());
  const { log, flush } = createServerLog({
    // The view shows successful answers.
    level: options.logLevel ?? (options.ui ? 'warn' : readLogLevel(env)),
    isTerminal: io.stderr.isTerminal,
    write: (lines) => (view ? view.print(lines) : void io.stderr.write(lines).catch(() => {})),
    now,
  });
  const stopFlushing = context.onExit(() => {
    flush();
    io.stderr.writeNow('');
  });
  const view = options.ui
    ? createLiveView({
        output: io.stderr,
        facts: () => ({ url, account: findAccountName(context), live: live.list() }),
        log,
        now,
        onExit: context.onExit,
      })
    : undefined;
  const metrics = createMetrics({ live: live.list, queue: () => gate, memory: () => process.memoryUsage() });

  const services: Services = {
    version,
    now,
    connect: account.connect,
    models,
    seals: createSealMemory(),
    responses: createResponseMemory(now),
    gate,
    failed: createFailedCalls(now),
    live,
    log,
    usage: {
      record(answer) {
        if (answer.custom === undefined) isRefused = answer.status === refusedStatus;
        usage.record(answer);
        metrics.record(answer);
        if (view) view.record(answer);
        else logAnswer(log, answer);
      },
      recordQuota: usage.recordQuota,
    },
    isRefused: () => isRefused,
    isEnding: () => isEnding,
    pingMs: options.pingMs ?? usualPingMs,
    maxBodyBytes,
  };
  const routes: Route[] = [
    ...modelRoutes,
    ...createAuthRoutes({ context, onAccountChange: account.forget }),
    ...createUsageRoutes(usage),
    createMetricsRoute(metrics),
    createOpenApiRoute(() => routes),
  ];
  const guard = createGuard({ host, apiKey, accountKeys, allowedOrigins });
  const others = new Map<string, Services>();
  const servicesOf = (id: string): Services => {
    const known = others.get(id);
    if (known) return known;
    const own = createAccount(context, () => ownModels.forget(), id);
    const ownModels = createModelFinder({ connect: own.connect, now });
    const created = { ...services, connect: own.connect, models: ownModels };
    others.set(id, created);
    return created;
  };
  const onReply = metrics.countRequest;
  const server = createApiServer({ routes, services, servicesOf, guard, timeouts, onReply });
  const { port } = await listen(server, options, context);
  url = `http://${toUrlHost(host)}:${port}`;
  view?.changed();

  return {
    url: toReachableUrl(url),
    services,
    endAnswers: server.endAnswers,
    async close(graceMs) {
      isEnding = true;
      await server.close(graceMs);
      flush();
      stopFlushing();
      await usage.close();
      await view?.stop();
    },
  };
}

function checkAddress({ host, apiKey, accountKeys = [] }: StartOptions): void {
  if (isLoopback(toUrlHost(host)) || apiKey !== undefined || accountKeys.length > 0) return;
  throw new CliError(
    'usage',
    `${host} can be reached from other machines, and whoever reaches it uses your account`,
    { hint: advise`Add ${flag('--api-key KEY')}, or leave out ${flag('--host')}.` },
  );
}

async function listen(
  server: ApiServer,
  { host, port }: StartOptions,
  context: Context,
): ReturnType<ApiServer['listen']> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE')
      throw new CliError('usage', `cannot listen on ${host}, port ${port}: ${message}`, { cause: error });
    const free = advise`A free one: ${flag(`--port ${await findFreePort(host)}`)}`;
    const ours = await findRunningServer(await context.loadHttp(), { host, port, signal: context.signal });
    if (ours === undefined)
      throw new CliError('usage', `port ${port} is taken by another program`, { hint: free, cause: error });
    const process = ours.pid === undefined ? '' : ` (process ${ours.pid})`;
    const named = port === usualPort ? '' : ` --port ${port}`;
    throw new CliError('usage', `copilot-cli ${ours.version} serves already on ${ours.url}${process}`, {
      hint: [advise`To point a client there: ${run(`serve --for claude-code${named}`)}`, free],
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

/** The client of the present account, or of the one with this id: another process may sign in or out. */
function createAccount(context: Context, onChange: () => void, id?: string) {
  const { now } = context;
  let client: Promise<CopilotClient> | undefined;
  let signedInAs = readSignIn(context, id);
  let checkedAt = now();

  function forget(): void {
    client = undefined;
    onChange();
  }

  return {
    forget,
    connect(): Promise<CopilotClient> {
      if (now() - checkedAt >= signInCheckMs) {
        checkedAt = now();
        const current = readSignIn(context, id);
        if (current !== signedInAs) forget();
        signedInAs = current;
      }
      client ??= id === undefined ? context.connect() : connectAs(context, id);
      return client;
    },
  };
}

/** Throws AuthenticationError if the account has signed out. */
async function connectAs(context: Context, id: string): Promise<CopilotClient> {
  return context.connect(await context.credentials.resolveLogin(context.record.findLogin(id)));
}

/** A text that changes with the sign-in. */
function readSignIn({ record }: Context, id: string | undefined): string | undefined {
  try {
    const login = id === undefined ? record.readLogin() : record.findLogin(id);
    return login && `${login.savedAt} ${login.host} ${login.account}`;
  } catch {
    return undefined;
  }
}

/** The account's name, if this machine knows it. No request is sent. */
function findAccountName({ record, credentials }: Context): string | undefined {
  const shadow = credentials.findShadow();
  if (shadow !== undefined) return `the token in ${shadow}`;
  try {
    return record.readLogin()?.account;
  } catch {
    return undefined;
  }
}

function createLiveAnswers(onChange: () => void): Services['live'] {
  const answers = new Map<string, LiveAnswer>();
  return {
    begin(answer) {
      const set = (state: LiveAnswer['state']): void => {
        answers.set(answer.id, { ...answer, state });
        onChange();
      };
      set('queued');
      return {
        set,
        end() {
          answers.delete(answer.id);
          onChange();
        },
      };
    },
    list: () => [...answers.values()],
  };
}
