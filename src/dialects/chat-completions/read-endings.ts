import { isObject, type JsonObject, parseJson, toObject, toText } from '../../json-value.ts';
import type { FinishEvent } from '../chat-event.ts';
import { StreamError, saysFailure } from '../dialect.ts';
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

/** An event that only its name calls an error. */
export function toEventError(data: string): StreamError {
  const value = parseJson(data);
  if (!isObject(value)) return new StreamError(toText(value) ?? data);
  return toReported(toText(value.error) ?? (isObject(value.error) ? value.error : value));
}

/** The service reports a failure as an object or as a text; a number or `true` says no more than that there is one. */
export function throwReported(error: unknown): void {
  if (typeof error === 'string' || isObject(error)) throw toReported(error);
  if (saysFailure(error)) throw toReported({});
}

/** Gateways have forms of their own, in place of choices: `type` or `object` says error, or a status, a `fault`, a `detail` or a list of `errors`. */
export function throwNamed({ type, object, fault, detail, errors, ...rest }: JsonObject): void {
  const { status, statusCode, code } = rest;
  const saysFailed = [status, statusCode, code].some((one) => Number(one) >= 400);
  if (type === 'error' || object === 'error' || (saysFailed && toText(rest.message) !== undefined))
    throw toReported(rest);
  if (isObject(fault)) throw toReported({ message: fault.faultstring, ...fault });
  if (typeof detail === 'string') throw toReported(detail);
  if (Array.isArray(errors)) throw toReported(toText(errors[0]) ?? toObject(errors[0]));
}

function toReported(error: string | JsonObject): StreamError {
  if (typeof error === 'string') return new StreamError(error);
  const message = toText(error.message) ?? 'the stream reported an error';
  return new StreamError(message, toText(error.code) ?? toText(error.type));
}
