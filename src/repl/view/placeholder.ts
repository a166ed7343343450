import { cutToWidth } from '../../terminal/cell-width.ts';
import { gutterWidth, toDensity } from '../gutter.ts';
import type { ReplState } from '../state.ts';

/** What an empty draft shows in its place, in one row. Undefined if something else tells what to type, or nothing is to be typed. */
export function findPlaceholder(state: ReplState, columns: number): string | undefined {
  const { draft, dialog, help, work, queue, revision, attachments } = state;
  if (draft.text !== '' || dialog || help || work || revision || queue.length > 0 || attachments.length > 0)
    return undefined;
  // The last cell of a row is never written.
  return cutToWidth(choosePlaceholder(state, columns), columns - gutterWidth - 1);
}

function choosePlaceholder({ isNewcomer, facts }: ReplState, columns: number): string {
  if (isNewcomer)
    return toDensity(columns) === 'narrow'
      ? 'Ask, @file, !command or /command'
      : 'Ask anything · @file adds a file · !command adds its output';
  return facts.isBegun ? 'Ask a follow-up' : 'Ask anything';
}
