import { CliError } from '../errors.ts';

type Cause = {
  code?: string;
  message?: string;
  cause?: Cause;
  errors?: Cause[];
  address?: string;
  port?: number;
};

type Wording = { message: (host: string) => string; hint?: string };

const proxyHint =
  'If you are behind a proxy, set HTTPS_PROXY; for a private certificate, NODE_EXTRA_CA_CERTS.';
const certificate: Wording = {
  message: (host) => `the certificate of ${host} is not trusted here`,
  hint: 'Behind a company proxy, point NODE_EXTRA_CA_CERTS at its certificate.',
};

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
    message: (host) => `the proxy hung up when it was asked for ${host}`,
    hint: 'Check the address in HTTPS_PROXY.',
  },
  // undici reports a proxy's refusal as an abort; 407 is told apart below.
  UND_ERR_ABORTED: { message: (host) => `the proxy refuses to connect to ${host}`, hint: proxyHint },
  PROXY_407: {
    message: (host) => `the proxy wants a user name and a password before it connects to ${host}`,
    hint: 'Put them into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT',
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificate,
  SELF_SIGNED_CERT_IN_CHAIN: certificate,
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate,
  CERT_HAS_EXPIRED: certificate,
  ERR_TLS_CERT_ALTNAME_INVALID: certificate,
};

/** What ends a wait that the caller limited. */
const silences = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
/** Connections that broke by accident: the next one may hold. */
const passing = new Set(['ECONNRESET', 'UND_ERR_SOCKET', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN']);

/**
 * Words for a request that got no whole answer. Where `signal` has aborted, its reason is the cause, whatever the
 * transport made of it.
 */
export function toNetworkError(error: unknown, url: URL, signal: AbortSignal, idleTimeoutMs?: number): Error {
  if (signal.aborted)
    return signal.reason instanceof Error ? signal.reason : new CliError('interrupted', 'stopped');
  if (error instanceof CliError) return error;
  const code = findCode(error as Cause);
  if (idleTimeoutMs !== undefined && code !== undefined && silences.has(code)) {
    const message = `${url.host} stayed silent for ${idleTimeoutMs / 1000} s`;
    return new CliError('timeout', message, { hint: 'Allow more with --idle-timeout.', cause: error });
  }
  const wording = code === undefined ? undefined : wordings[code];
  const message =
    wording?.message(url.host) ?? `${url.host} cannot be reached (${code ?? (error as Error).message})`;
  return new CliError('network', message, {
    hint: wording?.hint ?? proxyHint,
    cause: error,
    details: { host: url.host, ...(code !== undefined && passing.has(code) && { retryable: true }) },
  });
}

function findCode(error: Cause | undefined): string | undefined {
  if (!error) return undefined;
  if (error.code === 'UND_ERR_ABORTED' && error.message?.includes('(407)')) return 'PROXY_407';
  if (error.code && error.code in wordings) return error.code;
  return findCode(error.cause) ?? findCode(error.errors?.[0]) ?? error.code;
}
