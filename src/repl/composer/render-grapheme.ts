import { cellWidth } from '../../terminal/cell-width.ts';
import { type Draft, pastedAt } from './draft.ts';
import { describePaste, findPaste } from './pastes.ts';

export type Cell = { text: string; width: number };

const tabWidth = 4;
/** Other control characters, halves of characters, line separators, and what turns the direction of writing. */
const unsafe = /[\u0080-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/;

/**
 * How a grapheme of a draft is shown at a cell of its row: tabs as blanks, control characters as their pictures, a folded paste as its
 * description, and all in at most `maxWidth` cells.
 */
export function renderGrapheme(draft: Draft, grapheme: string, column: number, maxWidth: number): Cell {
  const cell = toCell(draft, grapheme, column);
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
  if (grapheme === pastedAt) return { text: '@', width: 1 };
  const paste = findPaste(draft, grapheme);
  if (paste) {
    const text = describePaste(paste);
    return { text, width: text.length };
  }
  if (grapheme.length === 1 && unsafe.test(grapheme)) return { text: '\ufffd', width: 1 };
  return { text: grapheme, width: cellWidth(grapheme) };
}
