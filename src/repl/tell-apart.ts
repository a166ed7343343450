import { groupBy } from '../group-by.ts';
import { cellWidth, cutToWidth } from '../terminal/cell-width.ts';
import { separator } from './gutter.ts';

/** What can be said of a row, besides its text. An empty word says nothing. */
type Fact<T> = (row: T) => string;

/** A name is cut to this many cells before what is behind it is cut. */
const leastName = 8;

/**
 * Puts behind the text of rows that look the same the first fact in which they differ, and the next one if they still do. `toKey` gives what
 * stands in the row besides its text, and `room` is what these rows have for their text, in cells.
 */
export function tellApart<T extends { text: string }>(
  rows: readonly T[],
  { facts, room, toKey = () => '' }: { facts: readonly Fact<T>[]; room: number; toKey?: Fact<T> },
): T[] {
  const groups = groupBy(rows, (row) => `${row.text}\n${toKey(row)}`);
  const told = new Map<T, string>();
  for (const group of groups.values()) addFacts(group, facts, told);
  return rows.map((row) => ({ ...row, text: joinText(row.text, told.get(row), room) }));
}

function addFacts<T>(group: readonly T[], [fact, ...others]: readonly Fact<T>[], told: Map<T, string>): void {
  if (group.length < 2 || !fact) return;
  // What tells most is not cut: it comes first.
  const kinds = groupBy(group, fact);
  if (kinds.size > 1)
    for (const row of group) told.set(row, [fact(row), told.get(row) ?? ''].filter(Boolean).join(separator));
  for (const same of kinds.values()) addFacts(same, others, told);
}

function joinText(text: string, fact: string | undefined, room: number): string {
  if (!fact) return text;
  const least = Math.min(cellWidth(text), leastName);
  const behind = separator + cutToWidth(fact, Math.max(1, room - least - cellWidth(separator)));
  return cutToWidth(text, Math.max(1, room - cellWidth(behind))) + behind;
}
