import { cellWidth } from '../../terminal/cell-width.ts';
import type { Draft } from './draft.ts';
import { findNextBoundary, toBoundary } from './graphemes.ts';
import { readMark } from './pasted-marks.ts';
import { describePaste } from './pastes.ts';
import { findLineEnd, findLineStart } from './words.ts';

type LayoutOptions = RowOptions & {
  /** The height of the window: at least one row. */
  maxRows: number;
  /** `top` of the layout before. The window stays there while the cursor is inside. */
  top?: number | undefined;
};

type DraftLayout = {
  /** The rows to draw, without marks. None is wider than its columns or has a control character. */
  rows: readonly string[];
  /** Counted from 0. The row is an index of `rows`; the column includes the mark. */
  cursor: { row: number; column: number };
  /** The offset at which the window begins. It is 0 if the window shows the first row of the draft. */
  top: number;
  /** How many rows of the draft are outside the window; from `maxCounted` on at least so many. */
  above: number;
  below: number;
};

/** So many rows outside the window are laid out to be counted: in a draft of a megabyte each key would lay out all. */
export const maxCounted = 30;

/** Lays out the rows around the cursor. Distant text is not read, so a key costs the same in a draft of a megabyte. */
export function layoutDraft(draft: Draft, options: LayoutOptions): DraftLayout {
  const reach = Math.max(1, options.maxRows) - 1;
  const counted = reach + maxCounted;
  const { rows, cursorRow } = findRows(draft, options, { above: counted, below: counted });
  const first = chooseFirstRow(rows, cursorRow, reach + 1, options.top);
  const shown = rows.slice(first, first + reach + 1);
  const row = rows[cursorRow];
  return {
    rows: shown.map(({ text }) => text),
    cursor: { row: cursorRow - first, column: row ? toColumn(draft, row, draft.cursor) : 0 },
    top: shown[0]?.start ?? 0,
    above: countHidden(first, draft.text, [0, shown[0]?.start ?? 0]),
    below: countHidden(rows.length - first - shown.length, draft.text, [
      shown.at(-1)?.end ?? 0,
      draft.text.length,
    ]),
  };
}

/** Many rows are counted by the ends of their lines, which is quick, and no fewer than laid out. */
function countHidden(rows: number, text: string, [start, end]: readonly [number, number]): number {
  if (rows < maxCounted) return rows;
  let lines = 0;
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) lines += 1;
  return Math.max(maxCounted, lines);
}

/** Moves the cursor one row up or down and keeps its column. Returns the same draft if there is no such row. */
export function moveByRow(draft: Draft, step: -1 | 1, options: RowOptions): Draft {
  const reach = { above: step === -1 ? 1 : 0, below: step === 1 ? 1 : 0 };
  const { rows, cursorRow } = findRows(draft, options, reach);
  const [from, to] = [rows[cursorRow], rows[cursorRow + step]];
  if (!from || !to) return draft;
  const goalColumn = draft.goalColumn ?? toColumn(draft, from, draft.cursor);
  return { ...draft, cursor: toOffset(draft, to, goalColumn), goalColumn, lastAction: undefined };
}

/** Keeps the window where it was if the cursor is inside, and leaves no empty rows at the end. */
function chooseFirstRow(
  rows: readonly DraftRow[],
  cursorRow: number,
  height: number,
  top: number | undefined,
): number {
  const lowest = Math.max(0, cursorRow - height + 1);
  const before = top === undefined ? -1 : rows.findLastIndex(({ start }) => start <= top);
  const first = Math.min(cursorRow, Math.max(lowest, before));
  return Math.min(first, Math.max(0, rows.length - height));
}

/** The widths that the rows must fit, in cells. */
export type RowOptions = {
  columns: number;
  /** The width of the mark before the first row. */
  promptWidth: number;
  /** The width of the indent of all other rows. */
  continuationWidth: number;
};

/** A row of the screen. It shows the draft from `start` to `end`. */
type DraftRow = {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Cells before the text. */
  readonly indent: number;
  /** Cells for the text. */
  readonly room: number;
  /** Whether a line ends here. Then the cursor can stand behind the last character. */
  readonly endsLine: boolean;
};

/**
 * A piece of a line, which begins a row. A line of usual length is one piece. Each piece of a longer line begins a new row, so that the middle
 * of a megabyte can be shown without wrapping all of it.
 */
type Piece = { start: number; end: number; endsLine: boolean };
const maxPieceLength = 2048;

/** The row of the cursor, and the rows above and below it, from top to bottom. */
function findRows(
  draft: Draft,
  options: RowOptions,
  { above, below }: { above: number; below: number },
): { rows: DraftRow[]; cursorRow: number } {
  const { text, cursor } = draft;
  let piece = findPiece(text, cursor);
  let rows = wrapPiece(draft, piece, options);
  let cursorRow = rows.findIndex((row) => cursor < row.end || (row.endsLine && cursor === row.end));
  let after = rows.length - cursorRow - 1;
  const last = piece;
  while (cursorRow < above && piece.start > 0) {
    piece = findPiece(text, piece.start - 1);
    const earlier = wrapPiece(draft, piece, options);
    rows = [...earlier, ...rows];
    cursorRow += earlier.length;
  }
  piece = last;
  while (after < below) {
    const next = piece.endsLine ? piece.end + 1 : piece.end;
    if (next > text.length) break;
    piece = findPiece(text, next);
    const later = wrapPiece(draft, piece, options);
    rows = [...rows, ...later];
    after += later.length;
  }
  const first = Math.max(0, cursorRow - above);
  return { rows: rows.slice(first, cursorRow + below + 1), cursorRow: cursorRow - first };
}

/** The column of an offset in a row, counted from the edge of the screen. */
function toColumn(draft: Draft, row: DraftRow, offset: number): number {
  let column = 0;
  for (let at = row.start; at < offset; ) {
    const end = findNextBoundary(draft.text, at);
    column += renderGrapheme(draft, draft.text.slice(at, end), column, row.room).width;
    at = end;
  }
  return row.indent + column;
}

/** The offset at a column of a row, or the last one that the cursor can reach. */
function toOffset(draft: Draft, row: DraftRow, column: number): number {
  let reached = 0;
  let at = row.start;
  while (at < row.end) {
    const end = findNextBoundary(draft.text, at);
    const { width } = renderGrapheme(draft, draft.text.slice(at, end), reached, row.room);
    if (reached + width > column - row.indent) break;
    // Behind the last character of a wrapped row, the next row begins.
    if (end === row.end && !row.endsLine) break;
    reached += width;
    at = end;
  }
  return at;
}

function findPiece(text: string, offset: number): Piece {
  const lineStart = findLineStart(text, offset);
  const lineEnd = findLineEnd(text, offset);
  const cutAt = (index: number): number =>
    toBoundary(text, Math.min(lineEnd, lineStart + index * maxPieceLength));
  let index = Math.floor((offset - lineStart) / maxPieceLength);
  while (index > 0 && (cutAt(index) > offset || cutAt(index) === lineEnd)) index -= 1;
  const start = cutAt(index);
  let end = start;
  while (end <= offset && end < lineEnd) {
    index += 1;
    end = cutAt(index);
  }
  return { start, end, endsLine: end === lineEnd };
}

/**
 * Returns at least one row. Rows end behind a space; a word that is longer than a row is cut. The last cell of a row is left for the
 * cursor.
 */
function wrapPiece(draft: Draft, piece: Piece, options: RowOptions): DraftRow[] {
  const rows: DraftRow[] = [];
  let rowStart = piece.start;
  let text = '';
  let width = 0;
  /** The last place where the row may end, and how much of its text stands before. */
  let gap: { at: number; length: number } | undefined;
  let isBehindGap = false;

  const toIndent = (): number => (rowStart === 0 ? options.promptWidth : options.continuationWidth);
  const toRoom = (): number => Math.max(1, options.columns - toIndent() - 1);
  function finishRow(end: number, endsLine: boolean): void {
    rows.push({ start: rowStart, end, text, indent: toIndent(), room: toRoom(), endsLine });
    rowStart = end;
    text = '';
    width = 0;
    gap = undefined;
  }

  for (let at = piece.start; at < piece.end; ) {
    const end = findNextBoundary(draft.text, at);
    const grapheme = draft.text.slice(at, end);
    const cell = renderGrapheme(draft, grapheme, width, toRoom());
    // Words of wide characters have no spaces between them, and a folded paste is a word of its own.
    const isWide = cell.width > 1 && !isSpace(grapheme);
    if ((isBehindGap || isWide) && at > rowStart && !endsSentence.test(grapheme))
      gap = { at, length: text.length };
    if (width + cell.width > toRoom() && at > rowStart) {
      const { at: cut, length } = gap ?? { at, length: text.length };
      text = text.slice(0, length);
      finishRow(cut, false);
      isBehindGap = false;
      at = cut;
      continue;
    }
    text += cell.text;
    width += cell.width;
    at = end;
    isBehindGap = isWide || isSpace(grapheme);
  }
  finishRow(piece.end, piece.endsLine);
  return rows;
}

/** Punctuation of Chinese and Japanese that begins no row. */
const endsSentence = /^[\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f\u300d\u300f\uff09\u3011]/;

/** A space at which a row may end. A no-break space is not one. */
function isSpace(grapheme: string): boolean {
  return grapheme === ' ' || grapheme === '\t';
}

type Cell = { text: string; width: number };

const tabWidth = 4;
/** C1 control characters, lone surrogates, line separators, and characters that change the direction of writing. */
const unsafe = /[\u0080-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/;

/**
 * How a grapheme is shown at a column of its row, in at most `maxWidth` cells: a tab as spaces, a control character as its picture, a folded
 * paste as its label. Spaces that do not fit take no room: the next word begins the next row.
 */
function renderGrapheme(draft: Draft, grapheme: string, column: number, maxWidth: number): Cell {
  const cell = toCell(draft, grapheme, column);
  if (isSpace(grapheme)) {
    const width = Math.max(0, Math.min(cell.width, maxWidth - column));
    return { text: ' '.repeat(width), width };
  }
  if (cell.width <= maxWidth) return cell;
  const isShortened = cell.text.length === cell.width;
  return isShortened
    ? { text: `${cell.text.slice(0, maxWidth - 1)}…`, width: maxWidth }
    : { text: '…', width: 1 };
}

function toCell(draft: Draft, grapheme: string, column: number): Cell {
  const unit = grapheme.charCodeAt(0);
  if (unit === 9) {
    const width = tabWidth - (column % tabWidth);
    return { text: ' '.repeat(width), width };
  }
  if (unit < 32) return { text: String.fromCharCode(0x2400 + unit), width: 1 };
  if (unit === 127) return { text: '\u2421', width: 1 };
  const mark = readMark(grapheme);
  if (mark !== undefined) return { text: mark, width: 1 };
  const paste = draft.pastes.get(grapheme);
  if (paste) {
    const text = describePaste(paste);
    return { text, width: text.length };
  }
  if (grapheme.length === 1 && unsafe.test(grapheme)) return { text: '\ufffd', width: 1 };
  return { text: grapheme, width: cellWidth(grapheme) };
}
