import type { IBufferCell } from '@xterm/headless';

/** The terminal's own colour, one of its 256 by number (the first 16 are the palette's), or any other as #rrggbb. */
export type Colour = 'default' | number | `#${string}`;

export type Cell = {
  /** A whole grapheme; a blank where nothing was written, and empty in the right half of a wide one. */
  text: string;
  /** Columns: 1 or 2, and 0 in the right half of a wide character. */
  width: number;
  foreground: Colour;
  background: Colour;
  bold: boolean;
  italic: boolean;
  underline: boolean;
  strikethrough: boolean;
  dim: boolean;
  inverse: boolean;
};

export function toCell(cell: IBufferCell): Cell {
  const width = cell.getWidth();
  return {
    text: cell.getChars() || (width === 0 ? '' : ' '),
    width,
    foreground: toColour(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor()),
    background: toColour(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor()),
    bold: cell.isBold() !== 0,
    italic: cell.isItalic() !== 0,
    underline: cell.isUnderline() !== 0,
    strikethrough: cell.isStrikethrough() !== 0,
    dim: cell.isDim() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}

function toColour(isRgb: boolean, isPalette: boolean, value: number): Colour {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  return isPalette ? value : 'default';
}
