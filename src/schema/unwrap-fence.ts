/** What stands in the one code fence that a text consists of, or else the text; no white space around it. */
export function unwrapFence(text: string): string {
  const trimmed = text.trim();
  const fence = /^(?:`{3,}|~{3,})/.exec(trimmed)?.[0];
  const firstEnd = trimmed.indexOf('\n');
  const lastStart = trimmed.lastIndexOf('\n');
  if (fence === undefined || firstEnd === -1 || trimmed.slice(lastStart + 1).trim() !== fence) return trimmed;
  return trimmed.slice(firstEnd, lastStart).trim();
}
