import type { Draft } from './draft.ts';
import { findNextBoundary, toBoundary } from './graphemes.ts';
import { findLineEnd, findLineStart } from './move-cursor.ts';
import { renderGrapheme } from './render-grapheme.ts';

/** What the rows have to fit in, in cells. */
export type RowOptions = {
  columns: number;
  /** Of what the caller draws before the first row of the draft. */
  promptWidth: number;
  /** The same for every other row. */
  continuationWidth: number;
};

/** A row of the screen: what it shows of `text`, from `start` to `end`. */
export type DraftRow = {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The cells before the text. */
  readonly indent: number;
  /** The cells there are for the text. */
  readonly room: number;
  /** Whether a line ends here, so that the cursor may stand behind the last character. */
  readonly endsLine: boolean;
};

/**
 * A piece of a line that begins a row. Lines of a reasonable length are one; where a line is longer, each piece of it begins a new row, so
 * that nobody has to wrap a megabyte to know what stands in the middle of it.
 */
type Piece = { start: number; end: number; endsLine: boolean };
const maxPieceLength = 2048;

/** The row of the cursor, and up to so many above and below it, top down. */
export function findRows(
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

/** The cell that an offset of a row is in, counted from the edge of the screen. */
export function toColumn(draft: Draft, row: DraftRow, offset: number): number {
  let column = 0;
  for (let at = row.start; at < offset; ) {
    const end = findNextBoundary(draft.text, at);
    column += renderGrapheme(draft, draft.text.slice(at, end), column, row.room).width;
    at = end;
  }
  return row.indent + column;
}

/** The offset that a cell of a row shows, or the last one that the cursor can stand at. */
export function toOffset(draft: Draft, row: DraftRow, column: number): number {
  let reached = 0;
  let at = row.start;
  while (at < row.end) {
    const end = findNextBoundary(draft.text, at);
    const { width } = renderGrapheme(draft, draft.text.slice(at, end), reached, row.room);
    if (reached + width > column - row.indent) break;
    // Behind the last character of a row that goes on, the next row begins.
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

/** At least one row. The last cell of a row is left to the cursor. */
function wrapPiece(draft: Draft, piece: Piece, options: RowOptions): DraftRow[] {
  const rows: DraftRow[] = [];
  let rowStart = piece.start;
  let text = '';
  let width = 0;

  const toIndent = (): number => (rowStart === 0 ? options.promptWidth : options.continuationWidth);
  const toRoom = (): number => Math.max(1, options.columns - toIndent() - 1);
  function finishRow(end: number, endsLine: boolean): void {
    rows.push({ start: rowStart, end, text, indent: toIndent(), room: toRoom(), endsLine });
    rowStart = end;
    text = '';
    width = 0;
  }

  for (let at = piece.start; at < piece.end; ) {
    const end = findNextBoundary(draft.text, at);
    const grapheme = draft.text.slice(at, end);
    let cell = renderGrapheme(draft, grapheme, width, toRoom());
    if (width + cell.width > toRoom() && at > rowStart) {
      finishRow(at, false);
      cell = renderGrapheme(draft, grapheme, 0, toRoom());
    }
    text += cell.text;
    width += cell.width;
    at = end;
  }
  finishRow(piece.end, piece.endsLine);
  return rows;
}
