/**
 * Where these lines begin among others, from a line on; undefined if nowhere. Takes linear time (Knuth, Morris and Pratt): a file of one line a
 * million times would keep a plain search busy for minutes, which nothing could end.
 */
export function findLines(lines: readonly string[], wanted: readonly string[], from = 0): number | undefined {
  if (wanted.length === 0) return from;
  const borders = findBorders(wanted);
  let matched = 0;
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index];
    while (matched > 0 && line !== wanted[matched]) matched = borders[matched - 1] ?? 0;
    if (line === wanted[matched]) matched += 1;
    if (matched === wanted.length) return index - matched + 1;
  }
  return undefined;
}

/** For each beginning, the length of its longest own beginning that is its end, too. */
function findBorders(wanted: readonly string[]): Int32Array {
  const borders = new Int32Array(wanted.length);
  let length = 0;
  for (let index = 1; index < wanted.length; index += 1) {
    while (length > 0 && wanted[index] !== wanted[length]) length = borders[length - 1] ?? 0;
    if (wanted[index] === wanted[length]) length += 1;
    borders[index] = length;
  }
  return borders;
}
