const objectLine = /^data: ?\{.*$/gm;

/** Whole events of a stream with each line that holds an object rewritten; the same text if none was changed. */
export function mapObjectLines(events: string, rewrite: (line: string) => string): string {
  // Hardly anybody ends lines so.
  if (events.includes('\r')) return events.replaceAll(objectLine, rewrite);
  let text = '';
  let kept = 0;
  for (let start = 0; start < events.length; ) {
    const lineFeed = events.indexOf('\n', start);
    const end = lineFeed === -1 ? events.length : lineFeed;
    if (events.startsWith('data: {', start) || events.startsWith('data:{', start)) {
      const line = events.slice(start, end);
      const written = rewrite(line);
      if (written !== line) {
        text += events.slice(kept, start) + written;
        kept = end;
      }
    }
    start = end + 1;
  }
  return kept === 0 ? events : text + events.slice(kept);
}
