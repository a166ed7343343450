import { once } from '../../once.ts';

/**
 * Finds the borders of characters. Intl.Segmenter gets short pieces, because its time grows with the text; common letters do without it.
 */
const segmenter = once(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));

const windowLength = 16;

/** A low surrogate without a high one. It stands for a folded paste, and joins nothing. */
const loneHalf = /[\udc00-\udfff]/u;

/** The end of the grapheme that begins at `offset`, in UTF-16 code units. */
export function findNextBoundary(text: string, offset: number): number {
  if (offset >= text.length) return text.length;
  if (isCut(text, offset + 1) && simpleWidth(text.charCodeAt(offset)) > 0) return offset + 1;
  if (isLoneHalf(text, offset)) return offset + 1;
  for (let length = windowLength; ; length *= 2) {
    const piece = takePiece(text, offset, offset + length);
    const end = offset + (segmenter().segment(piece).containing(0)?.segment.length ?? 1);
    // A grapheme that fills the piece may continue behind it.
    if (end < offset + length - 1 || end >= text.length || isLoneHalf(text, end)) return end;
  }
}

/** The beginning of the grapheme that ends at `offset`. */
export function findPreviousBoundary(text: string, offset: number): number {
  if (offset <= 0) return 0;
  if (isCut(text, offset - 1) && simpleWidth(text.charCodeAt(offset - 1)) > 0) return offset - 1;
  return findStart(text, offset - 1);
}

/** `offset`, or the end of the grapheme around it. */
export function toBoundary(text: string, offset: number): number {
  if (offset <= 0) return 0;
  if (offset >= text.length) return text.length;
  if (isCut(text, offset)) return offset;
  const start = findStart(text, offset);
  return start === offset ? offset : findNextBoundary(text, start);
}

/** `offset`, or the beginning of the grapheme around it. */
export function toBoundaryBefore(text: string, offset: number): number {
  const boundary = toBoundary(text, offset);
  return boundary === offset ? offset : findPreviousBoundary(text, boundary);
}

/** Whether the two characters at `offset` never join. */
function isCut(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return true;
  const [before, after] = [text.charCodeAt(offset - 1), text.charCodeAt(offset)];
  if (after === 10) return before !== 13;
  if (isLoneHalf(text, offset - 1) || isLoneHalf(text, offset)) return true;
  return (before === 10 || simpleWidth(before) > 0) && simpleWidth(after) > 0;
}

/** The beginning of the grapheme that the code unit at `offset` belongs to. */
function findStart(text: string, offset: number): number {
  for (let length = windowLength; ; length *= 2) {
    const windowStart = toWindowStart(text, offset - length, offset);
    const segments = segmenter().segment(takePiece(text, windowStart, offset + windowLength));
    const start = segments.containing(offset - windowStart)?.index ?? 0;
    if (windowStart === 0 || isCut(text, windowStart)) return windowStart + start;
    // A window that begins inside a grapheme splits it: only later segments are whole.
    const before = segments.containing(start - 1)?.index ?? 0;
    if (start > 0 && before > 0) return windowStart + start;
  }
}

/** The last sure cut between `earliest` and `offset`. Without one, a place near `earliest` that splits neither a pair nor a flag. */
function toWindowStart(text: string, earliest: number, offset: number): number {
  for (let start = offset; start > Math.max(0, earliest); start -= 1) if (isCut(text, start)) return start;
  let start = Math.max(0, earliest);
  if (isLow(text.charCodeAt(start)) && isHighSurrogate(text.charCodeAt(start - 1))) start -= 1;
  return start - 2 * (countFlagLetters(text, start) % 2);
}

/** The text up to `end`, or up to a lone surrogate. */
function takePiece(text: string, start: number, end: number): string {
  const piece = text.slice(start, end);
  const half = piece.search(loneHalf);
  return half > 0 ? piece.slice(0, half) : piece;
}

function isLoneHalf(text: string, offset: number): boolean {
  return isLow(text.charCodeAt(offset)) && !isHighSurrogate(text.charCodeAt(offset - 1));
}

/** The first half of a surrogate pair. */
export function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** How many regional indicators stand right before `offset`. Each two of them make a flag. */
function countFlagLetters(text: string, offset: number): number {
  let count = 0;
  while (isFlagLetter(text.codePointAt(offset - 2 * (count + 1)))) count += 1;
  return count;
}

function isFlagLetter(code: number | undefined): boolean {
  return code !== undefined && code >= 0x1f1e6 && code <= 0x1f1ff;
}

/** First and last code unit of common alphabets, and the cells of each character. Combining marks are not included. */
const simpleRanges: readonly (readonly [first: number, last: number, cells: 1 | 2])[] = [
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
function simpleWidth(unit: number): 0 | 1 | 2 {
  if (unit < 0x7f) return unit >= 0x20 ? 1 : 0;
  for (const [first, last, cells] of simpleRanges) {
    if (unit < first) return 0;
    if (unit <= last) return cells;
  }
  return 0;
}
