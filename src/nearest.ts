/** How many single-character edits turn `a` into `b`. */
export function countEdits(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The `count` candidates most like `text`, best first; one that begins with it or contains it counts as close. */
export function findNearest(text: string, candidates: readonly string[], count: number): string[] {
  const wanted = fold(text);
  const distance = (candidate: string): number => {
    const other = fold(candidate);
    if (other.startsWith(wanted)) return 0.5;
    if (other.includes(wanted)) return 1;
    return countEdits(wanted, other);
  };
  return candidates
    .map((candidate) => ({ candidate, distance: distance(candidate) }))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** Case, dots and dashes are what people get wrong first, so they do not count. */
function fold(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
