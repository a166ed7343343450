import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { isLoopback } from '../loopback.ts';
import { type HttpProxy, toProxyCode } from './network-error.ts';

type Dispatchers = {
  pick(url: URL): Dispatcher;
  /** The proxy for this protocol, if one is set. NO_PROXY may still lead around it. */
  findProxy(url: URL): HttpProxy | undefined;
  /** Ends every connection, whatever it is waiting for. */
  destroy(): void;
};

type DispatcherOptions = {
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
  const ownHttpsProxy = readProxy(env, 'https_proxy');
  const httpsProxy = ownHttpsProxy ?? httpProxy;
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

  function findProxy({ protocol, hostname }: URL): HttpProxy | undefined {
    const isSecure = protocol === 'https:';
    const proxy = isSecure ? httpsProxy : httpProxy;
    if (proxy === undefined || isLoopback(hostname)) return undefined;
    const name = isSecure && ownHttpsProxy !== undefined ? 'https_proxy' : 'http_proxy';
    return { address: new URL(proxy).host, variable: env[name] ? name : name.toUpperCase() };
  }

  return {
    pick,
    findProxy,
    destroy() {
      for (const dispatcher of [direct, proxied]) void dispatcher?.destroy().catch(() => {});
    },
  };
}

/** How long a proxy may take to answer CONNECT. */
const tunnelTimeoutMs = 30_000;

/**
 * The connections to a proxy. What fails here is the proxy, not the host behind it, and gets a code that says so. One that closes a socket
 * without an answer to CONNECT would otherwise look to undici like an idle connection that has ended, and undici asks again, thousands of
 * times a second and deaf to any signal.
 */
function createTunnelPool(origin: URL, options: object): Dispatcher {
  const pool = new Pool(origin, { ...options, headersTimeout: tunnelTimeoutMs });
  const ask = pool.connect.bind(pool) as (
    request: Dispatcher.ConnectOptions,
  ) => Promise<Dispatcher.ConnectData>;
  const connect = (request: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> =>
    ask(request).catch((cause: NodeJS.ErrnoException) => {
      throw Object.assign(new Error('the proxy failed'), { code: toProxyCode(cause.code), cause });
    });
  return Object.assign(pool, { connect }) as Dispatcher;
}

/** Lower case wins, as in curl; a proxy without a scheme is an HTTP proxy. */
function readProxy(env: DispatcherOptions['env'], name: string): string | undefined {
  const value = env[name] || env[name.toUpperCase()];
  if (!value) return undefined;
  const url = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(url) || !['http:', 'https:'].includes(new URL(url).protocol)) {
    throw new CliError('config', `${name.toUpperCase()} is not the URL of an HTTP proxy`, {
      hint: `Set ${name.toUpperCase()} to something like http://proxy.example.com:8080, or unset it.`,
    });
  }
  return url;
}
