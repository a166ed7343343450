import { describeCount } from '../../describe-count.ts';
import { cellWidth, cutToWidth } from '../../terminal/cell-width.ts';
import { toOneLine } from '../../terminal-text.ts';
import { gutterWidth, indent, separator, speakers } from '../gutter.ts';
import type { Look } from '../look.ts';
import { describeQueueKeys } from '../queue-keys.ts';
import type { ReplState } from '../state.ts';
import type { SentPrompt } from '../turns/attachment.ts';
import { joinFitting } from './list-columns.ts';

/** How many waiting prompts are shown: the next ones and the last. */
const maxRows = 3;
const maxLength = 300;
/** A prompt of fewer cells would be the beginning of a word. */
const leastText = 16;
const state = `${separator}queued`;

/** The prompts that wait, quietly under the mark of prompts, and the keys for them: behind the last one, or below it if there is no room. */
export function drawWaiting(shown: ReplState, { look, columns }: { look: Look; columns: number }): string[] {
  const { queue } = shown;
  if (queue.length === 0) return [];
  const keys = describeQueueKeys(shown).flatMap((hint) =>
    shown.waitingDialog ? hint : look.nameKeys(hint) || [],
  );
  // The row that would count a single one shows it.
  const more = queue.length <= maxRows + 1 ? 0 : queue.length - maxRows;
  // The last cell of a row is never written.
  const room = columns - gutterWidth - 1;
  const isBeside = cellWidth(toTail(keys)) + leastText <= room;
  const toRow = (prompt: SentPrompt, tail: string): string =>
    `${speakers.prompt.mark} ${cutToWidth(describePrompt(prompt), Math.max(1, room - cellWidth(tail)))}${tail}`;
  // The last one was just sent, so it is seen.
  const last = queue.at(-1) as SentPrompt;
  const others = queue.slice(0, -1).slice(0, more > 0 ? maxRows - 1 : undefined);
  const rows = others.map((prompt) => toRow(prompt, state));
  if (more > 0) rows.push(indent(`${more} more`));
  rows.push(toRow(last, isBeside ? toTail(keys) : state));
  if (!isBeside) rows.push(indent(joinFitting(keys, room)));
  return rows.map((row) => look.theme.paint('dim', cutToWidth(row, columns - 1)));
}

function toTail(keys: readonly string[]): string {
  return state + keys.map((key) => separator + key).join('');
}

function describePrompt({ text, along = [] }: SentPrompt): string {
  const attached = along.length > 0 ? ` [${describeCount(along.length, 'image')}]` : '';
  return toOneLine(text.slice(0, maxLength)) + attached;
}
