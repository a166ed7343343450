import { cellWidth } from './cell-width.ts';

/** A text with blanks behind it, so that it takes so many cells. */
export function padToWidth(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellWidth(text)));
}
