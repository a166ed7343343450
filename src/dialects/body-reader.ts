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
