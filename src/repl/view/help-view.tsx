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
  return <CandidateList help={help} look={look} rows={Math.min(rows, help.height)} />;
}

type CompletionHelp = Extract<ComposerHelp, { type: 'completion' }>;

/** Stands right above what is typed, and keeps its rows however few candidates are left. */
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
