import { type Draft, moveTo, redo, replaceRange, undo } from '../draft.ts';
import { insertPiece } from '../edit-draft.ts';
import { findNextBoundary, findPreviousBoundary } from '../graphemes.ts';
import { findLineEnd, findLineStart } from '../words.ts';
import {
  change,
  deleteCharacters,
  joinLines,
  put,
  putOver,
  replaceCharacters,
  switchCase,
  switchLetters,
} from './changes.ts';
import { parseViCommand, type ViCommand } from './command.ts';
import { clampToLine, findFirstNonBlank, type Moved, move } from './motions.ts';
import { findObject, type Region } from './objects.ts';
import { squashEdits } from './squash-edits.ts';
import type { Insertion, ViState, ViStep } from './vi-state.ts';

/** A key of normal or visual mode: a character, `<esc>` or `<c-r>`. */
export function pressVi(vi: ViState, given: Draft, key: string): ViStep {
  const draft = vi.mode === 'normal' ? clamp(given) : given;
  if (key === '<esc>') {
    if (vi.pending.length > 0) return { vi: { ...vi, pending: [] }, draft };
    if (vi.mode === 'normal') return { vi, draft, refused: key };
    return { vi: { ...vi, mode: 'normal' }, draft: clamp(draft) };
  }
  const keys = [...vi.pending, key];
  const command = parseViCommand(keys, vi.mode !== 'normal');
  if (command === 'partial') return { vi: { ...vi, pending: keys }, draft };
  const free = { ...vi, pending: [] };
  if (!command) return { vi: free, draft, refused: keys.join('') };
  const step = vi.mode === 'normal' ? runNormal(free, draft, command) : runVisual(free, draft, command);
  return step ?? { vi: noteFind(free, command), draft, refused: keys.join('') };
}

/** Esc in insert mode: what was typed becomes one step of undo, and is repeated if there was a count. */
export function leaveInsert(vi: ViState, typed: Draft): ViStep {
  const { insertion } = vi;
  let draft = typed;
  const inserted = insertion && readInserted(insertion, draft);
  const times = insertion?.command.operator === undefined ? (insertion?.command.count ?? 1) : 1;
  const isRepeated = insertion && 'iIaAoO'.includes(insertion.command.key);
  if (inserted !== undefined && isRepeated)
    for (let left = times - 1; left > 0; left -= 1)
      draft = insertPiece(draft, (/[oO]/.test(insertion.command.key) ? '\n' : '') + inserted);
  draft = squashEdits(draft, insertion?.depth ?? 0, insertion?.cursorBefore);
  const { text, cursor } = draft;
  if (cursor > findLineStart(text, cursor)) draft = moveTo(draft, findPreviousBoundary(text, cursor));
  const change = insertion ? { command: insertion.command, inserted } : vi.change;
  return { vi: { ...vi, mode: 'normal', pending: [], insertion: undefined, goal: undefined, change }, draft };
}

/** Undefined if the text around was changed, too. */
function readInserted({ text, start }: Insertion, draft: Draft): string | undefined {
  const rest = text.slice(start);
  const isAround = draft.text.startsWith(text.slice(0, start)) && draft.text.endsWith(rest);
  const end = draft.text.length - rest.length;
  return isAround && end >= start && draft.cursor === end ? draft.text.slice(start, end) : undefined;
}

function clamp(draft: Draft): Draft {
  const place = clampToLine(draft.text, draft.cursor);
  return place === draft.cursor ? draft : moveTo(draft, place);
}

function runNormal(vi: ViState, draft: Draft, command: ViCommand): ViStep | undefined {
  const { text, cursor } = draft;
  const times = command.count ?? 1;
  if (command.operator !== undefined) return runOperator(vi, draft, command, command.operator);
  const short = shortForms[command.key];
  if (short) return remember(runNormal(vi, draft, { ...command, ...short }), command);
  const { key } = command;
  switch (key) {
    case 'u':
    case '<c-r>':
      return runUndo(vi, draft, key === 'u' ? undo : redo, times);
    case 'x':
    case 'X':
      return deleteCharacters(vi, draft, command);
    case 'r':
      return replaceCharacters(vi, draft, command);
    case '~':
      return switchCase(vi, draft, command);
    case 'J':
      return joinLines(vi, draft, command);
    case 'p':
    case 'P':
      return put(vi, draft, command);
    case '.':
      return repeatChange(vi, draft, command.count);
    case 'v':
    case 'V':
      return {
        vi: { ...vi, mode: key === 'v' ? 'visual' : 'visual-line', anchor: cursor, goal: undefined },
        draft,
      };
    case 'i':
      return beginInsert(vi, draft, command, { at: cursor });
    case 'a':
      return beginInsert(vi, draft, command, {
        at: findLineEnd(text, cursor) === cursor ? cursor : findNextBoundary(text, cursor),
      });
    case 'I': {
      const first = findFirstNonBlank(text, cursor);
      const isBlank = text.slice(findLineStart(text, cursor), findLineEnd(text, cursor)).trim() === '';
      return beginInsert(vi, draft, command, { at: isBlank ? findLineEnd(text, cursor) : first });
    }
    case 'A':
      return beginInsert(vi, draft, command, { at: findLineEnd(text, cursor) });
    case 'o':
    case 'O':
      return openLine(vi, draft, command);
    default:
      return runMotion(vi, draft, command);
  }
}

/** Commands that stand for an operator and a motion. */
const shortForms: Record<string, Pick<ViCommand, 'operator' | 'key'>> = {
  D: { operator: 'd', key: '$' },
  C: { operator: 'c', key: '$' },
  s: { operator: 'c', key: 'l' },
  S: { operator: 'c', key: 'line' },
  Y: { operator: 'y', key: 'line' },
};

function remember(step: ViStep | undefined, command: ViCommand): ViStep | undefined {
  if (!step) return undefined;
  const { vi } = step;
  if (vi.insertion) return { ...step, vi: { ...vi, insertion: { ...vi.insertion, command } } };
  return command.key === 'Y' ? step : { ...step, vi: { ...vi, change: { command, inserted: undefined } } };
}

function runMotion(vi: ViState, draft: Draft, command: ViCommand): ViStep | undefined {
  const moved = findMoved(vi, draft, command);
  if (!moved) return undefined;
  const place = vi.mode === 'normal' ? clampToLine(draft.text, moved.at) : moved.at;
  return { vi: { ...noteFind(vi, command), goal: moved.goal }, draft: moveTo(draft, place) };
}

function findMoved(vi: ViState, { text, cursor }: Draft, command: ViCommand): Moved | undefined {
  const { find, goal } = vi;
  return move(text, cursor, { ...command, find, goal, isVisual: vi.mode !== 'normal' });
}

function noteFind(vi: ViState, { key, character }: ViCommand): ViState {
  return 'fFtT'.includes(key) && character !== undefined ? { ...vi, find: { key, character } } : vi;
}

function runOperator(vi: ViState, draft: Draft, command: ViCommand, operator: string): ViStep | undefined {
  const { text, cursor } = draft;
  let region: (Region & { place?: number }) | undefined;
  if (/^[ia]./.test(command.key))
    region = findObject(text, cursor, {
      key: command.key.charAt(1),
      isAround: command.key.startsWith('a'),
      count: command.count ?? 1,
    });
  else {
    const moved = findMoved(vi, draft, command);
    region = moved && { ...toRegion(text, cursor, moved, operator), place: Math.min(cursor, moved.at) };
  }
  if (!region || (region.isLinewise && text === '' && operator === 'd')) return undefined;
  return operate(noteFind(vi, command), draft, region, command, operator);
}

/** What stands between the cursor and the place of a motion, by Vim's rules for places at the start of a line. */
function toRegion(
  text: string,
  cursor: number,
  { at, isLinewise, isInclusive }: Moved,
  operator: string,
): Region {
  const [start, last] = at < cursor ? [at, cursor] : [cursor, at];
  if (isLinewise)
    return { start: findLineStart(text, start), end: findLineEnd(text, last), isLinewise: true };
  let end = isInclusive && last < findLineEnd(text, last) ? findNextBoundary(text, last) : last;
  const isInIndent = text.slice(findLineStart(text, start), start).trim() === '';
  const spansLines = text.slice(start, last).includes('\n');
  if (!isInclusive && spansLines && end === findLineStart(text, end)) {
    end -= 1;
    if (isInIndent)
      return { start: findLineStart(text, start), end: findLineEnd(text, end), isLinewise: true };
  }
  const isToEnd = text.slice(end, findLineEnd(text, end)).trim() === '';
  if (operator === 'd' && text.slice(start, end).includes('\n') && isToEnd && isInIndent)
    return { start: findLineStart(text, start), end: findLineEnd(text, end), isLinewise: true };
  return { start, end, isLinewise: false };
}

function operate(
  vi: ViState,
  draft: Draft,
  region: Region & { place?: number },
  command: ViCommand,
  operator: string,
): ViStep {
  const { text } = draft;
  const { start, end, isLinewise } = region;
  const depth = draft.undoStack.length;
  const register = { text: text.slice(start, end), isLinewise };
  const isEmpty = start === end && !isLinewise;
  const next: ViState = {
    ...vi,
    mode: 'normal',
    goal: undefined,
    register: isEmpty ? vi.register : register,
  };
  const place = region.place ?? start;
  if (operator === 'y') return { vi: next, draft: moveTo(draft, place) };
  const isOneLine = command.key === 'line' && (command.count ?? 1) === 1;
  const cursorBefore = isOneLine ? findFirstNonBlank(text, start) : place;
  if (operator === 'c') {
    const after = replaceRange(draft, { start, end, text: '' });
    const placed = moveTo(after, start);
    return startTyping(next, placed, { command, depth, cursorBefore });
  }
  const changed = { ...next, change: { command, inserted: undefined } };
  if (!isLinewise) {
    const after = squashEdits(replaceRange(draft, { start, end, text: '' }), depth, cursorBefore);
    return { vi: changed, draft: moveTo(after, clampToLine(after.text, start)) };
  }
  const [from, to] = end < text.length ? [start, end + 1] : [Math.max(0, start - 1), end];
  const after = squashEdits(replaceRange(draft, { start: from, end: to, text: '' }), depth, cursorBefore);
  const line = Math.min(start, after.text.length);
  return { vi: changed, draft: moveTo(after, findFirstNonBlank(after.text, line)) };
}

type TypingOptions = { command: ViCommand; depth: number; cursorBefore: number };

function startTyping(vi: ViState, draft: Draft, { command, depth, cursorBefore }: TypingOptions): ViStep {
  const insertion: Insertion = { command, text: draft.text, start: draft.cursor, depth, cursorBefore };
  return { vi: { ...vi, mode: 'insert', insertion, goal: undefined }, draft };
}

function beginInsert(vi: ViState, draft: Draft, command: ViCommand, { at }: { at: number }): ViStep {
  return startTyping(vi, moveTo(draft, at), { command, depth: draft.undoStack.length, cursorBefore: at });
}

function openLine(vi: ViState, draft: Draft, command: ViCommand): ViStep {
  const { text, cursor } = draft;
  const isBelow = command.key === 'o';
  const at = isBelow ? findLineEnd(text, cursor) : findLineStart(text, cursor);
  const opened = replaceRange(draft, { start: at, end: at, text: '\n' });
  return startTyping(vi, isBelow ? opened : moveTo(opened, at), {
    command,
    depth: draft.undoStack.length,
    cursorBefore: cursor,
  });
}

function runUndo(
  vi: ViState,
  draft: Draft,
  step: (draft: Draft) => Draft,
  times: number,
): ViStep | undefined {
  let after = draft;
  for (let left = times; left > 0; left -= 1) {
    const edit = step === undo ? after.undoStack.at(-1) : after.redoStack.at(-1);
    if (!edit) break;
    after = step(after);
    const opensAbove =
      step === redo && edit.cursorBefore >= edit.start && edit.removed === '' && edit.inserted.endsWith('\n');
    after = moveTo(
      after,
      clampToLine(after.text, Math.min(opensAbove ? edit.start : edit.cursorBefore, after.text.length)),
    );
  }
  return after === draft ? undefined : { vi: { ...vi, goal: undefined }, draft: after };
}

function repeatChange(vi: ViState, draft: Draft, count: number | undefined): ViStep | undefined {
  if (!vi.change) return undefined;
  const { command, inserted } = vi.change;
  const again = { ...command, count: count ?? command.count };
  const step = runNormal(vi, draft, again);
  if (!step) return undefined;
  if (step.vi.mode !== 'insert') return { ...step, vi: { ...step.vi, change: { command: again, inserted } } };
  const typed = inserted === undefined || inserted === '' ? step.draft : insertPiece(step.draft, inserted);
  const left = leaveInsert(step.vi, typed);
  return { ...left, vi: { ...left.vi, change: { command: again, inserted } } };
}

function runVisual(vi: ViState, draft: Draft, command: ViCommand): ViStep | undefined {
  const { text, cursor } = draft;
  const { key } = command;
  const region = toVisualRegion(
    vi,
    draft,
    'xdycsXDCSYJ'.includes(key) && key === key.toUpperCase() && key !== 'J',
  );
  const begin = moveTo(draft, Math.min(vi.anchor, cursor));
  switch (key) {
    case 'v':
    case 'V': {
      const mode = key === 'v' ? 'visual' : 'visual-line';
      return {
        vi: { ...vi, mode: vi.mode === mode ? 'normal' : mode },
        draft: vi.mode === mode ? clamp(draft) : draft,
      };
    }
    case 'o':
      return { vi: { ...vi, anchor: cursor }, draft: moveTo(draft, vi.anchor) };
    case 'd':
    case 'x':
    case 'X':
    case 'D':
      return operate(vi, begin, region, toRepeatable(text, region, 'd'), 'd');
    case 'c':
    case 's':
    case 'C':
    case 'S':
      return operate(vi, begin, region, toRepeatable(text, region, 'c'), 'c');
    case 'y':
    case 'Y': {
      const step = operate(vi, begin, region, command, 'y');
      return { ...step, draft: moveTo(step.draft, clampToLine(text, Math.min(vi.anchor, cursor))) };
    }
    case '~':
    case 'u':
    case 'U': {
      const piece = text.slice(region.start, region.end);
      const turned =
        key === '~' ? switchLetters(piece) : key === 'u' ? piece.toLowerCase() : piece.toUpperCase();
      const place = Math.min(vi.anchor, cursor);
      return change(vi, begin, command, {
        ...region,
        text: turned,
        cursor: region.isLinewise ? region.start : place,
      });
    }
    case 'r': {
      const turned = text.slice(region.start, region.end).replace(/[^\n]/gu, command.character ?? '');
      return change(vi, begin, command, { ...region, text: turned, cursor: region.start });
    }
    case 'J': {
      const lines = text.slice(Math.min(vi.anchor, cursor), Math.max(vi.anchor, cursor)).split('\n').length;
      const normal: ViState = { ...vi, mode: 'normal' };
      return joinLines(normal, begin, command, Math.max(1, lines - 1)) ?? { vi: normal, draft: begin };
    }
    case 'p':
    case 'P':
      return putOver(vi, draft, region, command);
    default:
      break;
  }
  if (!/^[ia]./.test(key)) return runMotion(vi, draft, command);
  const found = findObject(text, cursor, {
    key: key.charAt(1),
    isAround: key.startsWith('a'),
    count: command.count ?? 1,
  });
  if (!found) return undefined;
  const last = findPreviousBoundary(text, Math.max(found.end, found.start + 1));
  const mode = found.isLinewise ? 'visual-line' : 'visual';
  return {
    vi: { ...vi, mode, anchor: found.start },
    draft: moveTo(draft, found.isLinewise ? findLineStart(text, found.end) : Math.max(found.start, last)),
  };
}

/** What `.` repeats after a change of a visual area: the same for as many characters or lines. */
function toRepeatable(text: string, { start, end, isLinewise }: Region, operator: string): ViCommand {
  const piece = text.slice(start, end);
  let count = isLinewise ? piece.split('\n').length : 0;
  for (let at = start; !isLinewise && at < end; count += 1) at = findNextBoundary(text, at);
  return { count, operator, key: isLinewise ? 'line' : 'l', character: undefined };
}

function toVisualRegion({ mode, anchor }: ViState, { text, cursor }: Draft, isLinewise: boolean): Region {
  const [start, last] = [Math.min(anchor, cursor), Math.max(anchor, cursor)];
  if (mode === 'visual-line' || isLinewise)
    return { start: findLineStart(text, start), end: findLineEnd(text, last), isLinewise: true };
  return { start, end: last < text.length ? findNextBoundary(text, last) : last, isLinewise: false };
}
