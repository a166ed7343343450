import { describeCount } from '../../describe-count.ts';
import { cellWidth, cutToWidth } from '../../terminal/cell-width.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { Look } from '../look.ts';
import { describeQueueKeys } from '../queue-keys.ts';
import type { ReplState } from '../state.ts';
import { gutterWidth, indent, separator, speakers } from '../tokens.ts';
import type { SentPrompt } from '../turns/attachment.ts';
import { joinFitting } from './list-columns.ts';

/** How many waiting prompts are shown. */
const maxRows = 3;
const maxLength = 300;
/** A prompt of fewer cells would be the beginning of a word. */
const leastText = 16;
const state = `${separator}queued`;

/** The prompts that wait, quietly under the mark of prompts, and the keys for them: behind the last one, or below it if there is no room. */
export function drawWaiting(shown: ReplState, { look, columns }: { look: Look; columns: number }): string[] {
  const { queue } = shown;
  if (queue.length === 0) return [];
  const keys = describeQueueKeys(shown);
  // The row that would count a single one shows it.
  const count = queue.length === maxRows + 1 ? queue.length : maxRows;
  const more = queue.length - count;
  // The last cell of a row is never written.
  const room = columns - gutterWidth - 1;
  const isBeside = more <= 0 && cellWidth(toTail(keys)) + leastText <= room;
  const rows = queue.slice(0, count).map((prompt, index) => {
    const tail = isBeside && index === queue.length - 1 ? toTail(keys) : state;
    return `${speakers.prompt.mark} ${cutToWidth(describePrompt(prompt), Math.max(1, room - cellWidth(tail)))}${tail}`;
  });
  if (more > 0) rows.push(indent(joinFitting([`and ${more} more`, ...keys], room)));
  else if (!isBeside) rows.push(indent(joinFitting(keys, room)));
  return rows.map((row) => look.theme.paint('dim', cutToWidth(row, columns - 1)));
}

function toTail(keys: readonly string[]): string {
  return state + keys.map((key) => separator + key).join('');
}

function describePrompt({ text, along = [] }: SentPrompt): string {
  const attached = along.length > 0 ? ` [${describeCount(along.length, 'image')}]` : '';
  return toOneLine(text.slice(0, maxLength)) + attached;
}
