import type { Cell } from '../../test/emulator/cell.ts';
import { isBoxLine } from './box-lines.ts';
import { type Theme, toPaint } from './palette.ts';

/** Cells side by side that are painted in one go. Columns count from 0. */
export type TextRun = {
  column: number;
  columns: number;
  text: string;
  foreground: string;
  bold: boolean;
  italic: boolean;
  underline: boolean;
  strikethrough: boolean;
  /** Nothing but lines of boxes. */
  isBox: boolean;
};

export type BackgroundRun = { column: number; columns: number; colour: string };

type PlacedCell = Cell & { column: number };

/** Letters of every monospaced font. What a font may lack comes from another one, of another width. */
const isInEveryFont = (text: string): boolean => /^[\u0020-\u007e\u00a0-\u017f]$/u.test(text);

/** The texts of a row. A gap of blanks ends a run, and what may come from another font is a run of its own. */
export function toTextRuns(cells: Cell[], theme: Theme): TextRun[] {
  const runs: TextRun[] = [];
  let gap = 0;
  for (const cell of place(cells)) {
    const isBlank = cell.text.trim() === '' && !cell.underline && !cell.strikethrough;
    gap = isBlank ? gap + 1 : gap;
    if (isBlank) continue;
    const last = runs.at(-1);
    const run = toTextRun(cell, theme);
    if (last && gap <= 1 && canJoin(last, run)) {
      last.text += ' '.repeat(gap) + run.text;
      last.columns += gap + run.columns;
    } else runs.push(run);
    gap = 0;
  }
  return runs;
}

export function toBackgroundRuns(cells: Cell[], theme: Theme): BackgroundRun[] {
  const runs: BackgroundRun[] = [];
  for (const cell of place(cells)) {
    const { background } = toPaint(cell, theme);
    const last = runs.at(-1);
    if (background === undefined) continue;
    if (last?.colour === background && last.column + last.columns === cell.column) last.columns += cell.width;
    else runs.push({ column: cell.column, columns: cell.width, colour: background });
  }
  return runs;
}

function place(cells: Cell[]): PlacedCell[] {
  return cells.map((cell, column) => ({ ...cell, column })).filter(({ width }) => width > 0);
}

function toTextRun({ column, width, text, ...cell }: PlacedCell, theme: Theme): TextRun {
  const { bold, italic, underline, strikethrough } = cell;
  const { foreground } = toPaint({ ...cell, text, width }, theme);
  return {
    ...{ column, columns: width, text, foreground, bold, italic, underline, strikethrough },
    isBox: isBoxLine(text),
  };
}

function canJoin(last: TextRun, next: TextRun): boolean {
  if (describeStyle(last) !== describeStyle(next)) return false;
  const gap = next.column - (last.column + last.columns);
  return last.isBox ? gap === 0 : gap <= 1 && isPlain(last) && isPlain(next);
}

function isPlain({ text }: TextRun): boolean {
  return [...text].every(isInEveryFont);
}

function describeStyle({ foreground, bold, italic, underline, strikethrough, isBox }: TextRun): string {
  return [isBox, foreground, bold, italic, underline, strikethrough].join();
}
