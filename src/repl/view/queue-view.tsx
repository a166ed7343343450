import type { ReactNode } from 'react';
import { toOneLine } from '../../terminal-text.ts';
import type { Look } from '../look.ts';
import { Line } from './line.tsx';

/** How many of them are shown. */
const maxRows = 3;
const maxLength = 300;

/** What goes out when the answer has ended. */
export function QueueView({ queue, look }: { queue: readonly string[]; look: Look }): ReactNode {
  const { theme } = look;
  const more = queue.length - maxRows;
  return (
    <>
      {queue.slice(0, maxRows).map((prompt, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same words can wait twice.
        <Line key={index}>{theme.paint('dim', `next › ${toOneLine(prompt.slice(0, maxLength))}`)}</Line>
      ))}
      {more > 0 && <Line>{theme.paint('dim', `       and ${more} more`)}</Line>}
      {queue.length > 0 && <Line>{theme.paint('dim', '       Up takes the last one back')}</Line>}
    </>
  );
}
