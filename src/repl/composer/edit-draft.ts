import { cleanText, clear, type Draft, moveTo, redo, replaceRange, undo } from './draft.ts';
import { findNextBoundary, findPreviousBoundary } from './graphemes.ts';
import { moveByRow, type RowOptions } from './layout-draft.ts';
import { expandNearestPaste } from './pastes.ts';
import { findLineEnd, findLineStart, findWordEnd, findWordStart } from './words.ts';

type Edit = (draft: Draft, rows: RowOptions) => Draft;

/** The commands that only edit the draft. */
const editing = {
  'new-line': (draft) => insert(draft, '\n'),
  left: move(findPreviousBoundary),
  right: move(findNextBoundary),
  up: (draft, rows) => moveByRow(draft, -1, rows),
  down: (draft, rows) => moveByRow(draft, 1, rows),
  'word-left': move(findWordStart),
  'word-right': move(findWordEnd),
  // Lines are those of the text, not rows of the screen.
  'line-start': move(findLineStart),
  'line-end': move(findLineEnd),
  'draft-start': move(() => 0),
  'draft-end': move(({ length }) => length),
  'delete-back': remove(findPreviousBoundary),
  'delete-forward': remove(findNextBoundary),
  'delete-word-back': kill(findWordStart),
  'delete-word-forward': kill(findWordEnd),
  'delete-to-line-start': kill(findLineStart, findPreviousBoundary),
  'delete-to-line-end': kill(findLineEnd, findNextBoundary),
  yank,
  'yank-pop': yankPop,
  transpose,
  undo,
  redo,
  clear,
  'expand-paste': expandNearestPaste,
} as const satisfies Record<string, Edit>;

export type EditingCommand = keyof typeof editing;

export function isEditingCommand(command: string): command is EditingCommand {
  return Object.hasOwn(editing, command);
}

/** The draft after a command. It is the same object if there was nothing to do, so that Up in the first row can do something else. */
export function reduceDraft(draft: Draft, command: EditingCommand, rows: RowOptions): Draft {
  return editing[command](draft, rows);
}

const maxKills = 60;

export function insert(draft: Draft, text: string): Draft {
  return insertPiece(draft, cleanText(text));
}

/** Inserts a piece of a draft, with what stands for pastes in it. */
export function insertPiece(draft: Draft, text: string): Draft {
  const { cursor } = draft;
  return replaceRange(draft, { start: cursor, end: cursor, text, action: 'type' });
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

/** Finds a place in a text from the cursor. */
type Find = (text: string, cursor: number) => number;

function move(find: Find): Edit {
  return (draft) => moveTo(draft, find(draft.text, draft.cursor));
}

function remove(find: Find): Edit {
  return (draft) => {
    const place = find(draft.text, draft.cursor);
    return replaceRange(draft, { ...toRange(draft, place), text: '', action: 'delete' });
  };
}

/** Cuts from the cursor to a place into the kill ring; if the cursor is there already, to another. Cuts in a row are joined. */
function kill(find: Find, findOther: Find = find): Edit {
  return (draft) => {
    const { text, cursor } = draft;
    const found = find(text, cursor);
    const place = found === cursor ? findOther(text, cursor) : found;
    if (place === cursor) return draft;
    const after = replaceRange(draft, { ...toRange(draft, place), text: '', action: 'kill' });
    const killed = after.undoStack.at(-1)?.removed ?? '';
    const isJoined = draft.lastAction === 'kill';
    const last = isJoined ? (draft.killRing.at(-1) ?? '') : '';
    const others = isJoined ? draft.killRing.slice(0, -1) : draft.killRing.slice(1 - maxKills);
    return { ...after, killRing: [...others, place < cursor ? killed + last : last + killed] };
  };
}

function toRange({ cursor }: Draft, place: number): { start: number; end: number } {
  return { start: Math.min(cursor, place), end: Math.max(cursor, place) };
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
