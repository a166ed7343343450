/** The part of a list that fits into so many rows and holds the selected item. */
export function toWindow<T>(
  list: readonly T[],
  selected: number,
  rows: number,
): { first: number; items: readonly T[] } {
  const first = Math.max(0, Math.min(selected - Math.floor(rows / 2), list.length - rows));
  return { first, items: list.slice(first, first + rows) };
}
