import { toBody } from '../copilot/send.ts';
import type { Send, ServiceAnswer, ServiceRequest } from '../copilot/service.ts';
import { parseErrorBody } from '../copilot/upstream-error.ts';
import { dialectPaths } from '../dialects/dialect-paths.ts';
import type { Http, HttpRequest, HttpResponse } from '../http/http.ts';
import { parseJson } from '../json-value.ts';
import { isLoopback } from '../loopback.ts';
import { untilAborted } from '../pause.ts';
import type { Secret } from '../secret.ts';
import { adapt, isUnchanging, noChanges } from './adaptation.ts';
import { adaptAnswer } from './adapted-answer.ts';
import type { Endpoint } from './endpoint.ts';
import { isPublicHeader } from './endpoint-dialect.ts';
import { nameEndpoint, toEndpointError } from './endpoint-error.ts';
import type { KeyReader } from './key.ts';

export type EndpointSendOptions = {
  http: Http;
  key: KeyReader;
  userAgent: string;
  /** Ends each request, counted from when its key is known: a slow key takes nothing from the time of the endpoint. */
  startClock?: () => AbortSignal;
};

/**
 * Sends to an endpoint what it can know: the body, its own key and headers, and nothing of Copilot's. A key that a command gives is asked
 * for again after a 401. Redirects are not followed.
 */
export function createEndpointSend(
  endpoint: Endpoint,
  { http, key, userAgent, startClock }: EndpointSendOptions,
): Send {
  const named = { name: endpoint.name, url: endpoint.url, key: endpoint.key };
  const isLocal = isLoopback(new URL(endpoint.url).hostname);

  async function sendOnce(request: ServiceRequest): Promise<HttpResponse> {
    request.signal.throwIfAborted();
    const secret = await untilAborted(key.read(), request.signal);
    request.onSent?.(true);
    return http.send({
      method: request.method,
      url: toUrl(endpoint.url, request.path),
      headers: { 'user-agent': userAgent, ...toHeaders(endpoint, request) },
      ...(secret && { authorization: toAuthorization(endpoint, secret) }),
      ...(request.body !== undefined && { body: toBody(adaptRequest(request, endpoint)) }),
      signal: startClock ? AbortSignal.any([request.signal, startClock()]) : request.signal,
      idleTimeoutMs: request.idleTimeoutMs,
    });
  }

  return async (request) => {
    try {
      let response = await sendOnce(request);
      if (response.status === 401 && key.forget()) {
        await response.discard();
        response = await sendOnce(request);
      }
      if (response.status >= 200 && response.status < 300)
        return toAnswer(response, request, { endpoint, named });
      request.onSent?.(false);
      const { status, headers } = response;
      throw toEndpointError(named, { status, headers, body: parseErrorBody(await response.text()) });
    } catch (error) {
      throw nameEndpoint(error, { name: endpoint.name, isLocal });
    }
  };
}

/** People give the base with or without the `/v1` that some paths begin with. */
export function toUrl(base: string, path: string): string {
  return base.endsWith('/v1') && path.startsWith('/v1/') ? base + path.slice('/v1'.length) : base + path;
}

/** The API version that `/v1/messages` demands, and the only one there is. */
const anthropicVersion = '2023-06-01';

function toHeaders(endpoint: Endpoint, { headers = {}, body }: ServiceRequest): Record<string, string> {
  const given = Object.entries(headers).filter(([name]) => isPublicHeader(name));
  return {
    ...(endpoint.dialect === 'messages' && { 'anthropic-version': anthropicVersion }),
    ...Object.fromEntries(given),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...endpoint.headers,
  };
}

function toAuthorization(
  { dialect, keyHeader }: Endpoint,
  secret: Secret,
): NonNullable<HttpRequest['authorization']> {
  const header = keyHeader ?? (dialect === 'messages' ? 'x-api-key' : 'authorization');
  return header === 'authorization' ? { scheme: 'Bearer', secret } : { header, secret };
}

/** Bytes stay as they are unless something is to be changed. Lists and embeddings have other fields, but models have their names there, too. */
function adaptRequest({ path, body }: ServiceRequest, { dialect, request }: Endpoint): unknown {
  const changes = path === dialectPaths[dialect] ? request : { ...noChanges, models: request.models };
  if (isUnchanging(changes)) return body;
  return adapt(body instanceof Uint8Array ? parseJson(Buffer.from(body).toString('utf8')) : body, changes);
}

function toAnswer(
  response: HttpResponse,
  { path }: ServiceRequest,
  { endpoint, named }: { endpoint: Endpoint; named: Parameters<typeof toEndpointError>[0] },
): ServiceAnswer {
  const isChanged = path === dialectPaths[endpoint.dialect] && !isUnchanging(endpoint.answer);
  const adapted = isChanged ? adaptAnswer(response, endpoint.answer) : response;
  return {
    ...adapted,
    toError: (status, body, headers) => toEndpointError(named, { status, body, headers }),
  };
}
