import type { ReactNode } from 'react';
import { cellWidth } from '../../terminal/cell-width.ts';
import { cutToWidth } from '../../terminal/pad.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { Look } from '../look.ts';
import { Line } from './line.tsx';

const gap = ' ';
const hint = 'Backspace drops the last';

/** What goes along with the next prompt, the newest last: as many of them as fit into one line, and how to drop one. */
export function AttachmentsView({
  attachments,
  look: { theme },
  columns,
}: {
  attachments: readonly string[];
  look: Look;
  columns: number;
}): ReactNode {
  if (attachments.length === 0) return null;
  const room = columns - 1;
  const chips = attachments.map((one) => `[${toOneLine(one)}]`);
  let shown: string[] = [];
  for (const chip of chips.toReversed()) {
    const more = chips.length - shown.length - 1;
    const next = [chip, ...shown];
    if (shown.length > 0 && cellWidth(withMore(next, more)) > room) break;
    shown = next;
  }
  const line = cutToWidth(withMore(shown, chips.length - shown.length), room);
  const hasRoom = cellWidth(line) + gap.length + hint.length <= room;
  return <Line>{theme.paint('accent', line) + (hasRoom ? theme.paint('dim', gap + hint) : '')}</Line>;
}

function withMore(chips: readonly string[], more: number): string {
  return (more > 0 ? [`+${more}`, ...chips] : chips).join(gap);
}
