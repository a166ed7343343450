import {
  findNextBoundary,
  findPreviousBoundary,
  isHighSurrogate,
  toBoundary,
  toBoundaryBefore,
} from './graphemes.ts';
import { readMark } from './pasted-marks.ts';

/** Scripts without spaces between words: Thai and its neighbours, kana and Han. */
const spaceless = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]/;
const separator = /^[\s\p{P}\p{Sm}\p{Sc}\p{Sk}]/u;

/** How much of a run without spaces is segmented. */
const maxRunLength = 64;

/** The end of the word at `offset`, or of the next word. A folded paste is a word. */
export function findWordEnd(text: string, offset: number): number {
  let start = offset;
  while (start < text.length && kindOf(text, start) === 'separator') start += 1;
  if (kindOf(text, start) === 'paste') return start + 1;
  let end = start;
  while (end < text.length && kindOf(text, end) === 'word') end += 1;
  const run = text.slice(start, Math.min(end, start + maxRunLength));
  if (spaceless.test(run)) end = start + (segmentWords(run)[0]?.length ?? 0);
  return Math.max(toBoundary(text, end), findNextBoundary(text, offset));
}

/** The beginning of the word around or before `offset`. */
export function findWordStart(text: string, offset: number): number {
  let end = offset;
  while (end > 0 && kindOf(text, end - 1) === 'separator') end -= 1;
  if (end > 0 && kindOf(text, end - 1) === 'paste') return end - 1;
  let start = end;
  while (start > 0 && kindOf(text, start - 1) === 'word') start -= 1;
  const run = text.slice(Math.max(start, end - maxRunLength), end);
  if (spaceless.test(run)) start = end - (segmentWords(run).at(-1)?.length ?? 0);
  return Math.min(toBoundaryBefore(text, start), findPreviousBoundary(text, offset));
}

/** The kind of the code unit at `offset`. Surrogate pairs count as parts of words. */
function kindOf(text: string, offset: number): 'word' | 'separator' | 'paste' {
  const unit = text.charCodeAt(offset);
  if (unit < 128) return isAsciiWord(unit) ? 'word' : 'separator';
  if (unit >= 0xdc00 && unit <= 0xdfff) {
    if (isHighSurrogate(text.charCodeAt(offset - 1))) return 'word';
    const mark = readMark(text.charAt(offset));
    if (mark === undefined) return 'paste';
    return isAsciiWord(mark.charCodeAt(0)) ? 'word' : 'separator';
  }
  if (isHighSurrogate(unit)) return 'word';
  return separator.test(text.charAt(offset)) ? 'separator' : 'word';
}

export function findLineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

export function findLineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

/** ASCII letters, digits and the underscore. */
function isAsciiWord(unit: number): boolean {
  if (unit >= 97) return unit <= 122;
  if (unit >= 65) return unit <= 90 || unit === 95;
  return unit >= 48 && unit <= 57;
}

function segmentWords(run: string): string[] {
  return [...new Intl.Segmenter('en', { granularity: 'word' }).segment(run)].map(({ segment }) => segment);
}
