import stringWidth from 'string-width';

export type Cell = { text: string; width: number };

const segmenter = new Intl.Segmenter();

const ascii = /^[\u0020-\u007e]*$/;

/**
 * Characters that are one cell or two on their own, and that never join with a neighbour of the same set: Latin, Greek, Cyrillic, the
 * punctuation of prose, box drawing, double angles; kana without its voicing marks, Han, Hangul syllables, full-width forms.
 */
const simple =
  /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0373\u0386-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u203b\u2500-\u257f\u27ea\u27eb\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*$/;
const firstWide = 0x3001;

/** How many cells of a terminal a text takes on one line. Knows graphemes; tabs and control characters count as nothing. */
export function cellWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  if (simple.test(text)) return sumSimple(text);
  if (text.length <= longestWindow) return stringWidth(text);
  let width = 0;
  for (const grapheme of toGraphemes(text)) width += stringWidth(grapheme);
  return width;
}

/** The graphemes of a text, with the cells that each takes. */
export function toCells(text: string): Cell[] {
  if (simple.test(text))
    return Array.from({ length: text.length }, (_, at) => ({
      text: text.charAt(at),
      width: toSimpleWidth(text, at),
    }));
  return Array.from(toGraphemes(text), (grapheme) => ({ text: grapheme, width: cellWidth(grapheme) }));
}

/** In UTF-16 code units. The segmenter's time grows with the square of what it is given at once. */
const longestWindow = 256;

/** The last grapheme of a window may go on behind it, and so begins the next one; if it fills a window, the window grows. */
function* toGraphemes(text: string): Generator<string> {
  let length = longestWindow;
  for (let start = 0; start < text.length; ) {
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

/** A text with blanks behind it, so that it takes so many cells. */
export function padToWidth(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellWidth(text)));
}

/** A text of at most so many cells; if it is longer, its beginning and `…`. */
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
