import { clear, type Draft, redo, undo } from './draft.ts';
import type { RowOptions } from './draft-rows.ts';
import {
  deleteBack,
  deleteForward,
  insertNewline,
  killToLineEnd,
  killToLineStart,
  killWordBack,
  killWordForward,
  transpose,
  yank,
  yankPop,
} from './edit-draft.ts';
import { moveByRow } from './layout-draft.ts';
import {
  moveLeft,
  moveRight,
  moveToEnd,
  moveToLineEnd,
  moveToLineStart,
  moveToStart,
  moveWordLeft,
  moveWordRight,
} from './move-cursor.ts';
import { expandPasteAtCursor } from './pastes.ts';

/** What a key does to the draft alone. */
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

/** The draft after a command. The same object where the command found nothing to do, so that Up on the first row can mean another thing. */
export function reduceDraft(draft: Draft, command: EditingCommand, rows: RowOptions): Draft {
  return editing[command](draft, rows);
}
