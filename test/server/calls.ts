import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call } from '../../src/server/call.ts';

/** A call as far as those look at it who do not write the answer. */
export function createCall(call: Partial<Call> = {}): Call {
  return {
    id: 'req_1',
    method: 'POST',
    path: '/chat/completions',
    query: new URLSearchParams(),
    headers: {},
    params: {},
    caller: 'ann',
    session: undefined,
    signal: new AbortController().signal,
    request: {} as IncomingMessage,
    response: {} as ServerResponse,
    ...call,
  };
}
