import { cellWidth, toCells } from './cell-width.ts';

/** A text with blanks behind it, so that it takes so many cells. */
export function padToWidth(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellWidth(text)));
}

/** A text of at most so many cells; where it is longer, its beginning and `…`. */
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
