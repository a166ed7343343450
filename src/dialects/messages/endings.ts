import type { FinishEvent } from '../chat-event.ts';

/** Callers run tools only on this reason, so a reply with calls gets it, even if the backend reported a plain stop. */
export function toStopReason({ reason, stopSequence }: FinishEvent, hasCalls: boolean): string {
  if (reason === 'length') return 'max_tokens';
  if (reason === 'content-filter' || reason === 'refusal') return 'refusal';
  if (reason === 'tool-calls' || hasCalls) return 'tool_use';
  return stopSequence === undefined ? 'end_turn' : 'stop_sequence';
}

const errorTypes: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  // A stream that was disconnected before its end: nothing was wrong with the request.
  [408, 'api_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [529, 'overloaded_error'],
]);

/** Anthropic's name for an error of this HTTP status. */
export function toErrorType(status: number): string {
  return errorTypes.get(status) ?? (status >= 400 && status < 500 ? 'invalid_request_error' : 'api_error');
}
