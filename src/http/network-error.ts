import type { IncomingHttpHeaders } from 'node:http';
import { CliError, type ErrorCode } from '../errors.ts';
import { advise, type Hint, joinHints, joinSentences, run, waitLonger } from '../hint.ts';
import { maskSecrets } from '../redact.ts';
import { toOneLine } from '../terminal-text.ts';

type Cause = {
  code?: string;
  message?: string;
  cause?: Cause;
  errors?: Cause[];
};

/** `proxy` is what a person knows the proxy by. */
type Wording = {
  message: (host: string, proxy: string) => string;
  hint?: Hint | ((variable: string) => Hint);
  /** If not `network`. */
  kind?: ErrorCode;
};

const proxyHint =
  'If you are behind a proxy, set HTTPS_PROXY; for a private certificate, NODE_EXTRA_CA_CERTS.';
const certificateHint = advise`If a company inspects the traffic, set NODE_EXTRA_CA_CERTS or SSL_CERT_FILE to the file of its CA certificate. ${run('doctor')} shows who issued this one.`;
const toCertificateError = (reason = '', hint: Hint = certificateHint): Wording => ({
  message: (host) => `the certificate of ${host} is not trusted here${reason}`,
  hint,
});
const outdated = toCertificateError(
  ': it has expired or is not valid yet',
  joinHints('Check the clock of this machine.', certificateHint),
);
/** Also what undici makes of a TLS 1.3 server that misses a client certificate. */
const hungUp: Wording = {
  message: (host) => `${host} closed the connection`,
  hint: advise`Try again. If that does not help, run ${run('doctor')}.`,
};
const clientCertificateHint = advise`Name the files of your certificate: ${run('config set client-cert FILE')}, and client-key if the key is in another file.`;
const toClientCertificateError = (problem: string): Wording => ({
  message: (host) => `${host} ${problem}`,
  hint: clientCertificateHint,
});
/** Usually this machine is offline. A proxy is one more thing that may be missing, which doctor says. */
const toOfflineError = (reason: string): Wording => ({
  message: (host) => `no connection to ${host}: ${reason}`,
  hint: advise`Check the connection of this machine. ${run('doctor')} finds out more.`,
});
/** Node itself cannot send a request, wherever it goes. */
const toNodeError = (problem: string, hint: Hint): Wording => ({
  message: (host) => `${host} was not asked: ${problem}`,
  hint,
  kind: 'config',
});
const tooManyFiles: Wording = {
  message: (host) => `no connection to ${host}: too many files are open`,
  hint: 'Close other programs, or raise the limit of open files (ulimit -n).',
};
const encodingHint = 'Write special characters percent-encoded, such as %40 for @.';
const hintAtProxy = (variable: string): string =>
  `Check ${variable}: start the proxy, correct its URL, or unset the variable. NO_PROXY names hosts that need no proxy.`;

const wordings: Record<string, Wording> = {
  ENOTFOUND: toOfflineError('its name cannot be resolved'),
  EAI_AGAIN: toOfflineError('its name cannot be resolved now'),
  ENETUNREACH: toOfflineError('the network is down'),
  EHOSTUNREACH: toOfflineError('no way leads there'),
  ECONNREFUSED: {
    message: (host) => `${host} refused the connection`,
    hint: 'Check the connection of this machine, and the URL if you set one.',
  },
  ECONNRESET: hungUp,
  UND_ERR_SOCKET: hungUp,
  UND_ERR_CONNECT_TIMEOUT: { message: (host) => `no connection to ${host} in time`, hint: proxyHint },
  UND_ERR_HEADERS_TIMEOUT: {
    message: (host) => `${host} did not begin to answer in time`,
    hint: 'Try again.',
  },
  UND_ERR_BODY_TIMEOUT: {
    message: (host) => `${host} stopped in the middle of its answer`,
    hint: 'Try again.',
  },
  PROXY_HUNG_UP: {
    message: (host, proxy) => `${proxy} closed the connection when asked for ${host}`,
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
    hint: 'Set NODE_EXTRA_CA_CERTS or SSL_CERT_FILE to the file of the CA certificate of the proxy.',
  },
  PROXY_FAILED: { message: (_, proxy) => `${proxy} does not answer as an HTTP proxy`, hint: hintAtProxy },
  // undici reports a proxy's refusal as an abort.
  UND_ERR_ABORTED: {
    message: (host, proxy) => `${proxy} refuses to connect to ${host}`,
    hint: 'Ask whoever runs the proxy to let the program through. NO_PROXY names hosts that need no proxy.',
  },
  PROXY_407: {
    message: (host, proxy) => `${proxy} requires a user name and a password to connect to ${host}`,
    hint: (variable) => `Put them into ${variable}: http://USER:PASSWORD@HOST:PORT. ${encodingHint}`,
  },
  PROXY_407_REFUSED: {
    message: (host, proxy) => `${proxy} does not accept its user name and password to connect to ${host}`,
    hint: (variable) => `Correct them in ${variable}. ${encodingHint}`,
  },
  PROXY_407_NOT_BASIC: {
    message: (host, proxy) => `${proxy} requires a sign-in other than Basic to connect to ${host}`,
    hint: (variable) =>
      `Run a local proxy that signs in with NTLM or Kerberos, such as px or cntlm, and set ${variable} to its URL.`,
  },
  ALERT_CERTIFICATE_REQUIRED: toClientCertificateError('requires a client certificate'),
  ALERT_HANDSHAKE_FAILURE: toClientCertificateError(
    'ended the TLS handshake; it may require a client certificate',
  ),
  ALERT_UNKNOWN_CA: toClientCertificateError('does not accept the client certificate'),
  ALERT_BAD_CERTIFICATE: toClientCertificateError('does not accept the client certificate'),
  ALERT_CERTIFICATE_EXPIRED: toClientCertificateError(
    'does not accept the client certificate: it has expired',
  ),
  ALERT_CERTIFICATE_UNKNOWN: toClientCertificateError('does not accept the client certificate'),
  // undici reads answers with WebAssembly.
  NO_WEBASSEMBLY: toNodeError(
    'Node runs without WebAssembly, which reads the answers',
    'Remove --jitless and --no-expose-wasm from NODE_OPTIONS, and from the command line of node.',
  ),
  NO_WEBASSEMBLY_MEMORY: toNodeError(
    'there is no memory for WebAssembly, which reads the answers',
    'Raise the limit of virtual memory (ulimit -v), or reserve less of it: NODE_OPTIONS=--disable-wasm-trap-handler',
  ),
  ERR_ACCESS_DENIED: toNodeError(
    'the permissions of Node do not allow it',
    'Add --allow-net to the flags of node, or remove --permission. NODE_OPTIONS may have it.',
  ),
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  ENOMEM: {
    message: (host) => `no connection to ${host}: the system has no memory for it`,
    hint: 'Close other programs, and try again.',
  },
  CERT_HAS_EXPIRED: outdated,
  CERT_NOT_YET_VALID: outdated,
  ERR_TLS_CERT_ALTNAME_INVALID: toCertificateError(': it belongs to another name'),
};

/** A proxy that answers CONNECT with a server error. */
const toProxyStatusError = (status: string): Wording => ({
  message: (host, proxy) => `${proxy} cannot reach ${host} (status ${status})`,
  hint: 'Check the host, or ask whoever runs the proxy. NO_PROXY names hosts that need no proxy.',
});

/** OpenSSL has some forty reasons not to trust a certificate. */
const certificateCodes =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_SELF|SELF_SIGNED|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;

/** Whether an error means that the issuer of a certificate is not known: more certificates may help. */
export function isUntrusted(error: unknown): boolean {
  return /^(?:UNABLE_TO_|DEPTH_ZERO_SELF|SELF_SIGNED|CERT_UNTRUSTED|PROXY_CERTIFICATE)/.test(
    findCode(error as Cause) ?? '',
  );
}

/** The part of a connection that failed, for an error of `toNetworkError`. `answer`: everything after the handshake. */
export type NetworkStage = 'proxy' | 'dns' | 'tls' | 'ca' | 'answer';

export function toNetworkStage(error: CliError): NetworkStage {
  const code = findCode(error.cause as Cause) ?? '';
  if (code.startsWith('PROXY_') || code === 'UND_ERR_ABORTED') return 'proxy';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns';
  if (isUntrusted(error.cause)) return 'ca';
  return certificateCodes.test(code) || code.startsWith('ERR_SSL_') || code === 'EPROTO' ? 'tls' : 'answer';
}

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

/** The codes of a silence that the caller may have limited. */
const silences = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
/** Failures before there was a connection: nothing has reached the other side. */
const unconnected = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT']);
/** Connections that broke by accident: the next one may hold. */
const passing = new Set(['ECONNRESET', 'UND_ERR_SOCKET', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN']);

/** A proxy as a person knows it: its host and port, and the variable that names it. */
export type HttpProxy = { address: string; variable: string };

type NetworkErrorOptions = {
  signal: AbortSignal;
  /** Silence that the caller of the program allows. */
  idleTimeoutMs?: number | undefined;
  /** The proxy that the request went through. */
  proxy?: HttpProxy | undefined;
  /** Certificates that could not be read, a sentence each. */
  certificateProblems?: readonly string[];
  /** The name of a proxy's variable that is set and not read. */
  ignoredVariable?: string | undefined;
};

/**
 * The error for a request without a whole answer. If `signal` has aborted, its reason is the error, whatever the
 * transport made of it.
 */
export function toNetworkError(error: unknown, url: URL, options: NetworkErrorOptions): Error {
  const { signal, idleTimeoutMs, proxy, certificateProblems = [], ignoredVariable } = options;
  if (signal.aborted)
    return signal.reason instanceof Error ? signal.reason : new CliError('interrupted', 'stopped');
  if (error instanceof CliError) return error;
  const code = findProxied(findCode(error as Cause), url, proxy);
  if (idleTimeoutMs !== undefined && code !== undefined && silences.has(code))
    return createSilenceError(url.host, idleTimeoutMs, error);
  const wording = code === undefined ? undefined : findWording(code);
  const proxyName = proxy ? `the proxy ${proxy.address} (from ${proxy.variable})` : 'the proxy';
  const message =
    wording?.message(url.host, proxyName) ??
    `${url.host} cannot be reached (${code ?? (error as Error).message})`;
  const isIgnored = !proxy && ignoredVariable !== undefined && code !== undefined && unconnected.has(code);
  const advice = isIgnored
    ? `${ignoredVariable} is set, which is not read. Set HTTPS_PROXY to the URL of an HTTP proxy.`
    : (wording?.hint ?? proxyHint);
  const hint = typeof advice === 'function' ? advice(proxy?.variable ?? 'HTTPS_PROXY') : advice;
  return new CliError(wording?.kind ?? 'network', message, {
    hint: isUntrusted(error) ? joinHints(certificateProblems, hint) : hint,
    cause: error,
    details: {
      host: url.host,
      ...(code !== undefined && passing.has(code) && { retryable: true }),
      ...(code !== undefined && unconnected.has(code) && { unsent: true }),
    },
  });
}

/** An `http:` URL has no tunnel: what could not be reached is the proxy, and what it demands is not told apart from an answer. */
function findProxied(code: string | undefined, url: URL, proxy: HttpProxy | undefined): string | undefined {
  if (proxy === undefined || url.protocol === 'https:' || code === undefined) return code;
  return unconnected.has(code) ? toProxyCode(code) : code;
}

/** The error for a silence that went on for longer than the caller of the program allows. */
export function createSilenceError(who: string, limitMs: number, cause?: unknown): CliError {
  const message = `${who} stayed silent for ${limitMs / 1000} s`;
  return new CliError('timeout', message, { hint: advise`${waitLonger}.`, cause });
}

function findWording(code: string): Wording | undefined {
  const proxyStatus = /^PROXY_STATUS_(\d+)$/.exec(code)?.[1];
  if (proxyStatus !== undefined) return toProxyStatusError(proxyStatus);
  // OpenSSL 3.5 names the same alerts otherwise than 3.0: SSL/TLS_ALERT_X, SSLV3_ALERT_X, TLSV13_ALERT_X.
  const alert = /^ERR_SSL_.*_(ALERT_[A-Z_]+)$/.exec(code)?.[1];
  return wordings[alert ?? code] ?? (certificateCodes.test(code) ? toCertificateError() : undefined);
}

function findCode(error: Cause | undefined): string | undefined {
  if (!error) return undefined;
  // undici's words for the refusal of a proxy without a tunnel.
  if (error.code === 'UND_ERR_INVALID_ARG' && error.message?.includes('(407)')) return 'PROXY_407';
  if (error.code && findWording(error.code)) return error.code;
  if (error.message?.includes('WebAssembly'))
    return /memory/i.test(error.message) ? 'NO_WEBASSEMBLY_MEMORY' : 'NO_WEBASSEMBLY';
  return findCode(error.cause) ?? findCode(error.errors?.[0]) ?? error.code;
}

/** The parts of an answer that tell who gave it. */
type AnswerHead = { status: number; headers: IncomingHttpHeaders };

const maxTitleLength = 80;
/** What only a proxy or a gateway answers: a password for itself, and the sign-in to a network (RFC 6585). */
const gatewayStatuses = new Set([407, 511]);

/** Statuses under which GitHub itself sends pages, with a request id; its server errors may be pages without one. */
const pageStatuses = new Set([404, 429]);

/** Whether somebody between us and an API answered in its place: with a redirect, or with a page. */
export function isIntercepted(head: AnswerHead): boolean {
  const { status, headers } = head;
  if (gatewayStatuses.has(status) || (status >= 300 && status < 400)) return true;
  return !mayBePage(head) && /^\s*(?:text\/html|application\/xhtml)/i.test(headers['content-type'] ?? '');
}

/** The same, by a body that does not say what it is. */
export function isPage(head: AnswerHead, text: string): boolean {
  return !mayBePage(head) && /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(text);
}

function mayBePage({ status, headers }: AnswerHead): boolean {
  return status >= 500 || (pageStatuses.has(status) && headers['x-github-request-id'] !== undefined);
}

/** The error for such an answer. `page` is what is known of its body, `proxy` the one that the request went through. */
export function createInterceptionError(
  url: URL,
  { status, headers }: AnswerHead,
  page: string,
  proxy: HttpProxy | undefined,
): CliError {
  const title = readTitle(page);
  const target = readTarget(headers.location, url);
  const said = [
    ...(title === undefined ? [] : [`with the page "${title}"`]),
    ...(target === undefined ? [] : [`with a redirect to ${target}`]),
  ];
  const answer = said.length === 0 ? 'with a page of its own' : said.join(' and ');
  const way = proxy === undefined ? '' : `${proxy.variable} names the proxy ${proxy.address}.`;
  return new CliError(
    'network',
    `something between you and ${url.host} answered in its place, ${answer} (status ${status})`,
    {
      hint: joinSentences(
        way,
        `If a proxy or a network sign-in is in the way, open ${url.origin} in a browser, or ask whoever runs the network to let the program through.`,
      ),
      details: { host: url.host, answered_status: status, page_title: title },
    },
  );
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The title of a page: somebody else's words, on one line and cut. */
function readTitle(page: string): string | undefined {
  const raw = /<title\b[^>]{0,200}>([^<]{1,2000})/i.exec(page)?.[1] ?? '';
  const decoded = raw.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi,
    (whole, decimal, hex, name) =>
      name === undefined
        ? toCharacter(Number(decimal ?? `0x${hex}`))
        : (entities[name.toLowerCase()] ?? whole),
  );
  const title = Array.from(maskSecrets(toOneLine(decoded)));
  if (title.length === 0) return undefined;
  return title.length <= maxTitleLength ? title.join('') : `${title.slice(0, maxTitleLength - 1).join('')}…`;
}

function toCharacter(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** The host alone: what follows may hold a token for the page. */
function readTarget(location: string | undefined, url: URL): string | undefined {
  if (location === undefined || !URL.canParse(location, url.href)) return undefined;
  return new URL(location, url).host || undefined;
}

/** Seconds that a `Retry-After` header asks to wait, from a number or from an HTTP date. */
export function readRetryAfter(
  header: string | string[] | undefined,
  now: number = Date.now(),
): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return undefined;
  if (/^\d{1,12}(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text));
  // The parser makes a date of nearly anything.
  const date = /^[a-z]{3,9},|^\d{4}-\d\d-\d\dT/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
