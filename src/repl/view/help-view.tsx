import type { ReactNode } from 'react';
import { cellWidth } from '../../terminal/cell-width.ts';
import { padToWidth } from '../../terminal/pad.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { Look } from '../look.ts';
import type { ComposerHelp } from '../state.ts';
import { Line } from './line.tsx';
import { toWindow } from './window.ts';

const maxLength = 300;

/** Candidates for what is being typed, or what a search in earlier prompts found. */
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
  const { first, items } = toWindow(help.candidates, help.selected, rows);
  const width = Math.max(0, ...items.map(({ text }) => cellWidth(text)));
  return items.map(({ text, description }, index) => {
    const isSelected = first + index === help.selected;
    const padded = padToWidth(text, width);
    return (
      <Line key={text}>
        {isSelected
          ? theme.paint('selected', `› ${padded}  ${description}`)
          : `  ${padded}  ${theme.paint('dim', description)}`}
      </Line>
    );
  });
}
