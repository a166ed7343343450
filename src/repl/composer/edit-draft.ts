import { cleanText, type Draft, moveTo, replaceRange, undo } from './draft.ts';
import { findNextBoundary, findPreviousBoundary } from './graphemes.ts';
import { findLineEnd, findLineStart } from './move-cursor.ts';
import { findWordEnd, findWordStart } from './words.ts';

const maxKills = 60;

/** Puts in what was typed. */
export function insert(draft: Draft, text: string): Draft {
  const { cursor } = draft;
  return replaceRange(draft, { start: cursor, end: cursor, text: cleanText(text), action: 'type' });
}

export function insertNewline(draft: Draft): Draft {
  return insert(draft, '\n');
}

/** Whether Enter goes on in a new line: an odd number of backslashes stands before the cursor, at the end of a line. */
export function continuesLine({ text, cursor }: Draft): boolean {
  if (cursor < text.length && text[cursor] !== '\n') return false;
  let start = cursor;
  while (text[start - 1] === '\\') start -= 1;
  return (cursor - start) % 2 === 1;
}

/** Makes a new line of the backslash before the cursor. */
export function continueLine(draft: Draft): Draft {
  if (!continuesLine(draft)) return draft;
  return replaceRange(draft, { start: draft.cursor - 1, end: draft.cursor, text: '\n' });
}

export function deleteBack(draft: Draft): Draft {
  const { text, cursor } = draft;
  return remove(draft, findPreviousBoundary(text, cursor), cursor);
}

export function deleteForward(draft: Draft): Draft {
  const { text, cursor } = draft;
  return remove(draft, cursor, findNextBoundary(text, cursor));
}

function remove(draft: Draft, start: number, end: number): Draft {
  return replaceRange(draft, { start, end, text: '', action: 'delete' });
}

export function killWordBack(draft: Draft): Draft {
  return kill(draft, findWordStart(draft.text, draft.cursor), draft.cursor);
}

export function killWordForward(draft: Draft): Draft {
  return kill(draft, draft.cursor, findWordEnd(draft.text, draft.cursor));
}

/** At the end of a line, the line end. */
export function killToLineEnd(draft: Draft): Draft {
  const { text, cursor } = draft;
  const end = findLineEnd(text, cursor);
  return kill(draft, cursor, end === cursor ? findNextBoundary(text, cursor) : end);
}

/** At the start of a line, the line end before it. */
export function killToLineStart(draft: Draft): Draft {
  const { text, cursor } = draft;
  const start = findLineStart(text, cursor);
  return kill(draft, start === cursor ? findPreviousBoundary(text, cursor) : start, cursor);
}

/** Cuts into the kill ring; cuts in a row are one. */
function kill(draft: Draft, start: number, end: number): Draft {
  if (start === end) return draft;
  const after = replaceRange(draft, { start, end, text: '', action: 'kill' });
  const killed = after.undoStack.at(-1)?.removed ?? '';
  const goesOn = draft.lastAction === 'kill';
  const last = goesOn ? (draft.killRing.at(-1) ?? '') : '';
  const others = goesOn ? draft.killRing.slice(0, -1) : draft.killRing.slice(1 - maxKills);
  return { ...after, killRing: [...others, start < draft.cursor ? killed + last : last + killed] };
}

/** Puts in what was cut last. */
export function yank(draft: Draft): Draft {
  const { cursor, killRing } = draft;
  return replaceRange(draft, { start: cursor, end: cursor, text: killRing.at(-1) ?? '', action: 'yank' });
}

/** Right after a yank: puts in what was cut before, instead. */
export function yankPop(draft: Draft): Draft {
  const last = draft.killRing.at(-1);
  if (draft.lastAction !== 'yank' || last === undefined || draft.killRing.length < 2) return draft;
  return yank({ ...undo(draft), killRing: [last, ...draft.killRing.slice(0, -1)] });
}

/** Exchanges the graphemes around the cursor, at the end of a line the two before it. */
export function transpose(draft: Draft): Draft {
  const { text, cursor } = draft;
  const isAtEnd = cursor === findLineEnd(text, cursor);
  const middle = isAtEnd ? findPreviousBoundary(text, cursor) : cursor;
  const lineStart = findLineStart(text, cursor);
  if (middle <= lineStart) return draft;
  const [start, end] = [findPreviousBoundary(text, middle), findNextBoundary(text, middle)];
  const swapped = text.slice(middle, end) + text.slice(start, middle);
  return swapped === text.slice(start, end)
    ? moveTo(draft, end)
    : replaceRange(draft, { start, end, text: swapped });
}
