import type { JsonObject } from '../../json-value.ts';
import { ToolError } from '../tool.ts';

/** A text of the input. Throws ToolError if it is missing or no text. */
export function readText(input: JsonObject, name: string): string {
  const text = readOptionalText(input, name);
  if (text === undefined) throw new ToolError(`\`${name}\` is missing.`);
  return text;
}

/** Models write null for what they leave out. */
export function readOptionalText(input: JsonObject, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new ToolError(`\`${name}\` must be a text.`);
}

export function readFlag(input: JsonObject, name: string): boolean {
  const value = input[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw new ToolError(`\`${name}\` must be true or false.`);
}

/** A whole number in these limits. */
export function readCount(
  input: JsonObject,
  name: string,
  { least, most, usual }: { least: number; most: number; usual: number },
): number {
  const value = input[name] ?? usual;
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new ToolError(`\`${name}\` must be a whole number.`);
  if (value < least) throw new ToolError(`\`${name}\` must be at least ${least}.`);
  return Math.min(value, most);
}
