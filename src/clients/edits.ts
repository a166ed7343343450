import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject } from '../json-value.ts';
import { type Edit, providerId } from './setup.ts';

/** Changes texts of one format without touching comments and layout. */
export type Editor = {
  /** The value of the text; undefined if it is empty. Throws FileFault if it cannot be parsed. */
  parse(text: string): unknown;
  /** The text with the edit applied. The text must be one that `parse` accepts. */
  edit(text: string, edit: Edit): string;
};

/** A text that cannot be parsed or changed. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
  /** Counts from 1; undefined if the fault is in no single line. */
  readonly line: number | undefined;

  constructor(reason: string, line?: number) {
    super(reason);
    this.line = line;
  }
}

/** The value at a path of keys, or undefined. */
export function getIn(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** Whether two values are equal, also if parsers made their objects without a prototype. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(structuredClone(a), structuredClone(b));
}

/** Whether it is no value, or an empty section or list. */
export function isBlank(value: unknown): boolean {
  if (value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** Whether we wrote this item of a list: its field `name` then contains our id. */
export function isOurItem(item: unknown, name: string): boolean {
  if (!isObject(item)) return false;
  const value = item[name];
  return typeof value === 'string' && value.includes(providerId);
}

/** The value of a file after the edit. */
export function editValue(value: unknown, edit: Edit): unknown {
  const [key, ...rest] = edit.path;
  if (key === undefined) return edit.kind === 'list' ? editList(value, edit) : edit.value;
  const object: JsonObject = isObject(value) ? { ...value } : {};
  const inner = editValue(object[key], { ...edit, path: rest });
  if (inner === undefined) delete object[key];
  else object[key] = inner;
  return object;
}

function editList(value: unknown, { name, items }: Extract<Edit, { kind: 'list' }>): unknown[] {
  const list = Array.isArray(value) ? value : [];
  const first = list.findIndex((item) => isOurItem(item, name));
  const others = list.filter((item) => !isOurItem(item, name));
  const index = first === -1 ? others.length : first;
  return [...others.slice(0, index), ...items, ...others.slice(index)];
}
