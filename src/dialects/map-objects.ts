import { isObject, type JsonObject } from '../json-value.ts';

/** The list with each object in it as `change` has it: the very same list where nothing is changed. Anything else than a list stays. */
export function mapObjects(value: unknown, change: (item: JsonObject) => JsonObject): unknown {
  if (!Array.isArray(value)) return value;
  const changed = value.map((item) => (isObject(item) ? change(item) : item));
  return changed.every((item, index) => item === value[index]) ? value : changed;
}

/** The object with `fields` in it: the very same where they are in it already. Undefined takes a field away. */
export function withFields(object: JsonObject, fields: JsonObject): JsonObject {
  const isSame = Object.entries(fields).every(([name, value]) => object[name] === value);
  if (isSame) return object;
  const merged = { ...object, ...fields };
  return Object.fromEntries(
    Object.entries(merged).filter(([name, value]) => value !== undefined || !(name in fields)),
  );
}
