import { isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import { StreamError } from '../dialect.ts';

const endings: Record<string, { message: string; code?: string }> = {
  'response.cancelled': { message: 'the service cancelled the reply', code: 'cancelled' },
  'response.failed': { message: 'the service could not finish the reply' },
};

/**
 * The failure that a frame reports: flat (`code` and `message` beside `type: "error"`), nested in `error`, or in the error of
 * a response. Undefined where a frame without a type reports none.
 */
export function toFailure(frame: JsonObject): StreamError | undefined {
  const error = frame.error ?? toObject(frame.response).error;
  if (frame.type === undefined && !isObject(error) && toText(error) === undefined) return undefined;
  const ending = endings[String(frame.type)] ?? { message: 'the stream reported an error' };
  const { code, message, type } = isObject(error) ? error : { ...frame, type: undefined };
  return new StreamError(
    toText(message) ?? toText(error) ?? ending.message,
    toText(code) ?? toText(type) ?? ending.code,
  );
}
