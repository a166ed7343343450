import { isObject, parseJson } from '../../json-value.ts';

/** A call's arguments as the object that this dialect wants, or undefined where they are not one. */
export function parseToolInput(text: string): object | undefined {
  if (text.trim() === '') return {};
  const input = parseJson(text);
  return isObject(input) ? input : undefined;
}

/** Arguments that are no object (a model stopped in the middle), kept as text, so that it can be seen what was written. */
export function wrapToolText(text: string): object {
  return { invalid_json: text };
}
