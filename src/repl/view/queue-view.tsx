import type { ReactNode } from 'react';
import type { PromptText } from '../../prompt-text.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { Look } from '../look.ts';
import { Line } from './line.tsx';

/** How many of them are shown. */
const maxRows = 3;
const maxLength = 300;

/** What goes out when the answer has ended, or when the person says so. */
export function QueueView({
  queue,
  isHeld,
  look,
}: {
  queue: readonly PromptText[];
  isHeld: boolean;
  look: Look;
}): ReactNode {
  const { theme } = look;
  const more = queue.length - maxRows;
  const keys = `${isHeld ? 'Enter sends what waits · ' : ''}Up takes the last one back`;
  const lines = [
    ...queue.slice(0, maxRows).map(({ text }) => `next › ${toOneLine(text.slice(0, maxLength))}`),
    ...(more > 0 ? [`       and ${more} more`] : []),
    ...(queue.length > 0 ? [`       ${keys}`] : []),
  ];
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the same words can wait twice.
    <Line key={index}>{theme.paint('dim', line)}</Line>
  ));
}
