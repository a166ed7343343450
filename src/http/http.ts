import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { cleanTexts, parseJson } from '../json-value.ts';
import { keepLast } from '../once.ts';
import { maskHeaders, maskSecrets } from '../redact.ts';
import type { Secret } from '../secret.ts';
import { stripControls } from '../terminal-text.ts';
import { type Answer, exchange, type ReadBodyOptions, readBody } from './exchange.ts';
import type { Handshake } from './handshake.ts';
import {
  createInterceptionError,
  type HttpProxy,
  isIntercepted,
  isPage,
  isUntrusted,
  toNetworkError,
} from './network-error.ts';
import { createDispatchers, type Way } from './proxy.ts';
import type { ClientCertificate } from './secure-context.ts';
import { findCoding, unpackBody } from './unpack.ts';

export type HttpRequest = Way & {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  /** Goes out as the `Authorization` header, `scheme` and a space before it, or as the named header alone. Masked in whatever comes back. */
  authorization?: { scheme: 'Bearer' | 'token'; secret: Secret } | { header: string; secret: Secret };
  /** A text may come in pieces, which are sent one after another. */
  body?: string | Uint8Array | readonly string[];
  signal: AbortSignal;
  /** GitHub or Copilot is asked: a page or a redirect can only come from a proxy on the way, and throws CliError `network`. */
  isApi?: boolean;
  /** How long the first byte of the answer may take, in milliseconds. */
  firstByteTimeoutMs?: number;
  /** Silence that the caller of the program allows, before the first byte and after it, in milliseconds. */
  idleTimeoutMs?: number | undefined;
};

export type HttpResponse = {
  status: number;
  headers: IncomingHttpHeaders;
  /** The bytes as they arrive. Leaving the loop closes the connection. Throws CliError `network` if it breaks. */
  body: AsyncIterable<Uint8Array>;
  /** Tells that all that matters was read: leaving the loop then awaits the end in the background, and keeps the connection. */
  release(): void;
  /** The body as text, at most 64 KB of it, without control characters and without the secret that was sent. */
  text(): Promise<string>;
  /**
   * The whole body, parsed, with each text in it on one line and without what cannot be seen, or `asIs`; undefined if it is not JSON. Throws
   * CliError `network` past the `maxBytes` of the request.
   */
  json(options?: { asIs: boolean }): Promise<unknown>;
  /** Gives the connection back without reading. */
  discard(): Promise<void>;
};

export type Http = {
  /**
   * Sends one request. Throws CliError `network` if no answer came, `timeout` if it did not come in time, `config` for a proxy or certificate
   * that cannot be used, or the reason of `signal` where it aborted.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** The proxy that requests to this URL go through, if any. */
  findProxy(url: URL): HttpProxy | undefined;
  /** Looks at the certificate of an `https:` URL, trusted or not. Throws CliError `network` if there was no handshake. */
  shakeHands(url: URL, signal: AbortSignal): Promise<Handshake>;
  /** Ends every connection. */
  close(): void;
};

type HttpOptions = {
  env: Env;
  now: () => number;
  /** Where `--debug` wants to know of every request: one line, without secrets. */
  log?: ((line: string) => void) | undefined;
  /** Shown to servers that ask for one. */
  findClientCertificate?: () => ClientCertificate | undefined;
  /** Bundles of the system's certificates, in place of those of known systems. */
  systemBundles?: readonly string[];
};

const connectTimeoutMs = 15_000;
/** Reasoning models can take minutes before they say anything. */
const defaultFirstByteTimeoutMs = 600_000;
/** Silence in the middle of an answer; keep-alives count as life. */
const idleTimeoutMs = 300_000;
const maxErrorBytes = 64 * 1024;
const maxJsonBytes = 32 * 1024 * 1024;
const utf8 = new TextDecoder();

/** The one door to the network: proxies, timeouts, capped and masked error bodies. */
export function createHttp(options: HttpOptions): Http {
  const dispatchers = createDispatchers({ ...options, connectTimeoutMs });
  const toUrl = keepLast((text: string) => new URL(text));
  const ignoredVariable = ['all_proxy', 'ALL_PROXY'].find((name) => options.env[name]);

  return {
    async send(request) {
      const url = toUrl(request.url);
      const { authorization } = request;
      const secret = authorization?.secret;
      const { body: sent = null } = request;
      const headers = {
        ...request.headers,
        ...(authorization && toKeyHeader(authorization)),
        ...(isPieces(sent) && { 'content-length': String(countBytes(sent)) }),
      };
      const known = secret ? [secret.expose()] : [];
      const startedAt = options.now();
      const proxy = request.isDirect ? undefined : dispatchers.findProxy(url);
      const fail: Fail = (error) =>
        toNetworkError(error, url, {
          signal: request.signal,
          idleTimeoutMs: request.idleTimeoutMs,
          proxy,
          certificateProblems: dispatchers.listProblems(),
          ignoredVariable,
        });
      const sendThrough = (dispatcher: Dispatcher): Promise<Answer> =>
        exchange(
          dispatcher,
          {
            origin: url.origin,
            path: url.pathname + url.search,
            method: request.method,
            headers,
            // Undici takes what can be iterated, and its types do not say so.
            body: sent as Exclude<typeof sent, readonly string[]>,
            headersTimeout: request.idleTimeoutMs ?? request.firstByteTimeoutMs ?? defaultFirstByteTimeoutMs,
            bodyTimeout: request.idleTimeoutMs ?? idleTimeoutMs,
          },
          request.signal,
        );
      request.signal.throwIfAborted();
      try {
        const dispatcher = await dispatchers.pick(url, request);
        const response = await sendThrough(dispatcher).catch(async (error: unknown) => {
          // Nothing was sent: the handshake failed. The certificates of the system cost time to read, and few need them.
          if (request.signal.aborted || !isUntrusted(error)) throw error;
          await dispatchers.trustMore();
          const other = await dispatchers.pick(url, request);
          if (other === dispatcher) throw error;
          return sendThrough(other);
        });
        options.log?.(
          describeExchange(request, response.status, options.now() - startedAt, response.headers),
        );
        const { status, body } = response;
        const coding = findCoding(response.headers['content-encoding']);
        const answered = coding === undefined ? response.headers : toUnpackedHeaders(response.headers);
        const open = (more: Omit<ReadBodyOptions, 'fail'> = {}): AsyncIterable<Uint8Array> =>
          coding === undefined
            ? readBody(body, { fail, ...more })
            : unpackBody(body, { fail, ...more }, { coding, host: url.host });
        const head = { status, headers: answered };
        const checkPage = (page: string): void => {
          if (request.isApi && isPage(head, page)) throw createInterceptionError(url, head, page, proxy);
        };
        // A page begins with a tag, and what Copilot streams does not.
        const checkStart = (bytes: Uint8Array): void => {
          if (mayBeginPage(bytes)) checkPage(utf8.decode(bytes.subarray(0, maxErrorBytes)));
        };
        if (request.isApi && isIntercepted(head)) {
          const page = await readText(open(), maxErrorBytes);
          throw createInterceptionError(url, head, page, proxy);
        }
        let isReleased = false;
        return {
          status,
          headers: answered,
          body: open({ check: checkStart, isReleased: () => isReleased }),
          release: () => {
            isReleased = true;
          },
          text: async () => {
            const text = await readText(open(), maxErrorBytes);
            checkPage(text);
            return maskCut(stripControls(text), known);
          },
          json: async ({ asIs } = { asIs: false }) => {
            const text = await readText(open(), maxJsonBytes + 1);
            if (text.length > maxJsonBytes)
              throw new CliError('network', `${url.host} sent an answer that is too large`);
            checkPage(text);
            return asIs ? parseJson(text) : cleanTexts(parseJson(text));
          },
          discard: () =>
            readText(open(), maxErrorBytes).then(
              () => {},
              () => {},
            ),
        };
      } catch (error) {
        const failure = fail(error);
        options.log?.(
          `${request.method} ${url.origin}${url.pathname} failed: ${maskSecrets(failure.message, known)}`,
        );
        throw failure;
      }
    },
    findProxy: dispatchers.findProxy,
    async shakeHands(url, signal) {
      const { shakeHands } = await import('./handshake.ts');
      try {
        return await shakeHands(url, await dispatchers.prepareHandshake(url), signal);
      } catch (error) {
        throw toNetworkError(error, url, { signal, proxy: dispatchers.findProxy(url), ignoredVariable });
      }
    },
    close: () => dispatchers.destroy(),
  };
}

/** Whether it begins with a tag, or with what may stand before one: white space and the mark of UTF-8. */
function mayBeginPage(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  return first === 0x3c || first <= 0x20 || first >= 0x80;
}

function toKeyHeader(authorization: NonNullable<HttpRequest['authorization']>): Record<string, string> {
  const key = authorization.secret.expose();
  return 'header' in authorization
    ? { [authorization.header]: key }
    : { authorization: `${authorization.scheme} ${key}` };
}

/** Masks what was sent, and at the end the beginning of it, which a cut may have left there. */
function maskCut(text: string, known: readonly string[]): string {
  const masked = maskSecrets(text, known);
  for (const secret of known) {
    for (let length = secret.length - 1; length >= 4; length -= 1) {
      if (masked.endsWith(secret.slice(0, length))) return masked.slice(0, -length);
    }
  }
  return masked;
}

/** Gives words to what the transport throws. */
type Fail = (error: unknown) => Error;

function isPieces(body: HttpRequest['body'] | null): body is readonly string[] {
  return Array.isArray(body);
}

function countBytes(pieces: readonly string[]): number {
  return pieces.reduce((bytes, piece) => bytes + Buffer.byteLength(piece), 0);
}

/** The lengths and the coding of a packed body say nothing of the unpacked one. */
function toUnpackedHeaders({
  'content-encoding': _,
  'content-length': __,
  ...headers
}: IncomingHttpHeaders): IncomingHttpHeaders {
  return headers;
}

/** Decodes at most `maxBytes`, cut where a character ends. */
async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let left = maxBytes;
  for await (const bytes of body) {
    text += decoder.decode(bytes.subarray(0, left), { stream: true });
    left -= bytes.length;
    if (left <= 0) return text;
  }
  return text + decoder.decode();
}

function describeExchange(
  request: HttpRequest,
  status: number,
  milliseconds: number,
  headers: IncomingHttpHeaders,
): string {
  const { origin, pathname } = new URL(request.url);
  const id = headers['x-github-request-id'] ?? headers['x-request-id'];
  const sent = JSON.stringify(maskHeaders(request.headers));
  return `${request.method} ${origin}${pathname} ${status} ${milliseconds} ms${id ? ` request id ${id}` : ''} headers ${sent}`;
}
