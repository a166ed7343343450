import type { ErrorDescription } from '../errors.ts';
import { maskValue } from '../redact.ts';
import type { Output } from '../terminal/io.ts';

/** The version of everything that `--json` and `--jsonl` print. Add fields, but never rename one. */
export const schemaVersion = 1;

export async function writeJson(output: Output, value: Record<string, unknown>): Promise<void> {
  await output.write(formatJson(value));
}

export function formatJson(value: Record<string, unknown>): string {
  return `${JSON.stringify({ schema_version: schemaVersion, ...value }, undefined, 2)}\n`;
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
    return `${JSON.stringify({ schema_version: schemaVersion, type: 'error', error })}\n`;
  return `${JSON.stringify({ schema_version: schemaVersion, ...data, error }, undefined, 2)}\n`;
}
