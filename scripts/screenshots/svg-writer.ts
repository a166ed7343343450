import type { Cell } from '../../test/emulator/cell.ts';
import { round, toLinePath } from './box-lines.ts';
import type { Theme } from './palette.ts';
import { type BackgroundRun, type TextRun, toBackgroundRuns, toTextRuns } from './runs.ts';

export type Picture = {
  /** Every row has the same number of cells. */
  rows: Cell[][];
  title: string;
  theme: Theme;
  /** Where it is visible; rows and columns count from 0. */
  cursor?: { row: number; column: number } | undefined;
};

// In pixels. The letters of most monospaced fonts are 0.6 of their size wide; others are stretched to it.
const fontSize = 14;
const cellWidth = 8.43;
const rowHeight = 19;
const padding = 18;
const barHeight = 36;
const baseline = 14;

const fonts = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

/** A window with a terminal in it as an SVG that needs nothing from elsewhere. */
export function writeSvg({ rows, title, theme, cursor }: Picture): string {
  const width = Math.ceil((rows[0]?.length ?? 0) * cellWidth + 2 * padding);
  const height = barHeight + rows.length * rowHeight + 2 * padding - 8;
  const name = escapeXml(title);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">`,
    `<style>text{font:${fontSize}px ${fonts};white-space:pre}.b{font-weight:700}.i{font-style:italic}.u{text-decoration:underline}.s{text-decoration:line-through}</style>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9" fill="${theme.background}" stroke="${theme.edge}"/>`,
    writeBar(width, name, theme),
    `<g transform="translate(${padding} ${barHeight + padding - 6})">`,
    ...rows.flatMap((cells, row) => [
      ...toBackgroundRuns(cells, theme).map((run) => writeBackground(run, row)),
      ...toTextRuns(cells, theme).map((run) => (run.isBox ? writeLines(run, row) : writeText(run, row))),
    ]),
    ...(cursor ? [writeCursor(cursor, theme)] : []),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function writeBar(width: number, title: string, theme: Theme): string {
  const lights = ['#f0626a', '#f2bd4b', '#58c162'].map(
    (colour, index) => `<circle cx="${20 + index * 20}" cy="18.5" r="6" fill="${colour}"/>`,
  );
  const shape = `M1 ${barHeight}V9.5A8.5 8.5 0 0 1 9.5 1H${width - 9.5}A8.5 8.5 0 0 1 ${width - 1} 9.5V${barHeight}Z`;
  return `<path d="${shape}" fill="${theme.bar}"/>${lights.join('')}<text x="${width / 2}" y="23" text-anchor="middle" fill="${theme.title}">${title}</text>`;
}

function writeBackground({ column, columns, colour }: BackgroundRun, row: number): string {
  return `<rect x="${round(column * cellWidth)}" y="${row * rowHeight}" width="${round(columns * cellWidth)}" height="${rowHeight}" fill="${colour}" shape-rendering="crispEdges"/>`;
}

function writeText(run: TextRun, row: number): string {
  const { bold, italic, underline, strikethrough } = run;
  const classes = [bold && 'b', italic && 'i', underline && 'u', strikethrough && 's'].filter(Boolean);
  const attributes = [
    `x="${round(run.column * cellWidth)}"`,
    `y="${row * rowHeight + baseline}"`,
    ...(isAlone(run)
      ? []
      : [`textLength="${round(run.columns * cellWidth)}" lengthAdjust="spacingAndGlyphs"`]),
    `fill="${run.foreground}"`,
    ...(classes.length > 0 ? [`class="${classes.join(' ')}"`] : []),
  ];
  return `<text ${attributes.join(' ')}>${escapeXml(run.text)}</text>`;
}

function writeLines({ text, column, foreground }: TextRun, row: number): string {
  const path = toLinePath(text, column * cellWidth, row * rowHeight, { width: cellWidth, height: rowHeight });
  return `<path d="${path}" fill="none" stroke="${foreground}"/>`;
}

/** One grapheme stands where it begins; to stretch it would only deform it. */
function isAlone({ columns, text }: TextRun): boolean {
  return columns === 1 || [...text].length === 1;
}

function writeCursor({ row, column }: { row: number; column: number }, theme: Theme): string {
  return `<rect x="${round(column * cellWidth)}" y="${row * rowHeight}" width="${cellWidth}" height="${rowHeight}" fill="${theme.cursor}" fill-opacity=".55"/>`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML has no place for are left out. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, (character) => entities[character] ?? '');
}
