import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { DialectName } from '../dialects/chat-request.ts';
import type { Services } from './services.ts';

/** A request that somebody makes of this server. */
export type Call = {
  /** For logs and for the caller: the `x-request-id` of the reply. */
  readonly id: string;
  readonly method: string;
  /** Without `/v1` in front, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** What stands for `:name` in the route's path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Who calls: callers share the account fairly. The key where there are keys, else what the client says of itself. */
  readonly caller: string;
  /** The client's own name for its conversation, where it tells one. */
  readonly session: string | undefined;
  /** Aborts when the caller leaves or the server ends. */
  readonly signal: AbortSignal;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

/** A row of the table of all routes, which also makes the OpenAPI document. */
export type Route = {
  method: 'GET' | 'POST';
  /** Without `/v1`; a step such as `:id` stands for any text. A last step `*` stands for all that follows. */
  path: string;
  /** One line of the OpenAPI document. */
  summary: string;
  /** In whose words failures are told. */
  dialect: DialectName;
  /** Reachable without a key: it tells nothing and does nothing. */
  isOpen?: boolean;
  /** Works; a failure is thrown before anything is written. */
  handle(call: Call, services: Services): Promise<void>;
};
