import { cleanText, clear, type Draft, moveTo, redo, replaceRange, undo } from './draft.ts';
import { findNextBoundary, findPreviousBoundary } from './graphemes.ts';
import { moveByRow, type RowOptions } from './layout-draft.ts';
import { expandPasteAtCursor } from './pastes.ts';
import { findLineEnd, findLineStart, findWordEnd, findWordStart } from './words.ts';

/** The commands that only edit the draft. */
const editing = {
  'new-line': insertNewline,
  left: moveLeft,
  right: moveRight,
  up: (draft, rows) => moveByRow(draft, -1, rows),
  down: (draft, rows) => moveByRow(draft, 1, rows),
  'word-left': moveWordLeft,
  'word-right': moveWordRight,
  'line-start': moveToLineStart,
  'line-end': moveToLineEnd,
  'draft-start': moveToStart,
  'draft-end': moveToEnd,
  'delete-back': deleteBack,
  'delete-forward': deleteForward,
  'delete-word-back': killWordBack,
  'delete-word-forward': killWordForward,
  'delete-to-line-start': killToLineStart,
  'delete-to-line-end': killToLineEnd,
  yank,
  'yank-pop': yankPop,
  transpose,
  undo,
  redo,
  clear,
  'expand-paste': expandPasteAtCursor,
} as const satisfies Record<string, (draft: Draft, rows: RowOptions) => Draft>;

export type EditingCommand = keyof typeof editing;

export function isEditingCommand(command: string): command is EditingCommand {
  return Object.hasOwn(editing, command);
}

/** The draft after a command. It is the same object if there was nothing to do, so that Up in the first row can do something else. */
export function reduceDraft(draft: Draft, command: EditingCommand, rows: RowOptions): Draft {
  return editing[command](draft, rows);
}

const maxKills = 60;

/** Inserts typed text. */
export function insert(draft: Draft, text: string): Draft {
  const { cursor } = draft;
  return replaceRange(draft, { start: cursor, end: cursor, text: cleanText(text), action: 'type' });
}

function insertNewline(draft: Draft): Draft {
  return insert(draft, '\n');
}

/** Whether Enter begins a new line: an odd number of backslashes stands before the cursor, at the end of a line. */
export function continuesLine({ text, cursor }: Draft): boolean {
  if (cursor < text.length && text[cursor] !== '\n') return false;
  let start = cursor;
  while (text[start - 1] === '\\') start -= 1;
  return (cursor - start) % 2 === 1;
}

/** Replaces the backslash before the cursor by a line end. */
export function continueLine(draft: Draft): Draft {
  if (!continuesLine(draft)) return draft;
  return replaceRange(draft, { start: draft.cursor - 1, end: draft.cursor, text: '\n' });
}

function deleteBack(draft: Draft): Draft {
  const { text, cursor } = draft;
  return remove(draft, findPreviousBoundary(text, cursor), cursor);
}

function deleteForward(draft: Draft): Draft {
  const { text, cursor } = draft;
  return remove(draft, cursor, findNextBoundary(text, cursor));
}

function remove(draft: Draft, start: number, end: number): Draft {
  return replaceRange(draft, { start, end, text: '', action: 'delete' });
}

function killWordBack(draft: Draft): Draft {
  return kill(draft, findWordStart(draft.text, draft.cursor), draft.cursor);
}

function killWordForward(draft: Draft): Draft {
  return kill(draft, draft.cursor, findWordEnd(draft.text, draft.cursor));
}

/** At the end of a line it cuts the line end. */
function killToLineEnd(draft: Draft): Draft {
  const { text, cursor } = draft;
  const end = findLineEnd(text, cursor);
  return kill(draft, cursor, end === cursor ? findNextBoundary(text, cursor) : end);
}

/** At the start of a line it cuts the line end before it. */
function killToLineStart(draft: Draft): Draft {
  const { text, cursor } = draft;
  const start = findLineStart(text, cursor);
  return kill(draft, start === cursor ? findPreviousBoundary(text, cursor) : start, cursor);
}

/** Cuts into the kill ring. Cuts in a row are joined. */
function kill(draft: Draft, start: number, end: number): Draft {
  if (start === end) return draft;
  const after = replaceRange(draft, { start, end, text: '', action: 'kill' });
  const killed = after.undoStack.at(-1)?.removed ?? '';
  const goesOn = draft.lastAction === 'kill';
  const last = goesOn ? (draft.killRing.at(-1) ?? '') : '';
  const others = goesOn ? draft.killRing.slice(0, -1) : draft.killRing.slice(1 - maxKills);
  return { ...after, killRing: [...others, start < draft.cursor ? killed + last : last + killed] };
}

/** Inserts the text that was cut last. */
function yank(draft: Draft): Draft {
  const { cursor, killRing } = draft;
  return replaceRange(draft, { start: cursor, end: cursor, text: killRing.at(-1) ?? '', action: 'yank' });
}

/** After a yank: replaces the inserted text by the one that was cut before it. */
function yankPop(draft: Draft): Draft {
  const last = draft.killRing.at(-1);
  if (draft.lastAction !== 'yank' || last === undefined || draft.killRing.length < 2) return draft;
  return yank({ ...undo(draft), killRing: [last, ...draft.killRing.slice(0, -1)] });
}

/** Exchanges the graphemes around the cursor; at the end of a line, the two before it. */
function transpose(draft: Draft): Draft {
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

function moveLeft(draft: Draft): Draft {
  return moveTo(draft, findPreviousBoundary(draft.text, draft.cursor));
}

function moveRight(draft: Draft): Draft {
  return moveTo(draft, findNextBoundary(draft.text, draft.cursor));
}

function moveWordLeft(draft: Draft): Draft {
  return moveTo(draft, findWordStart(draft.text, draft.cursor));
}

function moveWordRight(draft: Draft): Draft {
  return moveTo(draft, findWordEnd(draft.text, draft.cursor));
}

/** Lines are those of the text, not rows of the screen. */
function moveToLineStart(draft: Draft): Draft {
  return moveTo(draft, findLineStart(draft.text, draft.cursor));
}

function moveToLineEnd(draft: Draft): Draft {
  return moveTo(draft, findLineEnd(draft.text, draft.cursor));
}

function moveToStart(draft: Draft): Draft {
  return moveTo(draft, 0);
}

function moveToEnd(draft: Draft): Draft {
  return moveTo(draft, draft.text.length);
}
