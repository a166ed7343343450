/** Of a prompt, in UTF-16 code units and lines: what follows was pasted, and nobody reads it again in the scrollback. */
const maxLength = 4_000;
const maxLines = 40;

/** The beginning of a prompt that is worth to be shown, and how much is left out, in words; undefined where nothing is. */
export function shortenPrompt(prompt: string): { shown: string; omitted: string | undefined } {
  const lines = prompt.slice(0, maxLength).split('\n');
  if (prompt.length <= maxLength && lines.length <= maxLines) return { shown: prompt, omitted: undefined };
  const isCutInLine = lines.length <= maxLines;
  // A line that was cut is left out, unless it is the only one.
  const shown = lines.slice(0, isCutInLine ? Math.max(1, lines.length - 1) : maxLines).join('\n');
  const rest = prompt.slice(shown.length + 1);
  const count = countLines(rest);
  const more =
    lines.length > 1 ? `${count} more line${count === 1 ? '' : 's'}` : `${rest.length} more characters`;
  return { shown: shown.replace(/[\ud800-\udbff]$/, ''), omitted: `… ${more}` };
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
