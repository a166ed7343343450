import { Text } from 'ink';
import { type ReactNode, useMemo } from 'react';
import type { Theme } from '../../terminal/theme.ts';
import { wrapText } from '../../terminal/wrap-text.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { KeyBinding } from '../composer/key-bindings.ts';
import { listMatches, type PickDialog, type PickItem, readOption } from '../dialogs/dialog.ts';
import type { Look } from '../look.ts';
import { createKeySheet } from '../slash/key-sheet.ts';
import { layoutSheet } from '../slash/sheet.ts';
import type { ComposerHelp } from '../state.ts';
import { wrapQuestion } from './approval-layout.ts';
import { fitColumns, type ListColumns, type ListRow, layoutRow } from './list-columns.ts';
import { describeListKeys, describeMenuKeys, describeSearchKeys, leastRows } from './list-keys.ts';

/** With fewer rows there is no room for a sample or the names of columns. */
const rowsForSample = 7;
const rowsForTitles = 5;
const mark = '› ';
const noMark = '  ';
const currentMark = ' ✓';

type ViewProps = { look: Look; rows: number; columns: number };

/** A list to choose from. The filter is typed in the composer's place. */
export function PickView({
  dialog,
  look,
  rows: room,
  columns,
}: ViewProps & { dialog: PickDialog }): ReactNode {
  const { theme } = look;
  const question = wrapQuestion(dialog.title, columns);
  const rows = Math.max(1, room + 1 - question.length);
  const matches = listMatches(dialog);
  const selected = matches[dialog.selected];
  const { first, items } = toWindow(matches, dialog.selected, rows);
  const head = useMemo(() => toTitles(dialog.items, dialog.columns), [dialog.items, dialog.columns]);
  // The list can be long, and most frames change only what is selected.
  const widths = useMemo(
    () =>
      fitColumns(
        [head, ...dialog.items.map((item) => toRow(toMarked(item), { isSelected: true }))],
        columns - mark.length - 1,
      ),
    [head, dialog.items, columns],
  );
  const lines = items.map((item, index) =>
    paintRow(toRow(item, { isSelected: first + index === dialog.selected }), widths, theme, {
      isSelected: first + index === dialog.selected,
      isDim: item.refusal !== undefined,
    }),
  );
  const hasTitles = dialog.columns !== undefined && rows >= rowsForTitles && widths.cells.length > 0;
  const titles = layoutRow(head, widths);
  return (
    <>
      <Lines lines={question.map((line) => theme.paint('heading', line))} />
      {hasTitles && <Line>{theme.paint('dim', `${noMark}${titles.name}${titles.details}`.trimEnd())}</Line>}
      <Lines lines={lines} />
      {rows >= rowsForSample && <Lines lines={selected?.sample ?? []} />}
      {selected?.refusal !== undefined && (
        <Lines
          lines={wrapText(selected.refusal, columns - 1).map((line) =>
            theme.paint(dialog.refused ? 'warning' : 'dim', line),
          )}
        />
      )}
      <Lines
        lines={describeListKeys(dialog, {
          count: matches.length,
          hidden: widths.hidden,
          columns,
          // On the lowest screens, the keys give way to what there is to choose.
          most: room > leastRows ? Number.POSITIVE_INFINITY : 1,
        }).map((line) => theme.paint('dim', line))}
      />
    </>
  );
}

/** With the mark that it may get while the list is open, so that the columns stay. */
function toMarked(item: PickItem): PickItem {
  return item.isCurrent === undefined ? item : { ...item, isCurrent: true };
}

/** The cells of an item: its option first, then its facts. */
function toRow(item: PickItem, { isSelected }: { isSelected: boolean }): ListRow {
  const { text, cells = [], description, isCurrent = false, option } = item;
  const value = readOption(item);
  const room = option && option.values.length > 1;
  const chosen = value === undefined ? '' : room && isSelected ? `‹ ${value} ›` : room ? `  ${value}` : value;
  return {
    text,
    ...(isCurrent && { mark: currentMark }),
    cells: option ? [chosen, ...cells] : cells,
    description,
  };
}

function toTitles(items: readonly PickItem[], columns: readonly string[] = []): ListRow {
  const count = Math.max(0, ...items.map(({ cells = [], option }) => cells.length + (option ? 1 : 0)));
  return { text: '', cells: columns.slice(0, count), description: columns[count] ?? '' };
}

function paintRow(
  row: ListRow,
  columns: ListColumns,
  theme: Theme,
  { isSelected, isDim = false }: { isSelected: boolean; isDim?: boolean },
): string {
  const { name, details } = layoutRow(row, columns);
  if (isSelected) return theme.paint('selected', mark + name + details);
  return isDim ? theme.paint('dim', noMark + name + details) : noMark + name + theme.paint('dim', details);
}

const maxLength = 300;

/** Candidates for the draft, or the result of a search in earlier prompts, which is typed in the composer's place. */
export function HelpView({
  help,
  screenRows,
  ...props
}: ViewProps & { help: ComposerHelp | undefined; screenRows: number }): ReactNode {
  const { theme } = props.look;
  if (!help) return null;
  if (help.type === 'history-search') {
    const none = help.query === '' ? 'no earlier prompts' : 'nothing found';
    const found =
      help.found === undefined
        ? theme.paint('dim', none)
        : theme.paint('selected', mark + toOneLine(help.found.slice(0, maxLength)));
    const keys = describeSearchKeys(help, props.columns);
    return (
      <>
        <Line>{found}</Line>
        <Line>{theme.paint('dim', keys)}</Line>
      </>
    );
  }
  if (help.type === 'keys') {
    const rows = Math.max(props.rows, screenRows - aroundKeys - (help.isVi ? 1 : 0));
    return <KeySheet {...props} rows={rows} bindings={help.bindings} isVi={help.isVi} />;
  }
  return <CandidateList {...props} help={help} rows={Math.min(props.rows, help.height)} />;
}

/**
 * The rows beside the keys: a blank one, the edge, the end of the list, the draft and one that stays free. Nothing else is typed while they are
 * shown, so they may take more than a list. In vi mode its word has a row, too.
 */
const aroundKeys = 5;

/** As much of the keys as there is room for. They vanish with the next letter. */
function KeySheet({
  bindings,
  isVi,
  look: { theme },
  rows,
  columns,
}: ViewProps & { bindings: readonly KeyBinding[]; isVi: boolean }): ReactNode {
  const lines = layoutSheet(createKeySheet(bindings, { isVi }), {
    width: columns - 1,
    theme,
    isSpoken: false,
  });
  const shown = lines.slice(0, rows);
  const end = shown.length < lines.length ? 'Enter shows all keys' : 'Enter keeps this list';
  return (
    <>
      <Lines lines={shown} />
      <Line>{theme.paint('dim', `${end} · Esc closes`)}</Line>
    </>
  );
}

type CompletionHelp = Extract<ComposerHelp, { type: 'completion' }>;

/**
 * How many rows a list of candidates lacks to its full height. They stay empty above the edge, so that the draft stands still while a name
 * is typed.
 */
export function countSpareRows(help: ComposerHelp | undefined, rows: number): number {
  if (help?.type !== 'completion') return 0;
  return Math.max(0, Math.min(rows, help.height) - help.candidates.length);
}

/** The list right above the draft. */
function CandidateList({
  help,
  look: { theme, nameKeys },
  rows,
  columns,
}: ViewProps & { help: CompletionHelp }): ReactNode {
  const { candidates, selected, measured } = help;
  const { first, items } = toWindow(candidates, selected ?? 0, rows);
  const widths = useMemo(
    () => fitColumns(measured.map(toCandidateRow), columns - mark.length - 1),
    [measured, columns],
  );
  const lines = items.map((candidate, index) =>
    paintRow(toCandidateRow(candidate), widths, theme, { isSelected: first + index === selected }),
  );
  return (
    <>
      <Lines lines={lines} />
      <Line>{theme.paint('dim', describeMenuKeys(help, columns, nameKeys))}</Line>
    </>
  );
}

function toCandidateRow({
  text,
  label,
  description,
  cells = [],
  isCurrent,
}: CompletionHelp['measured'][number]): ListRow {
  const name = toOneLine((label ?? text).slice(0, maxLength));
  return {
    text: name,
    ...(isCurrent && { mark: currentMark }),
    cells: cells.map(toOneLine),
    description: toOneLine(description.slice(0, maxLength)),
  };
}

/** The part of a list that fits into `rows` rows and contains the selected item. */
function toWindow<T>(
  list: readonly T[],
  selected: number,
  rows: number,
): { first: number; items: readonly T[] } {
  const first = Math.max(0, Math.min(selected - Math.floor(rows / 2), list.length - rows));
  return { first, items: list.slice(first, first + rows) };
}

export function Lines({ lines }: { lines: readonly string[] }): ReactNode {
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place.
    <Line key={index}>{line}</Line>
  ));
}

/** A line that is cut if it is too long. An empty line takes a row, too. */
export function Line({ children }: { children: string }): ReactNode {
  return <Text wrap="truncate">{children === '' ? ' ' : children}</Text>;
}
