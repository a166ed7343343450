import type { ToolMessage } from './chat-request.ts';

// OpenAI's dialects have no word for a tool that failed, so the result itself says it.

const failurePrefix = 'The tool failed: ';

export function toFailureText(text: string): string {
  return failurePrefix + text;
}

/** A result that says so is one of a tool that failed. */
export function readFailure(parts: ToolMessage['parts']): Pick<ToolMessage, 'parts' | 'isError'> {
  const [first, ...others] = parts;
  if (first?.type !== 'text' || !first.text.startsWith(failurePrefix)) return { parts, isError: false };
  return { parts: [{ ...first, text: first.text.slice(failurePrefix.length) }, ...others], isError: true };
}
