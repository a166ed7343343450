import { CliError } from '../errors.ts';
import { advise, waitLonger } from '../hint.ts';

type Cause = {
  code?: string;
  message?: string;
  cause?: Cause;
  errors?: Cause[];
  address?: string;
  port?: number;
};

/** `proxy` is what a person knows the proxy by. */
type Wording = {
  message: (host: string, proxy: string) => string;
  hint?: string | ((variable: string) => string);
};

const proxyHint =
  'If you are behind a proxy, set HTTPS_PROXY; for a private certificate, NODE_EXTRA_CA_CERTS.';
const toCertificateError = (reason = ''): Wording => ({
  message: (host) => `the certificate of ${host} is not trusted here${reason}`,
  hint: 'Behind a company proxy, point NODE_EXTRA_CA_CERTS at its certificate.',
});
const outdated: Wording = {
  ...toCertificateError(': it has expired or is not valid yet'),
  hint: 'Check the clock of this machine. Behind a company proxy, point NODE_EXTRA_CA_CERTS at its certificate.',
};
const hintAtProxy = (variable: string): string =>
  `Check ${variable}: start the proxy, correct its address, or unset the variable. NO_PROXY names hosts that need no proxy.`;

const wordings: Record<string, Wording> = {
  ENOTFOUND: {
    message: (host) => `the name ${host} cannot be resolved`,
    hint: `Check the connection. ${proxyHint}`,
  },
  EAI_AGAIN: {
    message: (host) => `the name ${host} cannot be resolved now`,
    hint: `Check the connection. ${proxyHint}`,
  },
  ECONNREFUSED: {
    message: (host) => `${host} refuses the connection`,
    hint: `Check the address. ${proxyHint}`,
  },
  ECONNRESET: { message: (host) => `${host} closed the connection`, hint: 'Try again.' },
  UND_ERR_SOCKET: { message: (host) => `${host} closed the connection`, hint: 'Try again.' },
  UND_ERR_CONNECT_TIMEOUT: { message: (host) => `no connection to ${host} in time`, hint: proxyHint },
  UND_ERR_HEADERS_TIMEOUT: {
    message: (host) => `${host} did not begin to answer in time`,
    hint: 'Try again.',
  },
  UND_ERR_BODY_TIMEOUT: {
    message: (host) => `${host} went silent in the middle of its answer`,
    hint: 'Try again.',
  },
  PROXY_HUNG_UP: {
    message: (host, proxy) => `${proxy} hung up when it was asked for ${host}`,
    hint: hintAtProxy,
  },
  PROXY_REFUSED: {
    message: (_, proxy) => `${proxy} does not answer: nothing listens there`,
    hint: hintAtProxy,
  },
  PROXY_UNKNOWN: { message: (_, proxy) => `the name of ${proxy} cannot be resolved`, hint: hintAtProxy },
  PROXY_SILENT: { message: (_, proxy) => `${proxy} does not answer in time`, hint: hintAtProxy },
  PROXY_CERTIFICATE: {
    message: (_, proxy) => `the certificate of ${proxy} is not trusted here`,
    hint: 'Point NODE_EXTRA_CA_CERTS at the certificate of the proxy.',
  },
  PROXY_FAILED: { message: (_, proxy) => `${proxy} does not answer as an HTTP proxy`, hint: hintAtProxy },
  // undici reports a proxy's refusal as an abort; 407 is told apart below.
  UND_ERR_ABORTED: {
    message: (host, proxy) => `${proxy} refuses to connect to ${host}`,
    hint: 'Ask whoever runs the proxy to let the program through. NO_PROXY names hosts that need no proxy.',
  },
  PROXY_407: {
    message: (host, proxy) => `${proxy} wants a user name and a password before it connects to ${host}`,
    hint: (variable) => `Put them into ${variable}: http://USER:PASSWORD@HOST:PORT`,
  },
  CERT_HAS_EXPIRED: outdated,
  CERT_NOT_YET_VALID: outdated,
  ERR_TLS_CERT_ALTNAME_INVALID: toCertificateError(': it is for another name'),
};

/** OpenSSL has some forty reasons not to trust a certificate. */
const certificateCodes =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_SELF|SELF_SIGNED|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;

/** The code for a failure of the connection to a proxy. */
export function toProxyCode(code = ''): string {
  if (certificateCodes.test(code)) return 'PROXY_CERTIFICATE';
  return proxyCodes[code] ?? 'PROXY_FAILED';
}

const proxyCodes: Record<string, string> = {
  ECONNREFUSED: 'PROXY_REFUSED',
  ENOTFOUND: 'PROXY_UNKNOWN',
  EAI_AGAIN: 'PROXY_UNKNOWN',
  UND_ERR_SOCKET: 'PROXY_HUNG_UP',
  ECONNRESET: 'PROXY_HUNG_UP',
  UND_ERR_CONNECT_TIMEOUT: 'PROXY_SILENT',
  UND_ERR_HEADERS_TIMEOUT: 'PROXY_SILENT',
  ETIMEDOUT: 'PROXY_SILENT',
  EHOSTUNREACH: 'PROXY_SILENT',
  ENETUNREACH: 'PROXY_SILENT',
};

/** What ends a wait that the caller limited. */
const silences = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
/** Connections that broke by accident: the next one may hold. */
const passing = new Set(['ECONNRESET', 'UND_ERR_SOCKET', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN']);

/** A proxy as a person knows it: its host and port, and the variable that names it. */
export type HttpProxy = { address: string; variable: string };

export type NetworkErrorOptions = {
  signal: AbortSignal;
  /** Silence that the caller of the program allows. */
  idleTimeoutMs?: number | undefined;
  /** The proxy that requests of this protocol go through. */
  proxy?: HttpProxy | undefined;
};

/**
 * Words for a request that got no whole answer. Where `signal` has aborted, its reason is the cause, whatever the
 * transport made of it.
 */
export function toNetworkError(error: unknown, url: URL, options: NetworkErrorOptions): Error {
  const { signal, idleTimeoutMs, proxy } = options;
  if (signal.aborted)
    return signal.reason instanceof Error ? signal.reason : new CliError('interrupted', 'stopped');
  if (error instanceof CliError) return error;
  const code = findCode(error as Cause);
  if (idleTimeoutMs !== undefined && code !== undefined && silences.has(code)) {
    const message = `${url.host} stayed silent for ${idleTimeoutMs / 1000} s`;
    return new CliError('timeout', message, { hint: advise`${waitLonger}.`, cause: error });
  }
  const wording = code === undefined ? undefined : findWording(code);
  const proxyName = proxy ? `the proxy ${proxy.address} (from ${proxy.variable})` : 'the proxy';
  const message =
    wording?.message(url.host, proxyName) ??
    `${url.host} cannot be reached (${code ?? (error as Error).message})`;
  const hint = wording?.hint ?? proxyHint;
  return new CliError('network', message, {
    hint: typeof hint === 'string' ? hint : hint(proxy?.variable ?? 'HTTPS_PROXY'),
    cause: error,
    details: { host: url.host, ...(code !== undefined && passing.has(code) && { retryable: true }) },
  });
}

function findWording(code: string): Wording | undefined {
  return wordings[code] ?? (certificateCodes.test(code) ? toCertificateError() : undefined);
}

function findCode(error: Cause | undefined): string | undefined {
  if (!error) return undefined;
  if (error.code === 'UND_ERR_ABORTED' && error.message?.includes('(407)')) return 'PROXY_407';
  if (error.code && findWording(error.code)) return error.code;
  return findCode(error.cause) ?? findCode(error.errors?.[0]) ?? error.code;
}
