export type Pair = { ours: number; base: number };

/** One line about a ratio. Times are in milliseconds. */
export function printRatio(title: string, pairs: Pair[], target: number | undefined): void {
  const ratio = median(pairs.map((pair) => pair.ours / pair.base));
  const [ours, base] = [median(pairs.map((pair) => pair.ours)), median(pairs.map((pair) => pair.base))];
  const bound =
    target === undefined ? '' : `, at most ${target} wanted: ${ratio <= target ? 'met' : 'MISSED'}`;
  console.log(`${ratio.toFixed(2)}  ${title} (${ours.toFixed(1)} ms over ${base.toFixed(1)} ms)${bound}`);
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
