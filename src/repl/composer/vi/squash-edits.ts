import { type Draft, undo } from '../draft.ts';

/** Makes the edits behind the first `depth` ones one step of undo, which leads back to `cursorBefore`. */
export function squashEdits(draft: Draft, depth: number, cursorBefore?: number): Draft {
  const edits = draft.undoStack.slice(depth);
  const [first] = edits;
  if (!first || draft.undoStack.length < depth) return draft;
  let before = draft;
  while (before.undoStack.length > depth) before = undo(before);
  const place = cursorBefore ?? first.cursorBefore;
  if (edits.length === 1) {
    const edit = { ...first, cursorBefore: place };
    return { ...draft, undoStack: [...draft.undoStack.slice(0, depth), edit], lastAction: undefined };
  }
  const edit = { ...compare(before.text, draft.text), cursorBefore: place, cursorAfter: draft.cursor };
  const undoStack = draft.undoStack.slice(0, depth);
  return { ...draft, undoStack: [...undoStack, edit], lastAction: undefined };
}

/** The one replacement that leads from a text to another. */
function compare(before: string, after: string): { start: number; removed: string; inserted: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same])
    same += 1;
  return {
    start,
    removed: before.slice(start, before.length - same),
    inserted: after.slice(start, after.length - same),
  };
}
