import { isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import type { FinishReason } from '../chat-event.ts';
import { StreamError, saysFailure } from '../dialect.ts';
import { toFinish } from '../finish-words.ts';

const endings: Record<string, { message: string; code?: string }> = {
  'response.cancelled': { message: 'the service cancelled the reply', code: 'cancelled' },
  'response.failed': { message: 'the service could not finish the reply' },
};

/** The failure in a frame: flat (`code`, `message`), nested in `error`, or in a response's error. Undefined if there is none. */
export function toFailure(frame: JsonObject): StreamError | undefined {
  const error = frame.error ?? toObject(frame.response).error;
  if (frame.type === undefined && !isObject(error) && toText(error) === undefined && !saysFailure(error))
    return undefined;
  const ending = endings[String(frame.type)] ?? { message: 'the stream reported an error' };
  const { code, message, type } = isObject(error) ? error : { ...frame, type: undefined };
  return new StreamError(
    toText(message) ?? toText(error) ?? ending.message,
    toText(code) ?? toText(type) ?? ending.code,
  );
}

/** How a reply ended, in our words. */
export type Ending = { reason: FinishReason; detail?: string | undefined };

/** What a response says that its last event calls completed. */
const inside = {
  status: /^(?:in_progress|queued)$/,
  message: 'incomplete: message',
  call: 'incomplete: call',
};

/** A message of a completed response is not complete. */
export const cutMessage: Ending = { reason: 'other', detail: inside.message };
/** The same of a call: its arguments may be JSON, and half of what was meant. */
export const cutCall: Ending = { reason: 'other', detail: inside.call };

/** Whether callers who look at the last event alone would take the reply for complete. */
export function isOnlyInside(detail: string): boolean {
  return (
    detail === inside.message ||
    detail === inside.call ||
    inside.status.test(detail.replace('incomplete: ', ''))
  );
}

export function toIncompleteEnding(response: unknown): Ending {
  const { reason } = toObject(toObject(response).incomplete_details);
  const word = toText(reason);
  const { type: _, ...known } = toFinish(word);
  if (['length', 'content-filter', 'refusal'].includes(known.reason)) return known;
  return { reason: 'other', detail: word === undefined ? 'incomplete' : `incomplete: ${word}` };
}

/** The type of the frame says how a reply ended; what stands inside counts if it says less. */
export function toCompletedEnding(response: unknown): Ending {
  const { status, incomplete_details: details } = toObject(response);
  if (status === 'incomplete' || toText(toObject(details).reason) !== undefined)
    return toIncompleteEnding(response);
  const word = toText(status) ?? 'completed';
  if (word === 'completed') return { reason: 'stop' };
  return { reason: 'other', detail: inside.status.test(word) ? `incomplete: ${word}` : word };
}

/** Some gateways say only in the response itself that it failed. */
export function isFailed(response: unknown): boolean {
  const { status, error } = toObject(response);
  return status === 'failed' || toText(error) !== undefined || Object.keys(toObject(error)).length > 0;
}

/** The words of a refusal stand in a response that is completed. One without words would look like an answer. */
export function toEnding(reason: FinishReason, isRefused: boolean): JsonObject {
  if (reason === 'length')
    return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  if (reason === 'content-filter' || (reason === 'refusal' && !isRefused))
    return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
  return { status: 'completed' };
}

export function toErrorType(status: number): string {
  return status >= 400 && status < 500 ? 'invalid_request_error' : 'server_error';
}
