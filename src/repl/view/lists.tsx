import { Text } from 'ink';
import type { ReactNode } from 'react';
import { cellWidth, padToWidth } from '../../terminal/cell-width.ts';
import { toOneLine } from '../../terminal-text.ts';
import { describePickKeys, listMatches, type PickDialog } from '../dialogs/dialog.ts';
import type { Look } from '../look.ts';
import type { ComposerHelp } from '../state.ts';

/** With fewer rows there is no room for a sample. */
const rowsForSample = 7;

/** A list to choose from. The filter is typed in the composer's place. */
export function PickView({
  dialog,
  look,
  rows,
}: {
  dialog: PickDialog;
  look: Look;
  rows: number;
}): ReactNode {
  const { theme } = look;
  const matches = listMatches(dialog);
  const { first, items } = toWindow(matches, dialog.selected, rows);
  const width = Math.max(0, ...matches.map(({ text }) => cellWidth(text)));
  return (
    <>
      <Line>{theme.paint('heading', dialog.title)}</Line>
      {items.map((item, index) => {
        const isSelected = first + index === dialog.selected;
        const text = padToWidth(item.text, width);
        return (
          <Line key={`${item.text} ${item.description}`}>
            {isSelected
              ? theme.paint('selected', `› ${text}  ${item.description}`)
              : `  ${text}  ${theme.paint('dim', item.description)}`}
          </Line>
        );
      })}
      {rows >= rowsForSample &&
        matches[dialog.selected]?.sample?.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place.
          <Line key={index}>{line}</Line>
        ))}
      <Line>
        {theme.paint(
          'dim',
          matches.length === 0
            ? 'Nothing matches; Esc leaves'
            : `${dialog.selected + 1} of ${matches.length} · ${describePickKeys(dialog)}`,
        )}
      </Line>
    </>
  );
}

const maxLength = 300;

/** Candidates for the draft, or the result of a search in earlier prompts. */
export function HelpView({
  help,
  look,
  rows,
}: {
  help: ComposerHelp | undefined;
  look: Look;
  rows: number;
}): ReactNode {
  const { theme } = look;
  if (!help) return null;
  if (help.type === 'history-search') {
    const found = help.found === undefined ? 'nothing found' : toOneLine(help.found.slice(0, maxLength));
    return <Line>{`${theme.paint('accent', `search › ${help.query}`)}  ${theme.paint('dim', found)}`}</Line>;
  }
  return <CandidateList help={help} look={look} rows={Math.min(rows, help.height)} />;
}

type CompletionHelp = Extract<ComposerHelp, { type: 'completion' }>;

/** The list right above the draft. It keeps its rows, however few candidates are left. */
function CandidateList({
  help: { candidates, selected },
  look: { theme },
  rows,
}: {
  help: CompletionHelp;
  look: Look;
  rows: number;
}): ReactNode {
  const { first, items } = toWindow(candidates, selected ?? 0, rows);
  const labels = items.map(({ label, text }) => toOneLine(label ?? text));
  const width = Math.max(0, ...labels.map(cellWidth));
  const lines = items.map(({ description }, index) => {
    const padded = padToWidth(labels[index] ?? '', width);
    const details = toOneLine(description.slice(0, maxLength));
    return first + index === selected
      ? theme.paint('selected', `› ${padded}  ${details}`)
      : `  ${padded}  ${theme.paint('dim', details)}`;
  });
  const blanks = Array.from({ length: Math.max(0, rows - lines.length) }, () => '');
  return [...blanks, ...lines].map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place.
    <Line key={index}>{line}</Line>
  ));
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

/** A line that is cut if it is too long. An empty line takes a row, too. */
export function Line({ children }: { children: string }): ReactNode {
  return <Text wrap="truncate">{children === '' ? ' ' : children}</Text>;
}
