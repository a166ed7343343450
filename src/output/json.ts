import type { ErrorDescription } from '../errors.ts';
import { formatWithTexts } from '../json-text.ts';
import { maskValue } from '../redact.ts';
import type { Output } from '../terminal/io.ts';
import { bidiMarks } from '../terminal-text.ts';

/** The version of everything that `--json` and `--jsonl` print. Add fields, but never rename one. */
export const schemaVersion = 1;

export async function writeJson(output: Output, value: Record<string, unknown>): Promise<void> {
  await output.write(formatJson(value));
}

export function formatJson(value: Record<string, unknown>): string {
  return `${toPrintedJson({ schema_version: schemaVersion, ...value }, 2)}\n`;
}

const unprintable = new RegExp(`[\\x7f-\\x9f${bidiMarks}\\u2028\\u2029\\ufeff]`, 'g');

/** JSON in which nothing that a terminal obeys, or that turns the direction of text, stands as it is. Parsers read the same value. */
export function toPrintedJson(value: unknown, indent?: number): string {
  return formatWithTexts(value, indent).replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Replaces the result of a failed command: its data so far, and the error. One line for JSONL. */
export function toFailureJson(description: ErrorDescription, format: 'json' | 'jsonl'): string {
  const { code, exitCode, message, hint, details, data } = description;
  const error = {
    code,
    exit_code: exitCode,
    message,
    hint: hint ?? null,
    ...(maskValue(details) as Record<string, unknown>),
  };
  if (format === 'jsonl')
    return `${toPrintedJson({ schema_version: schemaVersion, type: 'error', error })}\n`;
  return `${toPrintedJson({ schema_version: schemaVersion, ...data, error }, 2)}\n`;
}
