import type { CopilotSession, CopilotTokens } from '../auth/copilot-tokens.ts';
import { hintAtNewToken } from '../auth/credentials.ts';
import { CliError, CopilotTokenError } from '../errors.ts';
import type { Http, HttpResponse } from '../http/http.ts';
import { formatJson } from '../json-value.ts';
import type { CopilotHeaderOptions, Identity } from './identity.ts';
import { parseErrorBody, toUpstreamError } from './upstream-error.ts';

export type CopilotRequest = Omit<CopilotHeaderOptions, 'style' | 'tokenKind'> & {
  method: 'GET' | 'POST';
  /** Below the account's Copilot API base. */
  path: string;
  /** A value, sent as JSON, or bytes, sent unchanged. */
  body?: unknown;
  /** Headers that the model's catalogue entry demands. */
  headers?: Record<string, string> | undefined;
  signal: AbortSignal;
  /** Silence that ends the request, in milliseconds. */
  idleTimeoutMs?: number | undefined;
};

export type SendOptions = { http: Http; tokens: CopilotTokens; identity: Identity };

/**
 * Sends a request for the account and returns a successful answer. After a 401 renews the token, after a 421 looks for the account's host,
 * each once, and sends again. Throws any other error status.
 */
export async function sendToCopilot(request: CopilotRequest, options: SendOptions): Promise<HttpResponse> {
  const { tokens } = options;
  let session = await tokens.getSession();
  const renewed = new Set<number>();
  for (;;) {
    const response = await sendOnce(request, session, options);
    if (response.status < 300) return response;
    const error = toUpstreamError(response.status, parseErrorBody(await response.text()), response.headers);
    const reason = response.status === 401 ? 'rejected' : 'misdirected';
    const renewable =
      error instanceof CopilotTokenError ||
      (response.status === 421 && session.endpoint.source !== 'setting');
    if (error instanceof CopilotTokenError) error.hint = hintAtNewToken(session.github.source);
    if (!renewable || renewed.has(response.status)) throw error;
    renewed.add(response.status);
    session = await tokens.renew(session, reason);
  }
}

function toBody(body: unknown): string | Uint8Array {
  if (body instanceof Uint8Array) return body;
  const text = formatJson(body);
  if (text === undefined)
    throw new CliError('usage', 'the request is nested too deeply', {
      hint: 'Check the tools and their schemas.',
    });
  return text;
}

function sendOnce(
  request: CopilotRequest,
  session: CopilotSession,
  { http, identity }: SendOptions,
): Promise<HttpResponse> {
  const { method, path, body, signal } = request;
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
