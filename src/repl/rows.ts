import { cellWidth } from '../terminal/cell-width.ts';
import { padToWidth } from '../terminal/pad.ts';

/** Two columns as lines: the first as wide as it must be, and painted. */
export function toRows(
  rows: readonly (readonly [string, string])[],
  paint: (text: string) => string,
): string[] {
  const width = Math.max(0, ...rows.map(([first]) => cellWidth(first)));
  return rows.map(([first, second]) => `${paint(padToWidth(first, width))}  ${second}`);
}
