import { cellWidth, cutToWidth, padToWidth } from '../../terminal/cell-width.ts';
import { separator } from '../gutter.ts';

/** A row of a list: a name, facts in columns, and words that take the rest. */
export type ListRow = {
  text: string;
  /** Stands behind the name, also if that is cut. */
  mark?: string;
  cells: readonly string[];
  description: string;
};

/** Which columns a list shows, and how wide they are. It is made from all rows, so that nothing moves while a list scrolls or is filtered. */
export type ListColumns = {
  text: number;
  /** The widths of the columns that fit, from the first on. */
  cells: readonly number[];
  /** Whether a column holds numbers, which end at the same place. */
  numbers: readonly boolean[];
  /** 0 if there is no room for it, or nothing to show. */
  description: number;
  /** How many columns are left out. */
  hidden: number;
};

const gap = 2;
/** A name is cut to this many cells before a column is left out. */
const minText = 20;
/** With less room than this, a description says nothing. */
const minDescription = 8;

/** The columns of these rows in `width` cells. If they do not all fit, the last ones are left out. */
export function fitColumns(rows: readonly ListRow[], width: number): ListColumns {
  const text = widest(rows.map(({ text, mark = '' }) => text + mark));
  const count = Math.max(0, ...rows.map(({ cells }) => cells.length));
  const all = Array.from({ length: count }, (_, at) => widest(rows.map(({ cells }) => cells[at] ?? '')));
  const described = widest(rows.map(({ description }) => description));
  const least = Math.min(text, minText);
  const sum = (cells: readonly number[]): number => cells.reduce((total, cell) => total + gap + cell, 0);
  const shown = all.findLastIndex((_, at) => least + sum(all.slice(0, at + 1)) <= width) + 1;
  const cells = all.slice(0, shown);
  const wanted = described === 0 ? 0 : Math.min(described, minDescription) + gap;
  const hasRoom = shown === count && wanted > 0 && least + sum(cells) + wanted <= width;
  const name = Math.min(text, width - sum(cells) - (hasRoom ? wanted : 0));
  const description = hasRoom ? Math.min(described, width - name - sum(cells) - gap) : 0;
  const numbers = cells.map((_, at) => isNumeric(rows.map((row) => row.cells[at] ?? '')));
  return {
    text: name,
    cells,
    numbers,
    description,
    hidden: count - shown + (wanted > 0 && !hasRoom ? 1 : 0),
  };
}

/** The name and the rest of a row, each cut or padded to its column. */
export function layoutRow(row: ListRow, columns: ListColumns): { name: string; details: string } {
  const cells = columns.cells.map((width, at) => toCell(row.cells[at] ?? '', width, columns.numbers[at]));
  const description = columns.description > 0 ? [cutToWidth(row.description, columns.description)] : [];
  const blank = ' '.repeat(gap);
  return {
    name: toCell(toName(row, columns.text), columns.text),
    details: [...cells, ...description].map((part) => blank + part).join(''),
  };
}

function toName({ text, mark = '' }: ListRow, width: number): string {
  return cutToWidth(text, Math.max(0, width - cellWidth(mark))) + mark;
}

function toCell(text: string, width: number, isNumber = false): string {
  const cut = cutToWidth(text, width);
  return isNumber ? ' '.repeat(Math.max(0, width - cellWidth(cut))) + cut : padToWidth(cut, width);
}

/** Whether most of these are numbers. A name of the column may be among them. */
function isNumeric(texts: readonly string[]): boolean {
  const filled = texts.filter((text) => text !== '');
  return filled.filter((text) => /^~?\d/.test(text)).length > filled.length / 2;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(cellWidth));
}

/** As many of these parts, in their order, as fit into one line. The first is always shown. */
export function joinFitting(parts: readonly string[], width: number): string {
  let line = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    if (cellWidth(line + separator + part) > width) break;
    line += separator + part;
  }
  return line;
}

/** The first of these that fits whole into one line, or else as much of the last as fits. */
export function chooseFitting(ways: readonly (readonly string[])[], width: number): string {
  const whole = ways.map((parts) => parts.join(separator)).find((line) => cellWidth(line) <= width);
  return whole ?? joinFitting(ways.at(-1) ?? [], width);
}
