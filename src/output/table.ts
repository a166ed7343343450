import { type Output, paint } from '../terminal/io.ts';
import { toOneLine } from '../terminal-text.ts';

export type Column<Row> = {
  title: string;
  read: (row: Row) => string;
  align?: 'right';
  /** Shortened on a narrow terminal, before columns are left out. */
  isFlexible?: boolean;
};

/** The least width of a flexible column. */
const minFlexibleWidth = 20;

/** Keeps cells apart for `read` of a shell and for `awk`, which take two tabs for one. */
const emptyCell = '-';

/** `whole` is where the columns are that do not fit. */
type TableOptions = { whole?: string };

/**
 * Prints rows under a heading. A pipe gets, as with gh, no heading and tab-separated cells, with `-` in those that are empty. A terminal gets
 * the columns that fit, and a last line that names the others.
 */
export async function writeTable<Row>(
  output: Output,
  columns: Column<Row>[],
  rows: Row[],
  { whole = '--json' }: TableOptions = {},
): Promise<void> {
  const cells = rows.map((row) => columns.map((column) => toCell(column.read(row))));
  if (!output.isTerminal) {
    const toLine = (line: string[]): string => `${line.map((cell) => cell || emptyCell).join('\t')}\n`;
    await output.write(cells.map(toLine).join(''));
    return;
  }
  const titles = columns.map(({ title }) => title);
  const toWidth = await chooseWidth(cells.flat());
  const natural = columns.map((_, index) =>
    [titles, ...cells].reduce((width, line) => Math.max(width, toWidth(line[index] ?? '')), 0),
  );
  const widths = fitColumns(columns, natural, output.columns);
  const toLine = (line: string[]): string =>
    line
      .slice(0, widths.length)
      .map((cell, index) =>
        layOut(cell, { width: widths[index] ?? 0, align: columns[index]?.align, toWidth }),
      )
      .join(gap)
      .trimEnd();
  const lines = [paint(output, 'bold', toLine(titles)), ...cells.map(toLine)];
  const omitted = titles.slice(widths.length);
  if (omitted.length > 0 && rows.length > 0)
    lines.push(paint(output, 'dim', describeOmitted(omitted, whole)));
  await output.write(`${lines.join('\n')}\n`);
}

function describeOmitted(titles: readonly string[], whole: string): string {
  const count = titles.length === 1 ? '+1 column' : `+${titles.length} columns`;
  return `${count}, see ${whole}: ${titles.join(', ')}`;
}

function toCell(text: string): string {
  return toOneLine(text);
}

const gap = '  ';

/** The widths of the columns that fit, at least one. Flexible ones share what the others leave. */
function fitColumns<Row>(columns: Column<Row>[], natural: readonly number[], available: number): number[] {
  const least = natural.map((width, index) =>
    columns[index]?.isFlexible ? Math.min(width, minFlexibleWidth) : width,
  );
  const count = countFitting(least, available);
  const widths = least.slice(0, count);
  let left = available - widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
  return widths.map((width, index) => {
    const more = Math.max(0, Math.min(left, (natural[index] ?? 0) - width));
    left -= more;
    return width + more;
  });
}

type ToWidth = (text: string) => number;

/** The library for other characters takes longer to load than the rest of a table takes. */
const printableAscii = /^[\x20-\x7e]*$/;

async function chooseWidth(cells: readonly string[]): Promise<ToWidth> {
  if (cells.every((cell) => printableAscii.test(cell))) return ({ length }) => length;
  return (await import('../terminal/cell-width.ts')).cellWidth;
}

type Place = { width: number; align: 'right' | undefined; toWidth: ToWidth };

function layOut(cell: string, { width, align, toWidth }: Place): string {
  const shown = cut(cell, width, toWidth);
  const blanks = ' '.repeat(Math.max(0, width - toWidth(shown)));
  return align === 'right' ? blanks + shown : shown + blanks;
}

/** Cuts between graphemes, and a list between its items. */
function cut(cell: string, width: number, toWidth: ToWidth): string {
  if (toWidth(cell) <= width) return cell;
  const kept = takeStart(cell, width, toWidth);
  const isList = /^[^,\s]+(?:,[^,\s]+)+$/.test(cell);
  return `${isList ? kept.slice(0, kept.lastIndexOf(',') + 1) || kept : kept}…`;
}

/** The graphemes that leave room for one more cell. */
function takeStart(cell: string, width: number, toWidth: ToWidth): string {
  if (printableAscii.test(cell)) return cell.slice(0, width - 1);
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(cell)) {
    used += toWidth(segment);
    if (used >= width) break;
    kept += segment;
  }
  return kept;
}

function countFitting(widths: readonly number[], available: number): number {
  let used = -gap.length;
  const first = widths.findIndex((width, index) => {
    used += width + gap.length;
    return index > 0 && used > available;
  });
  return first === -1 ? widths.length : first;
}

export async function writeFields(
  output: Output,
  fields: [name: string, value: string | undefined][],
): Promise<void> {
  const known = fields.filter((field): field is [string, string] => field[1] !== undefined);
  const width = Math.max(...known.map(([name]) => name.length));
  const lines = known.map(
    ([name, value]) => `${paint(output, 'bold', name.padEnd(width))}  ${toCell(value)}\n`,
  );
  await output.write(lines.join(''));
}
