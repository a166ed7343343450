import { cellWidth } from '../terminal/cell-width.ts';
import { padToWidth } from '../terminal/pad.ts';
import { wrapText } from '../terminal/wrap-text.ts';

const gap = '  ';
/** With fewer cells, a second column would be a column of single words. */
const narrowest = 16;

/**
 * Two columns as lines of at most so many cells: the first as wide as it must be, and painted; what does not fit beside it goes on
 * below, where the second begins.
 */
export function toRows(
  rows: readonly (readonly [string, string])[],
  paint: (text: string) => string,
  columns = Number.POSITIVE_INFINITY,
): string[] {
  const width = Math.max(0, ...rows.map(([first]) => cellWidth(first)));
  const left = columns - width - gap.length;
  return rows.flatMap(([first, second]) => {
    const lines = left >= narrowest ? wrapText(second, left) : [second];
    return lines.map((line, index) =>
      index === 0
        ? `${paint(padToWidth(first, width))}${gap}${line}`
        : `${' '.repeat(width)}${gap}${line.trimStart()}`,
    );
  });
}
