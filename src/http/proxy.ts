import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { Agent, buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { isLoopback } from '../loopback.ts';
import { once } from '../once.ts';
import type { CertificateSource } from './certificate-sources.ts';
import { type HttpProxy, toProxyCode } from './network-error.ts';
import { parseNoProxy, readNoProxy } from './no-proxy.ts';
import type { ClientCertificate } from './secure-context.ts';

export type Dispatchers = {
  /** The connections for a URL. Throws CliError `config` if the client certificate cannot be used. */
  pick(url: URL, way?: Way): Promise<Dispatcher>;
  /** The proxy that requests to this URL go through, if any. */
  findProxy(url: URL): HttpProxy | undefined;
  /** From now on, also trusts the certificates that variables name, and those of the system. */
  trustMore(): Promise<void>;
  /** What a handshake with the host of this URL needs: a tunnel, if there is a proxy, and what to trust and show. */
  prepareHandshake(url: URL): Promise<HandshakeNeeds>;
  /** The certificates that `trustMore` could not read, a sentence each. */
  listProblems(): string[];
  /** Ends every connection, whatever it is waiting for. */
  destroy(): void;
};

export type HandshakeNeeds = { tunnel: Duplex | undefined; secureContext: SecureContext | undefined };

export type Way = {
  /** Shows no client certificate: the server is nobody's that the person or the company chose. */
  isAnonymous?: boolean;
  /** Goes around the proxy. */
  isDirect?: boolean;
};

type DispatcherOptions = {
  env: Env;
  connectTimeoutMs: number;
  /** Bundles of the system's certificates, in place of those of known systems. */
  systemBundles?: readonly string[] | undefined;
  findClientCertificate?: (() => ClientCertificate | undefined) | undefined;
};

/**
 * Chooses the connection pool for a URL: straight to this machine, and through the proxy that `HTTPS_PROXY`,
 * `HTTP_PROXY` and `NO_PROXY` name for the rest.
 *
 * Connections speak HTTP/1.1: on HTTP/2, a GOAWAY from the service ends streams that are under way.
 */
export function createDispatchers(options: DispatcherOptions): Dispatchers {
  const { env, connectTimeoutMs } = options;
  const httpProxy = readProxy(env, 'http_proxy');
  const httpsProxy = readProxy(env, 'https_proxy') ?? httpProxy;
  const isExcepted = once(() => parseNoProxy(readNoProxy(env)));
  const findClient = once(options.findClientCertificate ?? (() => undefined));
  const made = new Map<string, Promise<Dispatcher>>();
  let sources: CertificateSource[] | undefined;

  function choose({ protocol, hostname }: URL): Proxy | undefined {
    return isLoopback(hostname) ? undefined : protocol === 'https:' ? httpsProxy : httpProxy;
  }

  const findNamed = (url: URL): Proxy | undefined => {
    const proxy = choose(url);
    return proxy && !isExcepted()(url) ? proxy : undefined;
  };

  async function toTls(client: ClientCertificate | undefined) {
    const secureContext = await loadTrust(sources, client);
    return { timeout: connectTimeoutMs, ...(secureContext && { secureContext }) };
  }

  async function make(proxy: Proxy | undefined, client: ClientCertificate | undefined): Promise<Dispatcher> {
    const tls = await toTls(client);
    if (proxy === undefined) return new Agent({ connect: createConnector(tls), allowH2: false });
    return new ProxyAgent({
      uri: proxy.uri,
      ...(proxy.credentials !== undefined && { token: proxy.credentials }),
      allowH2: false,
      // Many proxies make tunnels to port 443 alone.
      proxyTunnel: false,
      proxyTls: tls,
      requestTls: tls,
      clientFactory: (origin, { connect }: { connect: buildConnector.connector }) =>
        createTunnelPool(origin, withCalmParser(connect), proxy),
    });
  }

  return {
    pick(url, { isAnonymous = false, isDirect = false } = {}) {
      const proxy = isDirect ? undefined : findNamed(url);
      const client = isAnonymous ? undefined : findClient();
      const key = `${proxy?.uri} ${client !== undefined} ${sources !== undefined}`;
      let dispatcher = made.get(key);
      if (dispatcher === undefined) {
        dispatcher = make(proxy, client);
        made.set(key, dispatcher);
        dispatcher.catch(() => made.delete(key));
      }
      return dispatcher;
    },
    findProxy: (url) => findNamed(url)?.shown,
    async trustMore() {
      const { readCertificateSources } = await import('./certificate-sources.ts');
      sources ??= readCertificateSources(env, options.systemBundles);
    },
    async prepareHandshake(url) {
      const tls = await toTls(findClient());
      const proxy = findNamed(url);
      const tunnel = proxy && (await openTunnel(url, proxy, tls));
      return { tunnel, secureContext: tls.secureContext };
    },
    listProblems: () =>
      (sources ?? []).flatMap(({ name, path, problem }) =>
        problem === undefined ? [] : [`${name} names ${path}, which ${problem}.`],
      ),
    destroy() {
      for (const dispatcher of made.values())
        void dispatcher.then((created) => created.destroy()).catch(() => {});
    },
  };
}

/** Undefined for what Node does by itself, which most connections need. */
async function loadTrust(
  sources: CertificateSource[] | undefined,
  client: ClientCertificate | undefined,
): Promise<SecureContext | undefined> {
  if (sources === undefined && client === undefined) return undefined;
  return (await import('./secure-context.ts')).createTrust({ sources, client });
}

/** How long a proxy may take to answer CONNECT. */
const tunnelTimeoutMs = 30_000;

/**
 * The connections to a proxy. What fails here is the proxy, not the host behind it, and gets a code that says so. One that closes a socket
 * without an answer to CONNECT would otherwise look to undici like an idle connection that has ended, and undici asks again, thousands of
 * times a second and deaf to any signal.
 */
function createTunnelPool(
  origin: URL,
  connectProxy: buildConnector.connector,
  { credentials }: Proxy,
): TunnelPool {
  const pool = new Pool(origin, { connect: connectProxy, headersTimeout: tunnelTimeoutMs });
  const ask = pool.connect.bind(pool) as (
    request: Dispatcher.ConnectOptions,
  ) => Promise<Dispatcher.ConnectData>;
  const connect = async (request: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    // undici names an address to TLS, too, for which Node prints a warning.
    const { servername, ...rest } = request as Dispatcher.ConnectOptions & { servername?: string };
    const answer = await ask(isIP(servername ?? '') ? rest : request).catch(
      (cause: NodeJS.ErrnoException) => {
        throw createTunnelError(toProxyCode(cause.code), cause);
      },
    );
    const { statusCode } = answer;
    if (statusCode < 500 && statusCode !== 407) return answer;
    answer.socket.on('error', () => {}).destroy();
    if (statusCode !== 407) throw createTunnelError(`PROXY_STATUS_${statusCode}`);
    const schemes = String(answer.headers['proxy-authenticate'] ?? 'basic');
    if (!/\bbasic\b/i.test(schemes)) throw createTunnelError('PROXY_407_NOT_BASIC');
    throw createTunnelError(credentials === undefined ? 'PROXY_407' : 'PROXY_407_REFUSED');
  };
  return Object.assign(pool, { connect }) as TunnelPool;
}

type TunnelPool = Dispatcher & {
  connect(request: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData>;
};

async function openTunnel(url: URL, proxy: Proxy, tls: buildConnector.BuildOptions): Promise<Duplex> {
  const pool = createTunnelPool(new URL(proxy.uri), createConnector(tls), proxy);
  const { credentials } = proxy;
  const { socket, statusCode } = await pool.connect({
    origin: proxy.uri,
    path: `${url.hostname}:${url.port || '443'}`,
    headers: { host: url.host, ...(credentials !== undefined && { 'proxy-authorization': credentials }) },
  });
  if (statusCode === 200) return socket;
  socket.on('error', () => {}).destroy();
  throw createTunnelError('UND_ERR_ABORTED');
}

function createTunnelError(code: string, cause?: unknown): Error {
  return Object.assign(new Error('the proxy failed', { cause }), { code });
}

type Proxy = {
  uri: string;
  /** The value of the `Proxy-Authorization` header. */
  credentials: string | undefined;
  shown: HttpProxy;
};

/** Lower case wins, as in curl; a proxy without a scheme is an HTTP proxy. */
function readProxy(env: Env, name: string): Proxy | undefined {
  const variable = env[name] ? name : name.toUpperCase();
  const value = env[variable];
  if (!value) return undefined;
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol.startsWith('socks'))
    throw new CliError('config', `${variable} names a SOCKS proxy, which is not supported`, {
      hint: `Set ${variable} to the URL of an HTTP proxy, such as http://proxy.example.com:8080, or unset it.`,
    });
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new CliError('config', `${variable} is not the URL of an HTTP proxy`, {
      hint: `Set ${variable} to something like http://proxy.example.com:8080, or unset it. Special characters in a password are percent-encoded, such as %40 for @.`,
    });
  }
  const { username, password } = url;
  const pair = `${decode(username)}:${decode(password)}`;
  return {
    uri: url.origin,
    credentials: username === '' ? undefined : `Basic ${Buffer.from(pair).toString('base64')}`,
    shown: { address: url.host, variable },
  };
}

/** A password may hold a percent sign that encodes nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * How much WebAssembly runs before V8 compiles it once more, optimised, in a measure of V8's own. Its usual value by the major version of Node:
 * it has to be put back as it was, because V8 takes no compiled code that was kept under other flags.
 */
const usualBudgets: Record<string, number> = {
  20: 1_800_000,
  22: 13_000_000,
  24: 13_000_000,
  26: 13_000_000,
};

/** Some megabytes of answers. */
const longBudget = 180_000_000;

let hasParser = false;

/** Connects for undici, by HTTP/1.1. */
export function createConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  return withCalmParser(buildConnector({ ...options, allowH2: false }));
}

/**
 * undici's parser is WebAssembly, and the first answer makes it hot enough for V8 to compile it once more: for 60 ms of another processor, and
 * the process cannot end before. So the parser, which comes with the first connection of a process, gets a longer budget, which a server uses
 * up as well.
 */
export function withCalmParser(connect: buildConnector.connector): buildConnector.connector {
  const usual = usualBudgets[process.versions.node.split('.')[0] ?? ''];
  if (usual === undefined) return connect;
  return (options, callback) => {
    connect(options, (...result) => {
      if (hasParser || result[0] !== null) {
        callback(...result);
        return;
      }
      setBudget(longBudget);
      // undici makes the parser before this returns.
      callback(...result);
      setBudget(usual);
      hasParser = true;
    });
    // Node takes 2 ms to load it, while the connection is being made.
    if (!hasParser) process.getBuiltinModule('node:v8');
  };
}

function setBudget(budget: number): void {
  process.getBuiltinModule('node:v8').setFlagsFromString(`--wasm-tiering-budget=${budget}`);
}
