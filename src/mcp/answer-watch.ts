import {
  type FetchLike,
  isJSONRPCNotification,
  isJSONRPCRequest,
  type JSONRPCMessage,
  type Transport,
} from '@modelcontextprotocol/client';
import { isObject, parseJson } from '../json-value.ts';
import { createResumedStreams, isEventStream } from './resumed-streams.ts';

/** Finds the requests over Streamable HTTP whose answer can no longer come, and answers them with an error. */
export type AnswerWatch = {
  /** What the transport has to send with. */
  fetch: FetchLike;
  /** To be called before the transport is given to a client. */
  follow(transport: Transport): void;
};

/** The code of our own errors in place of an answer that can no longer come. JSON-RPC keeps it free. */
export const unansweredCode = -32_151;

const closed = 'its connection was closed without an answer';
const unanswered = 'it ended its response without an answer';
const stuck = 'its stream ended each time that it was resumed, without an answer';
const silent = 'it accepted the request, and then sent nothing for a minute, without an answer';

/**
 * A server that only accepts a request (202) may answer on the stream of the session. The protocol does not know that, so no server that is
 * still at work may be silent for longer, in milliseconds.
 */
const acceptedMs = 60_000;
/** What came last on a stream is read before its end counts. */
const graceMs = 50;

export function createAnswerWatch(send: FetchLike): AnswerWatch {
  const waiting = new Set<number>();
  /** Requests with a stream of their own, which the transport follows, and resumes if the server lets it. */
  const streamed = new Set<number>();
  const accepted = new Map<number, NodeJS.Timeout>();
  const resumed = createResumedStreams();
  let hasSessionStream = false;
  let giveUp = (_id: number, _message: string): void => {};

  function forget(id: number): void {
    waiting.delete(id);
    streamed.delete(id);
    resumed.forget(id);
    clearTimeout(accepted.get(id));
    accepted.delete(id);
  }

  function noteSessionStream(isThere: boolean): void {
    hasSessionStream = isThere;
    if (!isThere) for (const id of accepted.keys()) giveUp(id, closed);
  }

  /** Its response has ended. */
  function expectElsewhere(id: number): void {
    if (!waiting.has(id) || streamed.has(id)) return;
    if (!hasSessionStream) giveUp(id, unanswered);
    else accepted.set(id, setTimeout(giveUp, acceptedMs, id, silent).unref());
  }

  return {
    async fetch(url, init = {}) {
      const { method = 'GET', body } = init;
      // With the id of an event it resumes a stream, which may be that of a request.
      const eventId = new Headers(init.headers).get('last-event-id');
      const isSession = method === 'GET' && eventId === null;
      if (isSession) hasSessionStream = true;
      const ask = async (): Promise<Response> => {
        const response = await send(url, init).catch((error: unknown) => {
          if (isSession) noteSessionStream(false);
          throw error;
        });
        if (isSession || (method === 'GET' && response.status === 405)) noteSessionStream(response.ok);
        return response;
      };
      if (eventId !== null) return resumed.resume(eventId, ask, (id) => giveUp(id, stuck));
      const response = await ask();
      const id = method === 'POST' && isStream(response) ? readId(parseBody(body)) : undefined;
      if (id !== undefined) streamed.add(id);
      return response;
    },
    follow(transport) {
      const sendMessage = transport.send.bind(transport);
      let startId: number | undefined;
      giveUp = (id, message) => {
        if (!waiting.has(id)) return;
        const isStart = id === startId;
        resumed.leave(id);
        forget(id);
        transport.onmessage?.({ jsonrpc: '2.0', id, error: { code: unansweredCode, message } });
        // The server may still be at work. A start cannot be cancelled.
        if (!isStart) void sendMessage(toCancellation(id, message)).catch(() => {});
      };
      transport.onclose = () => {
        for (const id of waiting) forget(id);
      };
      transport.onmessage = (message) => {
        for (const timer of accepted.values()) timer.refresh();
        if (!('method' in message)) forget(Number(message.id));
      };
      transport.send = async (message, options) => {
        if (isJSONRPCNotification(message) && message.method === 'notifications/cancelled') {
          resumed.leave(Number(message.params?.requestId));
          forget(Number(message.params?.requestId));
        }
        const id = readId(message);
        if (id === undefined || !isJSONRPCRequest(message)) return sendMessage(message, options);
        if (message.method === 'initialize') startId = id;
        waiting.add(id);
        try {
          await sendMessage(message, {
            ...options,
            onresumptiontoken(eventId) {
              options?.onresumptiontoken?.(eventId);
              if (waiting.has(id)) resumed.note(id, eventId);
            },
            onRequestStreamEnd: () => setTimeout(giveUp, graceMs, id, closed),
          });
        } catch (error) {
          forget(id);
          throw error;
        }
        expectElsewhere(id);
      };
    },
  };
}

/** The transport reads none that is accepted. */
function isStream({ status, headers }: Pick<Response, 'status' | 'headers'>): boolean {
  return status === 200 && isEventStream(headers);
}

function parseBody(body: unknown): unknown {
  return typeof body === 'string' ? parseJson(body) : undefined;
}

/** Undefined for what is no request. The client numbers those that it waits for. */
function readId(message: unknown): number | undefined {
  return isObject(message) && typeof message.method === 'string' && typeof message.id === 'number'
    ? message.id
    : undefined;
}

function toCancellation(requestId: number, reason: string): JSONRPCMessage {
  return { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId, reason } };
}
