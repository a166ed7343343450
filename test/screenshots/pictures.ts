import { onTestFinished } from 'vitest';
import { type ThemeName, themes } from '../../scripts/screenshots/palette.ts';
import { writeSvg } from '../../scripts/screenshots/svg-writer.ts';
import type { Cell } from '../emulator/cell.ts';
import { createScreen } from '../emulator/screen.ts';

/** What a terminal of this size has after these bytes. */
export async function listCells(bytes: string, columns: number, rows: number): Promise<Cell[][]> {
  const screen = createScreen({ columns, rows });
  onTestFinished(() => screen.dispose());
  await screen.feed(bytes);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => screen.cell(row, column)),
  );
}

export async function draw(
  bytes: string,
  { columns = 40, rows = 1, theme = 'dark' as ThemeName, title = 'a title' } = {},
): Promise<string> {
  return writeSvg({ rows: await listCells(bytes, columns, rows), title, theme: themes[theme] });
}
