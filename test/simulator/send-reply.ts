import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedRequest } from './recorded-request.ts';
import type { AnsweredReply } from './reply.ts';
import { writeStream } from './stream-writer.ts';
import type { Transport } from './transport.ts';

/** Sends a whole or streamed reply. Rejects when the client hangs up during a pause. After `reset` the caller destroys the socket. */
export async function sendReply(
  request: RecordedRequest,
  reply: AnsweredReply,
  response: ServerResponse,
  transport: Transport,
  signal: AbortSignal,
): Promise<'ended' | 'reset'> {
  if (reply.waitMs) await delay(reply.waitMs, undefined, { signal });
  const headers = reply.bare ? {} : createServiceHeaders(request);
  const contentType = reply.stream ? 'text/event-stream' : reply.contentType;
  response.writeHead(reply.status, {
    ...headers,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...reply.headers,
  });
  if (reply.stream !== undefined) return writeStream(response, reply.stream, transport, signal);
  response.end(reply.body);
  return 'ended';
}

/** protocol: x-github-request-id is on every answer; x-request-id is the client's own, or a new one. */
function createServiceHeaders(request: RecordedRequest): Record<string, string> {
  const requestId = { 'x-github-request-id': createGithubRequestId() };
  if (request.host === 'server' || request.host === 'api') return requestId;
  return {
    ...requestId,
    'x-request-id': request.headers['x-request-id'] ?? randomUUID(),
    'x-github-backend': 'Kubernetes',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'strict-transport-security': 'max-age=31536000',
  };
}

function createGithubRequestId(): string {
  const hex = randomBytes(14).toString('hex').toUpperCase();
  return [hex.slice(0, 4), hex.slice(4, 10), hex.slice(10, 16), hex.slice(16, 22), hex.slice(22)].join(':');
}
