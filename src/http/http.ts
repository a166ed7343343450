import type { IncomingHttpHeaders } from 'node:http';
import { request as sendRequest } from 'undici';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { cleanTexts, parseJson } from '../json-value.ts';
import { untilAborted } from '../pause.ts';
import { maskHeaders, maskSecrets } from '../redact.ts';
import type { Secret } from '../secret.ts';
import { stripControls } from '../terminal-text.ts';
import { toNetworkError } from './network-error.ts';
import { createDispatchers } from './proxy.ts';

export type HttpRequest = {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  /** Goes out as the `Authorization` header, `scheme` and a space before it, and is masked in whatever comes back. */
  authorization?: { scheme: 'Bearer' | 'token'; secret: Secret };
  body?: string | Uint8Array;
  signal: AbortSignal;
  /** How long the first byte of the answer may take, in milliseconds. */
  firstByteTimeoutMs?: number;
  /** Silence that the caller of the program allows, before the first byte and after it, in milliseconds. */
  idleTimeoutMs?: number | undefined;
};

export type HttpResponse = {
  status: number;
  headers: IncomingHttpHeaders;
  /** The bytes as they arrive. Leaving the loop closes the connection. Throws CliError `network` where it breaks. */
  body: AsyncIterable<Uint8Array>;
  /** The body as text, at most 64 KB of it, without control characters and without the secret that was sent. */
  text(): Promise<string>;
  /**
   * The whole body, parsed, with each text in it on one line and without what cannot be seen; undefined if it is not JSON. Throws CliError
   * `network` past `maxBytes`.
   */
  json(): Promise<unknown>;
  /** Gives the connection back without reading. */
  discard(): Promise<void>;
};

export type Http = {
  /** Sends one request. Throws CliError `network` where no answer came, or the reason of `signal` where it aborted. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Ends every connection. */
  close(): void;
};

export type HttpOptions = {
  env: Env;
  now: () => number;
  /** Where `--debug` wants to know of every request: one line, without secrets. */
  log?: ((line: string) => void) | undefined;
};

const connectTimeoutMs = 15_000;
/** Reasoning models can take minutes before they say anything. */
const defaultFirstByteTimeoutMs = 600_000;
/** Silence in the middle of an answer; keep-alives count as life. */
const idleTimeoutMs = 300_000;
const maxErrorBytes = 64 * 1024;
const maxJsonBytes = 32 * 1024 * 1024;

/** The one door to the network: proxies, timeouts, capped and masked error bodies. */
export function createHttp(options: HttpOptions): Http {
  const dispatchers = createDispatchers({ env: options.env, connectTimeoutMs });
  const log = options.log ?? (() => {});

  return {
    async send(request) {
      const url = new URL(request.url);
      const { scheme, secret } = request.authorization ?? {};
      const headers = {
        ...request.headers,
        ...(secret && { authorization: `${scheme} ${secret.expose()}` }),
      };
      const known = secret ? [secret.expose()] : [];
      const startedAt = options.now();
      const fail: Fail = (error) => toNetworkError(error, url, request.signal, request.idleTimeoutMs);
      request.signal.throwIfAborted();
      try {
        const sending = sendRequest(url, {
          method: request.method,
          headers,
          body: request.body ?? null,
          signal: request.signal,
          dispatcher: dispatchers.pick(url),
          headersTimeout: request.idleTimeoutMs ?? request.firstByteTimeoutMs ?? defaultFirstByteTimeoutMs,
          bodyTimeout: request.idleTimeoutMs ?? idleTimeoutMs,
        });
        // undici does not look at the signal while a proxy builds a tunnel.
        const response = await untilAborted(sending, request.signal);
        log(describeExchange(request, response.statusCode, options.now() - startedAt, response.headers));
        const { statusCode: status, headers: answered, body } = response;
        return {
          status,
          headers: answered,
          body: readBody(body, fail),
          text: async () => maskCut(stripControls(await readText(body, fail, maxErrorBytes)), known),
          json: async () => {
            const text = await readText(body, fail, maxJsonBytes + 1);
            if (text.length > maxJsonBytes)
              throw new CliError('network', `${url.host} sent more than anybody asked for`);
            return cleanTexts(parseJson(text));
          },
          discard: () => body.dump({ limit: maxErrorBytes }).catch(() => {}),
        };
      } catch (error) {
        const failure = fail(error);
        log(`${request.method} ${url.origin}${url.pathname} failed: ${maskSecrets(failure.message, known)}`);
        throw failure;
      }
    },
    close: () => dispatchers.destroy(),
  };
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

async function* readBody(body: AsyncIterable<Uint8Array>, fail: Fail): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw fail(error);
  }
}

/** Decodes at most `maxBytes`, cut where a character ends. */
async function readText(body: AsyncIterable<Uint8Array>, fail: Fail, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let left = maxBytes;
  for await (const bytes of readBody(body, fail)) {
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
