import { paint } from '../terminal/colour.ts';
import type { Output } from '../terminal/io.ts';
import { stripControls } from '../terminal-text.ts';

export type Column<Row> = {
  title: string;
  read: (row: Row) => string;
  align?: 'right';
};

/**
 * Rows under a heading, columns as wide as they need to be; tab-separated and without the heading where no person looks, as
 * gh has it. On a terminal the last columns are left out where they do not fit.
 */
export async function writeTable<Row>(output: Output, columns: Column<Row>[], rows: Row[]): Promise<void> {
  const cells = rows.map((row) => columns.map((column) => toCell(column.read(row))));
  if (!output.isTerminal) {
    await output.write(cells.map((line) => `${line.join('\t')}\n`).join(''));
    return;
  }
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...cells].map((line) => line[index]?.length ?? 0)),
  );
  const count = countFitting(widths, output.columns);
  const toLine = (line: string[]): string =>
    line
      .slice(0, count)
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align))
      .join('  ')
      .trimEnd();
  await output.write(
    `${paint(output, 'bold', toLine(titles))}\n${cells.map((line) => `${toLine(line)}\n`).join('')}`,
  );
}

function toCell(text: string): string {
  return stripControls(text).replaceAll(/[\t\n]/g, ' ');
}

function pad(cell: string, width: number, align: 'right' | undefined): string {
  return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
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

/** Names and values in two columns. */
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
