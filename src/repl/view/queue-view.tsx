import type { ReactNode } from 'react';
import { describeCount } from '../../describe-count.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { Look } from '../look.ts';
import type { SentPrompt } from '../turns/attachment.ts';
import { Line } from './line.tsx';

/** How many of them are shown. */
const maxRows = 3;
const maxLength = 300;

function describeWaiting({ text, along = [] }: SentPrompt): string {
  const attached = along.length > 0 ? ` [${describeCount(along.length, 'image')}]` : '';
  return `next › ${toOneLine(text.slice(0, maxLength))}${attached}`;
}

/** What goes out when the answer has ended, or when the person says so. */
export function QueueView({
  queue,
  isHeld,
  look,
}: {
  queue: readonly SentPrompt[];
  isHeld: boolean;
  look: Look;
}): ReactNode {
  const { theme } = look;
  const more = queue.length - maxRows;
  const keys = `${isHeld ? 'Enter sends what waits · ' : ''}Up takes the last one back`;
  const lines = [
    ...queue.slice(0, maxRows).map(describeWaiting),
    ...(more > 0 ? [`       and ${more} more`] : []),
    ...(queue.length > 0 ? [`       ${keys}`] : []),
  ];
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the same words can wait twice.
    <Line key={index}>{theme.paint('dim', line)}</Line>
  ));
}
