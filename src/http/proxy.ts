import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { isLoopback } from '../loopback.ts';

export type Dispatchers = {
  pick(url: URL): Dispatcher;
  /** Ends every connection, whatever it is waiting for. */
  destroy(): void;
};

export type DispatcherOptions = {
  env: Env;
  connectTimeoutMs: number;
};

/**
 * Chooses the connection pool for a URL: straight to this machine, and through the proxy that `HTTPS_PROXY`,
 * `HTTP_PROXY` and `NO_PROXY` name for the rest.
 *
 * Connections speak HTTP/1.1: on HTTP/2, a GOAWAY from the service ends streams that are under way.
 */
export function createDispatchers(options: DispatcherOptions): Dispatchers {
  const { env, connectTimeoutMs } = options;
  const agentOptions = { connect: { timeout: connectTimeoutMs }, allowH2: false };
  const httpProxy = readProxy(env, 'http_proxy');
  const httpsProxy = readProxy(env, 'https_proxy') ?? httpProxy;
  let direct: Dispatcher | undefined;
  let proxied: Dispatcher | undefined;

  function pick(url: URL): Dispatcher {
    if ((!httpProxy && !httpsProxy) || isLoopback(url.hostname)) {
      direct ??= new Agent(agentOptions);
      return direct;
    }
    proxied ??= new EnvHttpProxyAgent({
      ...agentOptions,
      clientFactory: createTunnelPool,
      // Empty strings keep undici from looking into the process environment by itself.
      httpProxy: httpProxy ?? '',
      httpsProxy: httpsProxy ?? '',
      noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
    });
    return proxied;
  }

  return {
    pick,
    destroy() {
      for (const dispatcher of [direct, proxied]) void dispatcher?.destroy().catch(() => {});
    },
  };
}

/** How long a proxy may take to answer CONNECT. */
const tunnelTimeoutMs = 30_000;

/**
 * The connections to a proxy. One that closes a socket without an answer to CONNECT looks to undici like an idle connection that
 * has ended, and undici asks again, thousands of times a second and deaf to any signal; by another code it is a failure.
 */
function createTunnelPool(origin: URL, options: object): Dispatcher {
  const pool = new Pool(origin, { ...options, headersTimeout: tunnelTimeoutMs });
  const ask = pool.connect.bind(pool) as (
    request: Dispatcher.ConnectOptions,
  ) => Promise<Dispatcher.ConnectData>;
  const connect = (request: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> =>
    ask(request).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'UND_ERR_SOCKET') throw error;
      throw Object.assign(new Error('the proxy hung up'), { code: 'PROXY_HUNG_UP', cause: error });
    });
  return Object.assign(pool, { connect }) as Dispatcher;
}

/** Lower case wins, as in curl; a proxy without a scheme is an HTTP proxy. */
function readProxy(env: DispatcherOptions['env'], name: string): string | undefined {
  const value = env[name] || env[name.toUpperCase()];
  if (!value) return undefined;
  const url = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(url) || !['http:', 'https:'].includes(new URL(url).protocol)) {
    throw new CliError('config', `${name.toUpperCase()} is not the address of an HTTP proxy`, {
      hint: `Set ${name.toUpperCase()} to something like http://proxy.example.com:8080, or unset it.`,
    });
  }
  return url;
}
