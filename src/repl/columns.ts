import type { MarkdownStream } from '../markdown/markdown-stream.ts';
import { padToWidth } from '../terminal/cell-width.ts';

/** Texts that arrive at the same time, beside one another. */
export type Columns = {
  addText(column: number, text: string): void;
  /** Ends a column with these painted lines, of at most `width` cells. */
  endColumn(column: number, lines: readonly string[]): void;
  /** The cells of a column. */
  readonly width: number;
};

type ColumnsOptions = {
  /** Painted, of at most `width` cells. */
  titles: readonly string[];
  width: number;
  /** Between two columns, painted. */
  rule: string;
  createMarkdown: (columns: number) => MarkdownStream;
  onChange: () => void;
};

type Column = {
  markdown: MarkdownStream;
  /** Finished lines that wait for the other columns. */
  finished: string[];
  hasEnded: boolean;
};

/** With less room, columns hold a few words a line, and no code. */
const leastWidth = 44;

/** The width of each of `count` columns in `columns` cells. Undefined if there is not enough room. */
export function toColumnWidth(count: number, columns: number, ruleWidth: number): number | undefined {
  const width = Math.floor((columns - (count - 1) * ruleWidth) / count);
  return width >= leastWidth ? width : undefined;
}

/** A row is final when it is so in every column: then it leaves, and is never drawn again. */
export function createColumns({ titles, width, rule, createMarkdown, onChange }: ColumnsOptions) {
  const columns = titles.map(
    (title): Column => ({
      markdown: createMarkdown(width),
      finished: [title, ''],
      hasEnded: false,
    }),
  );

  function join(cells: readonly string[]): string {
    const padded = cells.map((cell, index) => (index < cells.length - 1 ? padToWidth(cell, width) : cell));
    return padded.join(rule);
  }

  return {
    width,
    addText(column, text) {
      const { markdown, finished } = columns[column] as Column;
      finished.push(...markdown.push(text));
      onChange();
    },
    endColumn(index, lines) {
      const column = columns[index] as Column;
      column.finished.push(...column.markdown.end(), ...lines);
      column.hasEnded = true;
      onChange();
    },
    /** Takes the rows that are final. */
    take(): string[] {
      const open = columns.filter(({ hasEnded }) => !hasEnded);
      const counted = open.length > 0 ? open : columns;
      const lengths = counted.map(({ finished }) => finished.length);
      const count = open.length > 0 ? Math.min(...lengths) : Math.max(...lengths);
      const taken = columns.map(({ finished }) => finished.splice(0, count));
      return Array.from({ length: count }, (_, row) => join(taken.map((lines) => lines[row] ?? '')));
    },
    /** What is not final: the last rows of each column. */
    tail(maxRows: number): string[] {
      const tails = columns.map(({ markdown, finished, hasEnded }) =>
        [...finished.slice(-maxRows), ...(hasEnded ? [] : markdown.tail(maxRows))].slice(-maxRows),
      );
      const count = Math.max(...tails.map(({ length }) => length));
      return Array.from({ length: count }, (_, row) => join(tails.map((lines) => lines[row] ?? '')));
    },
    get hasEnded() {
      return columns.every(({ hasEnded }) => hasEnded);
    },
  } satisfies Columns & { take(): string[]; tail(maxRows: number): string[]; hasEnded: boolean };
}
