import { cellWidth } from '../../terminal/cell-width.ts';
import type { PickDialog } from '../dialogs/dialog.ts';
import { separator } from '../gutter.ts';
import type { ComposerHelp } from '../state.ts';
import { chooseFitting, joinFitting } from './list-columns.ts';

/** Rows that a list has on the lowest screens. */
export const leastRows = 3;

/** Where one is in a list and what the keys do, in lines that fit; and that columns are left out, if they are. */
export function describeListKeys(
  { selected, ways, acts = [], enter = 'picks', items, columns: titles = [] }: PickDialog,
  { count, hidden, columns, most }: { count: number; hidden: number; columns: number; most: number },
): string[] {
  if (count === 0) return ['Nothing matches; Esc closes'];
  const hasOptions = items.some(({ option }) => option && option.values.length > 1);
  const parts = [
    `${selected + 1} of ${count}`,
    ...(ways ? [`Enter: ${ways.enter}`, `Tab: ${ways.tab}`] : [`Enter ${enter}`]),
    ...acts.flatMap(({ label }) => label ?? []),
    ...(hasOptions ? [`Left/Right: ${lowerFirst(titles[0] ?? 'option')}`] : []),
    'Esc closes',
  ];
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    const longer = line === undefined ? part : line + separator + part;
    if (line !== undefined && cellWidth(longer) < columns) lines[lines.length - 1] = longer;
    else if (lines.length < most) lines.push(part);
  }
  if (hidden === 0 || lines.length >= most) return lines;
  const names = titles.slice(-hidden).map(lowerFirst);
  const told = `Too narrow for ${names.length === 0 ? 'details' : names.join(', ')}`;
  return [...lines, cellWidth(told) < columns ? told : `Too narrow for ${hidden} columns`];
}

/** The same for the list above the draft: what Enter does with the row in one line. */
export function describeMenuKeys(
  { candidates, selected, enter }: Extract<ComposerHelp, { type: 'completion' }>,
  columns: number,
  nameKeys: (hint: string) => string = (hint) => hint,
): string {
  const { length } = candidates;
  const place = selected === undefined ? String(length) : `${selected + 1} of ${length}`;
  const keys = [...(enter === undefined ? [] : [enter]), 'Tab completes', 'Esc closes'];
  return joinFitting([place, ...keys.map(nameKeys).filter((hint) => hint !== '')], columns - 1);
}

/** The same for the search in earlier prompts. */
export function describeSearchKeys(
  { found, query, failed }: Extract<ComposerHelp, { type: 'history-search' }>,
  columns: number,
): string {
  if (found === undefined) return 'Esc closes';
  const older = failed ? ['No older one', 'No older one'] : ['Ctrl+R finds an older one', 'Ctrl+R older'];
  const more = query === '' ? ['type to search'] : [];
  const ways = [
    ['Enter takes it', ...older.slice(0, 1), 'Esc closes', ...more],
    ['Enter takes it', ...older.slice(0, 1), 'Esc closes'],
    ['Enter takes', ...older.slice(1), 'Esc closes'],
  ];
  return chooseFitting(ways, columns - 1);
}

export function lowerFirst(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}
