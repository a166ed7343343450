import { toBoundary } from './graphemes.ts';
import { markPasted } from './pasted-marks.ts';

/** The prompt that is being typed. It is immutable: an edit gives a new draft, or the same object if there was nothing to do. */
export type Draft = {
  /** Line ends are `\n`. A folded paste is one code unit that nobody can type, a key of `pastes`; see also `markPasted` and `readDraft`. */
  readonly text: string;
  /** An offset in UTF-16 code units, always between two graphemes. */
  readonly cursor: number;
  /** Folded pastes, by the code unit that stands for each. */
  readonly pastes: ReadonlyMap<string, Paste>;
  /** The number of pastes folded so far. Numbers are not used twice. */
  readonly pasteCount: number;
  readonly undoStack: readonly Edit[];
  readonly redoStack: readonly Edit[];
  /** Texts that were cut, the newest last. */
  readonly killRing: readonly string[];
  /** The kind of the last change, if a change of the same kind can continue it. */
  readonly lastAction: DraftAction | undefined;
  /** The column that the cursor keeps while it moves up and down. */
  readonly goalColumn: number | undefined;
};

export type Paste = {
  readonly number: number;
  readonly content: string;
  /** Counted once, because the row that shows it is laid out after every key. */
  readonly lineCount: number;
};

type DraftAction = 'type' | 'delete' | 'kill' | 'yank';

/** `inserted` replaced `removed` at `start`. */
type Edit = {
  readonly start: number;
  readonly removed: string;
  readonly inserted: string;
  readonly cursorBefore: number;
  readonly cursorAfter: number;
};

const maxUndoSteps = 1000;

/** Pieces of a longer text are copied: as slices they would keep the whole text in memory. */
const maxSharedLength = 65_536;

export function createDraft(text = ''): Draft {
  const clean = cleanText(text);
  return {
    text: clean,
    cursor: clean.length,
    pastes: new Map(),
    pasteCount: 0,
    undoStack: [],
    redoStack: [],
    killRing: [],
    lastAction: undefined,
    goalColumn: undefined,
  };
}

/** An empty draft after one that was sent. It keeps the kill ring. */
export function startNextDraft(draft: Draft): Draft {
  const kept = draft.killRing.join('');
  const pastes = new Map([...draft.pastes].filter(([unit]) => kept.includes(unit)));
  return { ...createDraft(), pastes, pasteCount: draft.pasteCount, killRing: draft.killRing };
}

export function setText(draft: Draft, text: string): Draft {
  return putInPlace(draft, cleanText(text));
}

/** Replaces the text by another one, which is already clean. */
export function putInPlace(draft: Draft, text: string): Draft {
  if (text === draft.text) return moveTo(draft, text.length);
  return replaceRange(draft, { start: 0, end: draft.text.length, text });
}

export function clear(draft: Draft): Draft {
  return setText(draft, '');
}

export function moveTo(draft: Draft, cursor: number): Draft {
  if (cursor === draft.cursor) return draft;
  return { ...draft, cursor, lastAction: undefined, goalColumn: undefined };
}

type Replacement = {
  start: number;
  end: number;
  /** Already clean: see `cleanText`. */
  text: string;
  /** Adjacent changes of the same kind, if it is typing or deleting, are undone together. */
  action?: DraftAction | undefined;
};

/** Every change of the text goes through here. The cursor then stands behind the inserted text. */
export function replaceRange(draft: Draft, { start, end, text, action }: Replacement): Draft {
  if (start === end && text === '') return draft;
  const after = draft.text.slice(0, start) + text + draft.text.slice(end);
  const edit: Edit = {
    start,
    removed: takePiece(draft.text, start, end),
    inserted: text,
    cursorBefore: draft.cursor,
    // The inserted text may form a grapheme with what follows.
    cursorAfter: toBoundary(after, start + text.length),
  };
  const last = draft.undoStack.at(-1);
  const joined = last && action && action === draft.lastAction ? joinEdits(last, edit, action) : undefined;
  const before = joined ? draft.undoStack.slice(0, -1) : draft.undoStack.slice(1 - maxUndoSteps);
  return {
    ...draft,
    text: after,
    cursor: edit.cursorAfter,
    undoStack: [...before, joined ?? edit],
    redoStack: [],
    lastAction: action,
    goalColumn: undefined,
  };
}

export function undo(draft: Draft): Draft {
  const edit = draft.undoStack.at(-1);
  if (!edit) return draft;
  const { start, removed, inserted, cursorBefore } = edit;
  return {
    ...replaceAt(draft, { start, before: inserted, after: removed, cursor: cursorBefore }),
    undoStack: draft.undoStack.slice(0, -1),
    redoStack: [...draft.redoStack, edit],
  };
}

export function redo(draft: Draft): Draft {
  const edit = draft.redoStack.at(-1);
  if (!edit) return draft;
  const { start, removed, inserted, cursorAfter } = edit;
  return {
    ...replaceAt(draft, { start, before: removed, after: inserted, cursor: cursorAfter }),
    undoStack: [...draft.undoStack, edit],
    redoStack: draft.redoStack.slice(0, -1),
  };
}

function replaceAt(
  draft: Draft,
  { start, before, after, cursor }: { start: number; before: string; after: string; cursor: number },
): Draft {
  const text = draft.text.slice(0, start) + after + draft.text.slice(start + before.length);
  return { ...draft, text, cursor, lastAction: undefined, goalColumn: undefined };
}

/** Cleans the text of a paste, which mentions no files and begins no command. */
export function cleanPaste(text: string): string {
  return markPasted(cleanText(text));
}

/** Makes line ends `\n`, and replaces lone surrogates, which stand for pastes here. */
export function cleanText(text: string): string {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return /[\ud800-\udfff]/.test(lines) ? lines.replace(/\p{Surrogate}/gu, '\ufffd') : lines;
}

/** Joins two edits that a person sees as one: a typed word, or characters deleted one after the other. */
function joinEdits(last: Edit, next: Edit, action: DraftAction): Edit | undefined {
  const { cursorAfter } = next;
  if (action === 'type') {
    const beginsWord = /\s$/.test(last.inserted) && /^\S/.test(next.inserted);
    if (next.removed !== '' || next.start !== last.start + last.inserted.length || beginsWord)
      return undefined;
    return { ...last, inserted: last.inserted + next.inserted, cursorAfter };
  }
  if (action !== 'delete' || next.inserted !== '' || last.inserted !== '') return undefined;
  if (next.start + next.removed.length === last.start)
    return { ...last, start: next.start, removed: next.removed + last.removed, cursorAfter };
  return next.start === last.start
    ? { ...last, removed: last.removed + next.removed, cursorAfter }
    : undefined;
}

function takePiece(text: string, start: number, end: number): string {
  const piece = text.slice(start, end);
  if (text.length <= maxSharedLength || piece.length * 2 > text.length) return piece;
  return Buffer.from(piece, 'utf16le').toString('utf16le');
}
