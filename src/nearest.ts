/** How many single-character edits turn `a` into `b`. A swap of two neighbours is one edit. */
export function countEdits(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          isSwapped ? (beforePrevious[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** At most `count` candidates that `text` may mean, best first. One that contains the text, or begins it, counts as close. */
export function findNearest(text: string, candidates: readonly string[], count: number): string[] {
  const { length } = fold(text);
  if (length === 0) return [];
  // A typing error changes little: one letter of three, two of five, three of eight.
  const allowed = length === 1 ? 0 : Math.max(1, Math.min(3, Math.floor(length * 0.4)));
  return rank(text, candidates)
    .filter(({ distance }) => distance <= allowed)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** All candidates, the most similar first. Equally similar ones keep their order. */
export function rankByLikeness(text: string, candidates: readonly string[]): string[] {
  return rank(text, candidates, () => 0).map(({ candidate }) => candidate);
}

function rank(
  text: string,
  candidates: readonly string[],
  compareEqual = (a: string, b: string): number => (a < b ? -1 : 1),
): { candidate: string; distance: number }[] {
  const wanted = fold(text);
  const distance = (candidate: string): number => {
    const other = fold(candidate);
    if (other.startsWith(wanted)) return 0.5;
    if (wanted.length > 1 && other.includes(wanted)) return 1;
    const edits = countEdits(wanted, other);
    if (wanted.length < 4) return edits;
    if (other.length > 2 && wanted.startsWith(other)) return Math.min(edits, 1.5);
    // The beginning of a long name, with an error in it.
    return Math.min(edits, countEdits(wanted, other.slice(0, wanted.length)) + 0.5);
  };
  return candidates
    .map((candidate) => ({ candidate, distance: distance(candidate) }))
    .sort((a, b) => a.distance - b.distance || compareEqual(a.candidate, b.candidate));
}

/** A question for the end of an error: `; did you mean X?`, or nothing if no candidate is close. */
export function suggest(text: string, candidates: readonly string[], prefix = ''): string {
  const [nearest] = findNearest(text, candidates, 1);
  return nearest === undefined ? '' : `; did you mean ${prefix}${nearest}?`;
}

/** Counting edits takes the product of both lengths, and a text that is longer than any name is like none. */
const maxLength = 100;

/** Ignores case, dots and dashes, which people most often get wrong, and what follows the first characters. */
function fold(text: string): string {
  return text
    .slice(0, maxLength)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
