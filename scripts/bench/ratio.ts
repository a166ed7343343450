export type Pair = { ours: number; base: number };

/** One line about a ratio. Times are in milliseconds. */
export function printRatio(title: string, pairs: Pair[], target: number | undefined): void {
  const ratio = median(pairs.map((pair) => pair.ours / pair.base));
  const [ours, base] = [median(pairs.map((pair) => pair.ours)), median(pairs.map((pair) => pair.base))];
  printBound(`${title} (${ours.toFixed(1)} ms over ${base.toFixed(1)} ms)`, ratio, target);
}

/** One line about a number that shall not be greater than `target`. */
export function printBound(title: string, value: number, target: number | undefined): void {
  const bound =
    target === undefined ? '' : `, at most ${target} wanted: ${value <= target ? 'met' : 'MISSED'}`;
  console.log(`${value.toFixed(2)}  ${title}${bound}`);
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
