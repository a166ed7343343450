import type { FinishEvent, FinishReason } from '../chat-event.ts';
import { isCut, toFinish as toFinishOfWord } from '../finish-words.ts';

/** Gemini ends tool calls with `stop`, some replies have no reason, and a refusal is a field beside `stop`. A cut reply stays cut. */
export function toFinish(
  wire: string | undefined,
  { hasCalls, isRefused }: { hasCalls: boolean; isRefused: boolean },
): FinishEvent {
  const finish = toFinishOfWord(wire);
  const { reason } = finish;
  if (isRefused && reason !== 'length') return { type: 'finish', reason: 'refusal' };
  const isOpen = reason === 'stop' || (reason === 'other' && !isCut(finish));
  return hasCalls && isOpen ? { type: 'finish', reason: 'tool-calls' } : finish;
}

/** All reasons that callers know. Refusals in their own field end with `stop`. */
export function toWireReason(
  reason: FinishReason,
  { hasCalls, isRefused }: { hasCalls: boolean; isRefused: boolean },
): string {
  if (reason === 'length') return 'length';
  if (reason === 'content-filter') return 'content_filter';
  if (reason === 'refusal') return isRefused ? 'stop' : 'content_filter';
  return hasCalls || reason === 'tool-calls' ? 'tool_calls' : 'stop';
}

const types: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  // A stream that was disconnected before its end: nothing was wrong with the request.
  [408, 'server_error'],
  [429, 'rate_limit_error'],
]);

/** A failure as OpenAI's clients read it, in a stream or in place of a reply. */
export function toErrorBody({
  status,
  code,
  message,
  param,
}: {
  status: number;
  code: string;
  message: string;
  /** The field of the request that is to blame. */
  param?: string | undefined;
}): { error: object } {
  const usual = status >= 400 && status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message, type: types.get(status) ?? usual, param: param ?? null, code } };
}
