import { type Output, paint, paintListed, type Style } from '../terminal/io.ts';
import { toOneLine } from '../terminal-text.ts';

export type Column<Row> = {
  title: string;
  read: (row: Row) => string;
  align?: 'right';
  /** Shortened on a narrow terminal, before columns are left out. */
  isFlexible?: boolean;
  /** A text that is too long for a column: it stands below its row if the whole table does not fit, and so does all else that has no room. */
  isBelow?: boolean;
};

/** The least width of a flexible column. */
const minFlexibleWidth = 20;

/** Keeps cells apart for `read` of a shell and for `awk`, which take two tabs for one. */
const emptyCell = '-';

/** `whole` is where the columns are that do not fit. */
type TableOptions = { whole?: string };

/** A check of a service, as `endpoints test` and `mcp test` print it. */
export function writeChecks(
  output: Output,
  checks: { name: string; status: string; detail: string }[],
): Promise<void> {
  return writeTable(
    output,
    [
      { title: 'CHECK', read: ({ name }) => name },
      { title: 'STATUS', read: ({ status }) => status },
      { title: 'DETAIL', read: ({ detail }) => detail, isFlexible: true },
    ],
    checks,
  );
}

/**
 * Prints rows under a heading. A pipe gets, as with gh, no heading and tab-separated cells, with `-` in those that are empty. A terminal gets
 * the columns that fit, and the others below each row or their names in a last line.
 */
export async function writeTable<Row>(
  output: Output,
  columns: Column<Row>[],
  rows: Row[],
  { whole = '--json' }: TableOptions = {},
): Promise<void> {
  const cells = rows.map((row) => columns.map((column) => toCell(column.read(row))));
  if (!output.isTerminal) {
    const toLine = ([first = '', ...others]: string[]): string =>
      [paintListed(output, 'cyan', first || emptyCell), ...others.map((cell) => cell || emptyCell)].join(
        '\t',
      );
    await output.write(cells.map((line) => `${toLine(line)}\n`).join(''));
    return;
  }
  const titles = columns.map(({ title }) => title);
  const toWidth = await chooseWidth(cells.flat());
  const natural = columns.map((_, index) =>
    [titles, ...cells].reduce((width, line) => Math.max(width, toWidth(line[index] ?? '')), 0),
  );
  const beside = countBeside(columns, natural, output.columns);
  const widths = fitColumns(columns.slice(0, beside), natural.slice(0, beside), output.columns);
  const toLine = (line: string[], style?: Style): string => {
    const [first = '', ...others] = line
      .slice(0, widths.length)
      .map((cell, index) =>
        layOut(cell, { width: widths[index] ?? 0, align: columns[index]?.align, toWidth }),
      );
    const isLast = others.every((cell) => cell.trim() === '');
    const name = isLast ? first.trimEnd() : first;
    return [style === undefined ? name : paint(output, style, name), ...others].join(gap).trimEnd();
  };
  const omitted = titles.slice(widths.length);
  const isStacked = beside < columns.length;
  const heading = isStacked ? titles.slice(0, widths.length) : titles;
  const below = isStacked ? await stack(output, columns.slice(widths.length)) : () => [];
  const lines = [
    paint(output, 'bold', toLine(heading)),
    ...cells.flatMap((line) => [toLine(line, 'cyan'), ...below(line.slice(widths.length))]),
  ];
  if (omitted.length > 0 && rows.length > 0 && !isStacked)
    lines.push(paint(output, 'dim', describeOmitted(omitted, whole)));
  await output.write(`${lines.join('\n')}\n`);
}

/** The number of columns that stand side by side; the last ones go below each row if the table is wider than the terminal. */
function countBeside<Row>(columns: Column<Row>[], natural: readonly number[], available: number): number {
  const first = columns.findIndex(({ isBelow }) => isBelow);
  const width = natural.reduce((sum, one) => sum + one + gap.length, -gap.length);
  return first === -1 || width <= available ? columns.length : first;
}

/** Lays out the cells of a row that stand below it: those of columns with names before the text. */
async function stack<Row>(
  output: Output,
  columns: Column<Row>[],
): Promise<(cells: readonly string[]) => string[]> {
  const { wrapText } = await import('../terminal/wrap-text.ts');
  return (cells) =>
    cells.flatMap((cell, index) => {
      const { title = '', isBelow = false } = columns[index] ?? {};
      if (cell === '') return [];
      const text = isBelow ? cell : `${title.toLowerCase()} ${cell}`;
      return wrapText(gap + text, output.columns).map((line) => paint(output, 'dim', line));
    });
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
