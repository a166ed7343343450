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

/** Prints rows under a heading; on a pipe, as with gh, without it and tab-separated. A terminal gets the columns that fit. */
export async function writeTable<Row>(output: Output, columns: Column<Row>[], rows: Row[]): Promise<void> {
  const cells = rows.map((row) => columns.map((column) => toCell(column.read(row))));
  if (!output.isTerminal) {
    await output.write(cells.map((line) => `${line.join('\t')}\n`).join(''));
    return;
  }
  const titles = columns.map(({ title }) => title);
  const toWidth = await chooseWidth(cells.flat());
  const natural = columns.map((_, index) =>
    [titles, ...cells].reduce((width, line) => Math.max(width, toWidth(line[index] ?? '')), 0),
  );
  const widths = fitFlexible(columns, natural, output.columns);
  const count = countFitting(widths, output.columns);
  const toLine = (line: string[]): string =>
    line
      .slice(0, count)
      .map((cell, index) =>
        layOut(cell, { width: widths[index] ?? 0, align: columns[index]?.align, toWidth }),
      )
      .join('  ')
      .trimEnd();
  await output.write(
    `${paint(output, 'bold', toLine(titles))}\n${cells.map((line) => `${toLine(line)}\n`).join('')}`,
  );
}

function toCell(text: string): string {
  return toOneLine(text);
}

function fitFlexible<Row>(columns: Column<Row>[], widths: number[], available: number): number[] {
  const needed = widths.reduce((sum, width) => sum + width + 2, -2);
  const missing = Math.max(0, needed - available);
  return widths.map((width, index) =>
    columns[index]?.isFlexible ? Math.min(width, Math.max(minFlexibleWidth, width - missing)) : width,
  );
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

/** Cuts between graphemes. */
function cut(cell: string, width: number, toWidth: ToWidth): string {
  if (toWidth(cell) <= width) return cell;
  if (printableAscii.test(cell)) return `${cell.slice(0, width - 1)}…`;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(cell)) {
    used += toWidth(segment);
    if (used >= width) break;
    kept += segment;
  }
  return `${kept}…`;
}

function countFitting(widths: number[], columns: number): number {
  let used = -2;
  let count = 0;
  for (const width of widths) {
    used += width + 2;
    if (count > 0 && used > columns) break;
    count += 1;
  }
  return count;
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
