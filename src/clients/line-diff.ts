/** A line that is removed or added. */
export type DiffLine = { kind: 'removed' | 'added'; text: string };

/** The most lines that are compared one by one. Longer texts are shown as removed and added as a whole. */
const maxLines = 2000;

/** The differences between two texts, by line. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, next] = [splitLines(before), splitLines(after)];
  let start = 0;
  while (start < old.length && old[start] === next[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, next.length) - start && old.at(-1 - end) === next.at(-1 - end)) end++;
  return compare(old.slice(start, old.length - end), next.slice(start, next.length - end));
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function compare(old: string[], next: string[]): DiffLine[] {
  const result: DiffLine[] = [];
  const lengths = old.length * next.length > maxLines ** 2 ? undefined : measure(old, next);
  let [row, column] = [0, 0];
  while (row < old.length || column < next.length) {
    if (lengths && row < old.length && old[row] === next[column]) {
      row++;
      column++;
      continue;
    }
    const goes = lengths?.[row + 1]?.[column] ?? 0;
    const comes = lengths?.[row]?.[column + 1] ?? 0;
    if (row < old.length && (column >= next.length || goes >= comes)) {
      result.push({ kind: 'removed', text: old[row++] ?? '' });
    } else {
      result.push({ kind: 'added', text: next[column++] ?? '' });
    }
  }
  return result;
}

/** For each pair of lines: the length of the longest common subsequence from there on. */
function measure(old: string[], next: string[]): Uint16Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(next.length + 1));
  for (let row = old.length - 1; row >= 0; row--) {
    const [own, below] = [lengths[row], lengths[row + 1]];
    for (let column = next.length - 1; own && below && column >= 0; column--) {
      own[column] =
        old[row] === next[column]
          ? (below[column + 1] ?? 0) + 1
          : Math.max(below[column] ?? 0, own[column + 1] ?? 0);
    }
  }
  return lengths;
}
