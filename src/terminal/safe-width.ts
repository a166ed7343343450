import { once } from '../once.ts';
import { type Cell, cellWidth, isSimple, toGraphemes } from './cell-width.ts';

/**
 * For texts of others beside which nothing may be moved off the screen. Terminals count cells in different ways: by graphemes or by code points,
 * by tables of different years, and some draw a mark that they do not know in a cell of its own. Here each code point has the most cells that
 * any of them gives it, and so none has less than one. Takes no painted text.
 */
export function safeWidth(text: string): number {
  if (isSimple(text)) return cellWidth(text);
  let width = 0;
  for (const character of text) width += toSafeWidth(character);
  return width;
}

const widths = new Map<string, number>();

function toSafeWidth(character: string): number {
  const known = widths.get(character);
  if (known !== undefined) return known;
  const width = isWideSomewhere(character) ? 2 : Math.max(1, cellWidth(character));
  widths.set(character, width);
  return width;
}

/** Made when it is needed: classes of Unicode take milliseconds. */
const getWide = once(() => /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Co}\p{Cn}]/u);

function isWideSomewhere(character: string): boolean {
  return !isSimple(character) && getWide().test(character);
}

/** The graphemes of a text. One that is wider than `most` comes in its code points. */
function toSafeCells(text: string, most: number): Cell[] {
  return Array.from(toGraphemes(text)).flatMap((grapheme) => {
    const width = safeWidth(grapheme);
    if (width <= most) return [{ text: grapheme, width }];
    return Array.from(grapheme, (character) => ({ text: character, width: toSafeWidth(character) }));
  });
}

/** Rows of at most `columns` cells, but for a single character that is wider. Breaks between any two characters, and leaves nothing out. */
export function breakSafely(text: string, columns: number): string[] {
  if (safeWidth(text) <= columns) return [text];
  const rows: string[] = [];
  let row = '';
  let used = 0;
  for (const cell of toSafeCells(text, columns)) {
    if (used + cell.width > columns && row !== '') {
      rows.push(row);
      row = '';
      used = 0;
    }
    row += cell.text;
    used += cell.width;
  }
  return [...rows, row];
}

/** The same between words if possible. The blanks between two rows are in neither. */
export function wrapSafely(text: string, columns: number): string[] {
  const width = Math.max(1, columns);
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(text: string, width: number): string[] {
  if (safeWidth(text) <= width) return [text.trimEnd()];
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(/(?<= )(?! )/)) {
    if (safeWidth(row) + safeWidth(word.trimEnd()) <= width) {
      row += word;
      continue;
    }
    if (row.trim() !== '') rows.push(row.trimEnd());
    const broken = breakSafely(word.trim(), width);
    rows.push(...broken.slice(0, -1));
    row = (broken.at(-1) ?? '') + (/ +$/.exec(word)?.[0] ?? '');
  }
  return [...rows, row.trimEnd()];
}

/** Cuts a text to this width; a cut text ends in `…`. */
export function cutSafely(text: string, cells: number): string {
  if (safeWidth(text) <= cells) return text;
  return `${breakSafely(text, Math.max(0, cells - 1))[0] ?? ''}…`;
}
