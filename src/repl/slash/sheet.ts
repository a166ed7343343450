import { cellWidth, padToWidth } from '../../terminal/cell-width.ts';
import type { Theme } from '../../terminal/theme.ts';
import { wrapText } from '../../terminal/wrap-text.ts';

/** Groups of short rows: what one types, and what it does in a few words. */
export type Sheet = readonly { title: string; rows: readonly (readonly [string, string])[] }[];

const gap = 2;
const maxColumns = 3;
/** The share of rows that may wrap for one more column. */
const mostWrapped = 0.1;
/** A column of text with less room than this holds one word a line. It then stands below what one types. */
const narrowest = 12;

type SheetOptions = {
  width: number;
  theme: Theme;
  /** Whether the lines are read aloud: then there is one column, because lines are read one after the other. */
  isSpoken: boolean;
};

/** The groups in as many columns as fit into `width` cells, read downwards. Words that are too long wrap under themselves. */
export function layoutSheet(sheet: Sheet, { width, theme, isSpoken }: SheetOptions): string[] {
  const groups = sheet.filter(({ rows }) => rows.length > 0);
  const rows = groups.flatMap((group) => group.rows);
  const first = Math.max(0, ...rows.map(([text]) => cellWidth(text)));
  const second = Math.max(0, ...rows.map(([, text]) => cellWidth(text)));
  const count = isSpoken ? 1 : countColumns(rows, { width, first });
  const column = Math.min(Math.floor((width + gap) / count) - gap, first + gap + second);
  const blocks = groups.map(({ title, rows: own }) => [
    theme.paint('heading', title),
    ...own.flatMap(([text, words]) => toLines(text, words, { first, column, theme })),
  ]);
  return joinColumns(splitBlocks(blocks, count), column);
}

/** The most columns in which nearly all words stand in one line: a few long ones wrap rather than make the sheet twice as high. */
function countColumns(
  rows: readonly (readonly [string, string])[],
  { width, first }: { width: number; first: number },
): number {
  for (let count = maxColumns; count > 1; count -= 1) {
    const left = Math.floor((width + gap) / count) - gap - first - gap;
    const wrapped = rows.filter(([, words]) => cellWidth(words) > left).length;
    if (left >= narrowest && wrapped <= rows.length * mostWrapped) return count;
  }
  return 1;
}

/** One group in one column, for words that are longer. Nothing if it has no rows. */
export function layoutGroup(
  { title, rows }: Sheet[number],
  { width, theme }: Pick<SheetOptions, 'width' | 'theme'>,
): string[] {
  if (rows.length === 0) return [];
  const first = Math.min(Math.max(...rows.map(([text]) => cellWidth(text))), Math.floor(width / 2));
  return [
    theme.paint('heading', title),
    ...rows.flatMap(([text, words]) => toLines(text, words, { first, column: width, theme })),
  ];
}

function toLines(
  text: string,
  words: string,
  { first, column, theme }: { first: number; column: number; theme: Theme },
): string[] {
  const left = column - first - gap;
  const blank = ' '.repeat(gap);
  if (cellWidth(text) > first || left < Math.min(narrowest, cellWidth(words)))
    return [
      ...wrapText(text, column).map((line) => theme.paint('accent', line)),
      ...wrapText(words, column - gap).map((line) => blank + line.trim()),
    ];
  const indent = ' '.repeat(first + gap);
  return wrapText(words, left).map((line, index) =>
    index === 0
      ? `${theme.paint('accent', padToWidth(text, first))}${blank}${line.trim()}`
      : indent + line.trim(),
  );
}

/** Fills columns of about the same height. A title never stands alone at the foot of a column. */
function splitBlocks(blocks: readonly (readonly string[])[], count: number): string[][] {
  const lines = blocks.flatMap((block) => block.map((line, index) => ({ line, isTitle: index === 0 })));
  const height = Math.ceil(lines.length / count);
  const columns: string[][] = [[]];
  for (const { line, isTitle } of lines) {
    const current = columns.at(-1) as string[];
    const isFull = current.length >= height - (isTitle ? 1 : 0);
    if (isFull && columns.length < count) columns.push([line]);
    else current.push(line);
  }
  return columns;
}

function joinColumns(columns: readonly (readonly string[])[], width: number): string[] {
  const height = Math.max(0, ...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) =>
    columns
      .map((column) => padToWidth(column[row] ?? '', width))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}
