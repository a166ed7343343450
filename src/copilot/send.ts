import type { CopilotSession, CopilotTokens } from '../auth/copilot-tokens.ts';
import { hintAtNewToken } from '../auth/credentials.ts';
import { CliError, CopilotTokenError } from '../errors.ts';
import type { Http, HttpResponse } from '../http/http.ts';
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
  let session = await tokens.getSession();
  const renewed = new Set<number>();
  for (;;) {
    const response = await sendOnce(request, session, options);
    if (response.status < 300) return { ...response, quota: readQuotaHeaders(response.headers) };
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

/** Throws CliError `usage` for a value that is nested too deeply, and `input_too_large` for one that no string can hold. */
export function toBody(body: unknown): string | Uint8Array {
  if (body instanceof Uint8Array) return body;
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch (error) {
    if (error instanceof RangeError && error.message === 'Invalid string length')
      throw new CliError('input_too_large', 'the request is larger than 500 MB', {
        hint: 'Nothing was sent. Send less, or begin a new conversation.',
        cause: error,
      });
  }
  if (text === undefined)
    throw new CliError('usage', 'the request is nested too deeply', {
      hint: 'Check the tools and their schemas.',
    });
  return text;
}

function sendOnce(
  request: ServiceRequest,
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
