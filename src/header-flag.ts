import { CliError } from './errors.ts';

/** Adds a value of `--header` to those before it. Names keep their case. Throws CliError `usage` if it is not a header. */
export function collectHeader(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^:\s]+)\s*:\s*(.*)$/.exec(text) ?? [];
  if (name === undefined) throw new CliError('usage', '--header has the form "Name: value"');
  return { ...before, [name]: value ?? '' };
}
