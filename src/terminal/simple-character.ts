/** First and last code unit of common alphabets, and the cells of each character. Combining marks are not included. */
const ranges: readonly (readonly [first: number, last: number, cells: 1 | 2])[] = [
  [0x20, 0x7e, 1],
  [0xc0, 0x2af, 1],
  [0x391, 0x3c9, 1],
  [0x400, 0x481, 1],
  [0x48a, 0x52f, 1],
  [0x3001, 0x3002, 2],
  [0x300c, 0x300f, 2],
  [0x3041, 0x3096, 2],
  [0x30a1, 0x30fa, 2],
  [0x3400, 0x4dbf, 2],
  [0x4e00, 0x9fff, 2],
  [0xac00, 0xd7a3, 2],
  [0xff01, 0xff5e, 2],
];

/** The cells of a code unit that is a whole character of a common alphabet, or else 0. A text can be cut between any two of these. */
export function simpleWidth(unit: number): 0 | 1 | 2 {
  if (unit < 0x7f) return unit >= 0x20 ? 1 : 0;
  for (const [first, last, cells] of ranges) {
    if (unit < first) return 0;
    if (unit <= last) return cells;
  }
  return 0;
}
