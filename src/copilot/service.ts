import type { IncomingHttpHeaders } from 'node:http';
import type { CliError } from '../errors.ts';
import type { HttpResponse } from '../http/http.ts';
import { isObject, type JsonObject, toText } from '../json-value.ts';
import type { QuotaSnapshot } from './account.ts';
import type { CopilotHeaderOptions } from './identity.ts';
import { type ErrorBody, parseErrorBody, toUpstreamError } from './upstream-error.ts';

/** A request to whoever answers for a model: Copilot, or an endpoint that the person has added. */
export type ServiceRequest = Omit<CopilotHeaderOptions, 'style' | 'tokenKind'> & {
  method: 'GET' | 'POST';
  /** Below the service's API base. */
  path: string;
  /** A value, sent as JSON, or bytes, sent unchanged. */
  body?: unknown;
  /** Headers that belong to the body, or that the model's catalogue entry demands. */
  headers?: Record<string, string> | undefined;
  signal: AbortSignal;
  /** Silence that ends the request, in milliseconds. */
  idleTimeoutMs?: number | undefined;
  /** Called with true each time the request goes out, whatever had to be waited for before, and with false if it was refused. */
  onSent?: ((isOut: boolean) => void) | undefined;
};

/** The error for a failure that a service reports. The status is 200 for one inside a stream. */
export type ToServiceError = (status: number, body: ErrorBody, headers: IncomingHttpHeaders) => CliError;

export type ServiceAnswer = HttpResponse & {
  /** What the answer says of the account's quota. */
  quota?: QuotaSnapshot | undefined;
  /** Copilot's words if it is undefined. */
  toError?: ToServiceError | undefined;
};

/** Sends a request and returns a successful answer. Throws CliError for every other status. */
export type Send = (request: ServiceRequest) => Promise<ServiceAnswer>;

/** The answer of a path that has no stream. */
export async function readJsonReply({
  json,
  headers,
  toError = toUpstreamError,
}: ServiceAnswer): Promise<JsonObject> {
  const reply = await json({ asIs: true });
  if (!isObject(reply))
    throw toError(200, { code: undefined, message: 'the answer is not a JSON object' }, headers);
  const { error } = reply;
  if (isObject(error) || toText(error) !== undefined)
    throw toError(200, parseErrorBody(JSON.stringify({ error })), headers);
  return reply;
}
