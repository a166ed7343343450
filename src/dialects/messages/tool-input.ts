import { isObject, parseJson } from '../../json-value.ts';

/**
 * A call's arguments as the object that this dialect wants. What is no object (a model stopped in the middle) is kept as text, so that
 * it can be seen what was written.
 */
export function toToolInput(text: string): object {
  if (text.trim() === '') return {};
  const input = parseJson(text);
  return isObject(input) ? input : { invalid_json: text };
}
