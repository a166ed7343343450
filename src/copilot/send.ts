import type { CopilotSession, CopilotTokens } from '../auth/copilot-tokens.ts';
import { hintAtNewToken } from '../auth/credentials.ts';
import { CliError, CopilotTokenError } from '../errors.ts';
import type { Http, HttpResponse } from '../http/http.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { untilAborted } from '../pause.ts';
import { readQuotaHeaders } from './account.ts';
import type { Identity } from './identity.ts';
import type { ServiceAnswer, ServiceRequest } from './service.ts';
import { parseErrorBody, toUpstreamError } from './upstream-error.ts';

export type SendOptions = { http: Http; tokens: CopilotTokens; identity: Identity };

/**
 * Sends a request for the account and returns a successful answer. After a 401 renews the token, after a 421 looks for the account's host,
 * each once, and sends again. Throws any other error status.
 */
export async function sendToCopilot(request: ServiceRequest, options: SendOptions): Promise<ServiceAnswer> {
  const { tokens } = options;
  let session = tokens.findSession() ?? (await untilAborted(tokens.getSession(), request.signal));
  const renewed = new Set<number>();
  for (;;) {
    const response = await sendOnce(request, session, options);
    if (response.status < 300) return { ...response, quota: readQuotaHeaders(response.headers) };
    request.onSent?.(false);
    const error = toUpstreamError(response.status, parseErrorBody(await response.text()), response.headers);
    const reason = response.status === 401 ? 'rejected' : 'misdirected';
    const renewable =
      error instanceof CopilotTokenError ||
      (response.status === 421 && session.endpoint.source !== 'setting');
    if (error instanceof CopilotTokenError) error.hint = hintAtNewToken(session.github.source);
    if (!renewable || renewed.has(response.status)) throw error;
    renewed.add(response.status);
    session = await untilAborted(tokens.renew(session, reason), request.signal);
  }
}

/** What a body may hold at most, in UTF-16 units: the longest string of V8, which every service is far below. */
const longest = 2 ** 29 - 24;
const pieceLength = 32 * 1024;

/**
 * A body as JSON, a long one in pieces: as one text, and as the bytes of it, the whole conversation would be garbage after each prompt.
 * Throws CliError `usage` for a value that is nested too deeply, and `input_too_large` for one of more than 500 MB.
 */
export function toBody(body: unknown): string | Uint8Array | string[] {
  if (body instanceof Uint8Array) return body;
  try {
    const pieces = [''];
    let length = 0;
    for (const text of isObject(body) ? writeFields(body) : [JSON.stringify(body)]) {
      length += text.length;
      if (length > longest) throw new RangeError(tooLong);
      const joined = (pieces.at(-1) ?? '') + text;
      if (joined.length <= pieceLength || pieces.at(-1) === '') pieces[pieces.length - 1] = joined;
      else pieces.push(text);
    }
    return pieces.length === 1 ? (pieces[0] ?? '') : pieces;
  } catch (error) {
    if (error instanceof RangeError && error.message === tooLong)
      throw new CliError('input_too_large', 'the request is larger than 500 MB', {
        // Requests before it may have been sent, such as those of earlier calls of tools.
        hint: 'This request was not sent. Send less, or begin a new conversation.',
        cause: error,
      });
    throw new CliError('usage', 'the request is nested too deeply', {
      hint: 'Check the tools and their schemas.',
      cause: error,
    });
  }
}

/** V8's own words. */
const tooLong = 'Invalid string length';

/** The JSON of an object: each message, item or tool by itself, as they are items of its lists. */
function* writeFields(fields: JsonObject): Generator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const start = `${before}${JSON.stringify(name)}:`;
    before = ',';
    if (!Array.isArray(value) || value.length === 0) {
      yield start + JSON.stringify(value);
      continue;
    }
    for (const [index, item] of value.entries())
      yield (index === 0 ? `${start}[` : ',') + JSON.stringify(item ?? null);
    yield ']';
  }
  yield before === '{' ? '{}' : '}';
}

function sendOnce(
  request: ServiceRequest,
  session: CopilotSession,
  { http, identity }: SendOptions,
): Promise<HttpResponse> {
  const { method, path, body, signal } = request;
  request.onSent?.(true);
  return http.send({
    method,
    url: session.endpoint.url + path,
    headers: {
      ...identity.toCopilotHeaders({
        ...request,
        style: session.access.style,
        tokenKind: session.github.kind,
      }),
      ...request.headers,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    authorization: { scheme: 'Bearer', secret: session.bearer },
    ...(body !== undefined && { body: toBody(body) }),
    isApi: true,
    signal,
    idleTimeoutMs: request.idleTimeoutMs,
  });
}
