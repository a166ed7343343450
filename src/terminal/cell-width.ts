import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

export type Cell = { text: string; width: number };

/** The first one in a process takes 10 ms to make, and common letters need none. Not by `once`: the bundler wraps what this file imports. */
let segmenter: Intl.Segmenter | undefined;

const ascii = /^[\u0020-\u007e]*$/;

/**
 * Characters of one or two cells that never join a neighbour from the same set: Latin, Greek, Cyrillic, the punctuation of prose, box
 * drawing, double angles, our marks for tabs, blanks and rows that go on; kana without its voicing marks, Han, Hangul syllables, full-width forms.
 */
const simple =
  /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0373\u0386-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u203b\u21b3\u21e5\u2423\u2500-\u257f\u27ea\u27eb\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*$/;
const firstWide = 0x3001;

/** Whether all terminals agree on the cells of this text, and none of its characters joins another. */
export function isSimple(text: string): boolean {
  return simple.test(text);
}

/** The width of a line in cells. Counts graphemes; tabs and control characters have no width. */
export function cellWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  if (simple.test(text)) return sumSimple(text);
  if (text.includes('\u001b')) return cellWidth(stripVTControlCharacters(text).replaceAll('\u001b', ''));
  if (text.length <= longestWindow) return stringWidth(text);
  let width = 0;
  for (const grapheme of toGraphemes(text)) width += stringWidth(grapheme);
  return width;
}

/** The graphemes of a text, each with its width. */
export function toCells(text: string): Cell[] {
  if (simple.test(text))
    return Array.from({ length: text.length }, (_, at) => ({
      text: text.charAt(at),
      width: toSimpleWidth(text, at),
    }));
  return Array.from(toGraphemes(text), (grapheme) => ({ text: grapheme, width: cellWidth(grapheme) }));
}

/** In UTF-16 code units. The time of the segmenter grows with the square of its input. */
const longestWindow = 256;

/** The last grapheme of a window may be incomplete, so the next window starts with it. If it fills the window, the window grows. */
export function* toGraphemes(text: string): Generator<string> {
  let length = longestWindow;
  for (let start = 0; start < text.length; ) {
    segmenter ??= new Intl.Segmenter();
    const segments = Array.from(
      segmenter.segment(text.slice(start, start + length)),
      ({ segment }) => segment,
    );
    const isLast = start + length >= text.length;
    const open = isLast ? '' : (segments.pop() ?? '');
    if (segments.length === 0) {
      length *= 2;
      continue;
    }
    yield* segments;
    for (const segment of segments) start += segment.length;
    if (open.length < longestWindow / 2) length = longestWindow;
  }
}

function toSimpleWidth(text: string, at: number): number {
  return text.charCodeAt(at) >= firstWide ? 2 : 1;
}

function sumSimple(text: string): number {
  let width = 0;
  for (let at = 0; at < text.length; at += 1) width += toSimpleWidth(text, at);
  return width;
}

/** Adds blanks up to this width. */
export function padToWidth(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellWidth(text)));
}

/** Cuts a text to this width; a cut text ends in `…`. */
export function cutToWidth(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text;
  let kept = '';
  let width = 1;
  for (const cell of toCells(text)) {
    width += cell.width;
    if (width > cells) break;
    kept += cell.text;
  }
  return `${kept}…`;
}
