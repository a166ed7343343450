import type { ErrorDescription } from '../errors.ts';
import { maskValue } from '../redact.ts';
import { schemaVersion } from './json.ts';

/** The object that takes the place of a result: what the command knew, and the error. One line for JSONL. */
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
