import type { ReactNode } from 'react';
import { cellWidth } from '../../terminal/cell-width.ts';
import { padToWidth } from '../../terminal/pad.ts';
import { listMatches, type PickDialog } from '../dialogs/dialog.ts';
import type { Look } from '../look.ts';
import { Line } from './line.tsx';
import { toWindow } from './window.ts';

/** On fewer rows there is none for a sample. */
const rowsForSample = 7;

/** A list to choose from. What is typed to filter it stands in the composer's place. */
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
            : `${dialog.selected + 1} of ${matches.length} · Enter picks · Esc leaves`,
        )}
      </Line>
    </>
  );
}
