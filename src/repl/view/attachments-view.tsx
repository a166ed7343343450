import type { ReactNode } from 'react';
import { toOneLine } from '../../terminal-text.ts';
import type { Look } from '../look.ts';
import { Line } from './line.tsx';

/** What goes along with the next prompt. */
export function AttachmentsView({
  attachments,
  look,
}: {
  attachments: readonly string[];
  look: Look;
}): ReactNode {
  if (attachments.length === 0) return null;
  return <Line>{look.theme.paint('accent', attachments.map(toOneLine).join(' '))}</Line>;
}
