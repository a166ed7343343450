import { isJSONRPCResponse } from '@modelcontextprotocol/client';
import { isObject, type JsonObject } from '../json-value.ts';

/** Finds the answers of a server that no client would understand, so that nobody waits for them until the time is over. */
export type Answers = {
  /** What is sent to the server. */
  sent(message: unknown): void;
  /**
   * What to read in place of what the server sent: of an array, each of its messages; in place of an answer of the wrong form, an error for its
   * request, or for all that wait if it names none.
   */
  read(value: unknown): unknown[];
};

/** The code of our own errors in place of an answer. JSON-RPC keeps it free. */
export const wrongFormCode = -32_150;

export function createAnswers(): Answers {
  const waiting = new Set<number>();
  let last = -1;

  function readOne(value: unknown): unknown[] {
    if (!isAnswer(value)) return [value];
    const id = toId(value.id);
    const problem = findProblem(value);
    const isAsked = id !== undefined && waiting.delete(id);
    // One that was cancelled may be answered all the same.
    const isLate = !isAsked && id !== undefined && id <= last;
    if (isLate || (isAsked && problem === undefined)) return [value];
    const message = problem ?? describeForeign(value);
    const ids = isAsked ? [id] : [...waiting.keys()];
    if (!isAsked) waiting.clear();
    return ids.map((one) => ({ jsonrpc: '2.0', id: one, error: { code: wrongFormCode, message } }));
  }

  return {
    sent(message) {
      if (!isObject(message)) return;
      const { id, method, params } = message;
      if (method === 'notifications/cancelled' && isObject(params)) waiting.delete(Number(params.requestId));
      if (typeof method !== 'string' || typeof id !== 'number') return;
      waiting.add(id);
      last = Math.max(last, id);
    },
    // Revision 2025-03-26 allows several messages in an array.
    read: (value) => (Array.isArray(value) && value.length > 0 ? value.flatMap(readOne) : readOne(value)),
  };
}

/** A log in JSON, or a greeting, is none. */
function isAnswer(value: unknown): value is JsonObject {
  if (!isObject(value) || 'method' in value) return false;
  return 'jsonrpc' in value || ('id' in value && ('result' in value || 'error' in value));
}

/** The client takes a number in quotes, too. */
function toId(id: unknown): number | undefined {
  const number = typeof id === 'string' && id.trim() !== '' ? Number(id) : id;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

function findProblem(answer: JsonObject): string | undefined {
  if (isJSONRPCResponse(answer)) return undefined;
  const { jsonrpc, result, error } = answer;
  if (jsonrpc !== '2.0') return 'its answer is not of JSON-RPC 2.0';
  if (result === undefined && error === undefined) return 'its answer has neither a result nor an error';
  if (result !== undefined && error !== undefined) return 'its answer has a result and an error';
  if (error === undefined && isObject(result)) return noRequest;
  return error === undefined
    ? 'the result of its answer is not an object'
    : 'the error of its answer has no code and message';
}

/** Servers that cannot read a request name none, and say why. */
function describeForeign({ error }: JsonObject): string {
  if (isObject(error) && typeof error.message === 'string') return `it refused: ${error.message}`;
  return noRequest;
}

const noRequest = 'its answer has the id of no request';
