import { cellWidth } from '../terminal/cell-width.ts';
import { type Line, type Span, toLineText, toSpan, wrapLine } from './line.ts';
import type { Alignment } from './line-kinds.ts';

/** The lines of a cell before wrapping. */
type Cell = readonly Line[];

type Table = {
  alignments: readonly Alignment[];
  head: readonly Cell[];
  rows: readonly (readonly Cell[])[];
};

const gap = ' │ ';
/** The least width of a shrunken column, in cells. Without room for it, the table becomes a list. */
const narrowestColumn = 8;

/** A table of at most `width` cells. */
export function layOutTable(table: Table, width: number): Line[] {
  const widths = fitColumns(toNaturalWidths(table), width - gap.length * (table.head.length - 1));
  return widths && !breaksWords(table, widths) ? layOutGrid(table, widths) : layOutList(table, width);
}

/** Longer words, such as URLs, are broken wherever they stand. */
const longestWord = 20;

/** Whether a column is so narrow that words of it would be broken. */
function breaksWords({ head, rows }: Table, widths: readonly number[]): boolean {
  const isBroken = (cell: Cell, column: number): boolean => {
    const room = widths[column] ?? 0;
    return cell.some(
      (line) =>
        cellWidth(toLineText(line)) > room &&
        toLineText(line)
          .split(' ')
          .some((word) => word.length <= longestWord && isAlphabetic.test(word) && cellWidth(word) > room),
    );
  };
  return [head, ...rows].some((cells) => cells.some(isBroken));
}

/** Chinese and Japanese have no spaces between words, and may be broken between any two characters. */
const isAlphabetic = /^[\u0020-\u052f]+$/;

function toNaturalWidths({ head, rows }: Table): number[] {
  const widths = head.map(toCellWidth);
  for (const row of rows) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, toCellWidth(cell));
  }
  return widths;
}

function toCellWidth(cell: Cell): number {
  let width = 1;
  for (const line of cell) width = Math.max(width, cellWidth(toLineText(line)));
  return width;
}

/** Shrinks the widest columns to one width until all fit. Undefined if they would be too narrow. */
function fitColumns(natural: readonly number[], available: number): number[] | undefined {
  let left = available;
  let cap = Number.POSITIVE_INFINITY;
  for (const [index, width] of [...natural].sort((a, b) => a - b).entries()) {
    const share = Math.floor(left / (natural.length - index));
    if (width > share) {
      cap = share;
      break;
    }
    left -= width;
  }
  if (cap === Number.POSITIVE_INFINITY) return [...natural];
  if (cap < narrowestColumn) return undefined;
  let spare = left - cap * natural.filter((width) => width > cap).length;
  return natural.map((width) => {
    if (width <= cap) return width;
    spare -= 1;
    return spare >= 0 ? cap + 1 : cap;
  });
}

function layOutGrid({ alignments, head, rows }: Table, widths: readonly number[]): Line[] {
  const toRow = (cells: readonly Cell[]): Line[] => layOutRow(cells, widths, alignments);
  const rule: Line = [toSpan(widths.map((width) => '─'.repeat(width)).join('─┼─'), 'rule')];
  const bodies = rows.map(toRow);
  // Without rules, nobody could tell rows of several lines apart.
  const isTall = bodies.some((lines) => lines.length > 1);
  const lines = [...toRow(head.map(toStrong)), rule];
  for (const [index, body] of bodies.entries()) {
    if (isTall && index > 0) lines.push(rule);
    for (const line of body) lines.push(line);
  }
  return lines;
}

function toStrong(cell: Cell): Cell {
  return cell.map((line) => line.map((span): Span => ({ ...span, roles: ['strong', ...span.roles] })));
}

function layOutRow(
  cells: readonly Cell[],
  widths: readonly number[],
  alignments: readonly Alignment[],
): Line[] {
  const columns = widths.map((width, column) =>
    (cells[column] ?? []).flatMap((line) => wrapLine(line, width)),
  );
  const height = Math.max(1, ...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) => {
    const row: Span[] = [];
    for (const [column, width] of widths.entries()) {
      if (column > 0) row.push(toSpan(gap, 'rule'));
      const isLast = column === widths.length - 1;
      row.push(...align(columns[column]?.[at] ?? [], width, alignments[column] ?? 'left', isLast));
    }
    return row;
  });
}

function align(line: Line, width: number, alignment: Alignment, isLast: boolean): Span[] {
  const spare = width - cellWidth(toLineText(line));
  const left = alignment === 'left' ? 0 : alignment === 'right' ? spare : Math.floor(spare / 2);
  const right = isLast ? 0 : spare - left;
  return [
    ...(left > 0 ? [toSpan(' '.repeat(left))] : []),
    ...line,
    ...(right > 0 ? [toSpan(' '.repeat(right))] : []),
  ];
}

/**
 * Each row as a record of `head: value` lines, with empty lines between records. Every column is in every record, with a dash where it is
 * empty, so that nothing disappears. Values hang under their column's name.
 */
function layOutList({ head, rows }: Table, width: number): Line[] {
  if (rows.length === 0) return head.flatMap(toStrong).flatMap((line) => wrapLine(line, width));
  const lines: Line[] = [];
  for (const row of rows) {
    if (row.every(isEmpty)) continue;
    if (lines.length > 0) lines.push([]);
    for (const [column, name] of head.entries()) lines.push(...layOutField(name, row[column] ?? [], width));
  }
  return lines;
}

const hanging = toSpan('  ');

function layOutField(name: Cell, cell: Cell, width: number): Line[] {
  const label = toStrong(name)[0] ?? [];
  const [first = [], ...others] = isEmpty(cell) ? [[toSpan('–', 'dim')]] : cell;
  const whole = [label.length === 0 ? first : [...label, toSpan(': ', 'strong'), ...first], ...others];
  const parts = whole.flatMap((line) => wrapLine(line, Math.max(1, width - hanging.text.length)));
  return parts.map((part, at) => (at === 0 ? part : [hanging, ...part]));
}

function isEmpty(cell: Cell): boolean {
  return cell.every((line) => line.length === 0);
}
