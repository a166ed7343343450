import { isObject, type JsonObject } from '../json-value.ts';
import { DialectError } from './dialect.ts';

// Readers for a caller's body. Each takes the path of what it reads, for the error: `messages.3.content`.

export function readObject(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw new DialectError('must be an object', path);
  return value;
}

export function readList(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) throw new DialectError('must be a list', path);
  return value;
}

export function readString(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new DialectError('must be a string', path);
  return value;
}

export function readOptionalString(value: unknown, path: string): string | undefined {
  return value === undefined || value === null ? undefined : readString(value, path);
}

export function readOptionalNumber(value: unknown, path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new DialectError('must be a number', path);
  return value;
}

export function readOptionalFlag(value: unknown, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw new DialectError('must be true or false', path);
  return value;
}

/** An object without the keys whose value is undefined. */
export function compact<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}

/** Maps the objects in a list: the same list if nothing changes. Returns anything but a list as it is. */
export function mapObjects(value: unknown, change: (item: JsonObject) => JsonObject): unknown {
  if (!Array.isArray(value)) return value;
  // A long conversation has thousands of objects, and most stay as they are.
  let changed: unknown[] | undefined;
  value.forEach((item: unknown, index) => {
    const mapped = isObject(item) ? change(item) : item;
    if (mapped === item) return;
    changed ??= [...value];
    changed[index] = mapped;
  });
  return changed ?? value;
}

/** Maps the members of an object: the same object if nothing changes. */
export function mapMembers(
  object: JsonObject,
  change: (value: unknown, name: string) => unknown,
): JsonObject {
  let changed: JsonObject | undefined;
  for (const name of Object.keys(object)) {
    const mapped = change(object[name], name);
    if (mapped === object[name]) continue;
    changed ??= { ...object };
    changed[name] = mapped;
  }
  return changed ?? object;
}

/** Sets `fields`: the same object if they are set already. Undefined removes a field. */
export function withFields(object: JsonObject, fields: JsonObject): JsonObject {
  const isSame = Object.entries(fields).every(([name, value]) => object[name] === value);
  if (isSame) return object;
  const merged = { ...object, ...fields };
  return Object.fromEntries(
    Object.entries(merged).filter(([name, value]) => value !== undefined || !(name in fields)),
  );
}

/** The notice on fields, tools and the like that Copilot would refuse. */
export function toLeftOutNotice(names: readonly string[]): string {
  return `Left out, because Copilot does not take it here: ${names.join(', ')}.`;
}

/** The notice on what only the dialect of another model can say, such as a search of the web. */
export function toOwnNotice({ item }: { item: JsonObject }): string {
  return `Left out, because only the model that wrote it can read it: ${item.type}.`;
}
