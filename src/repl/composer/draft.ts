import { type PromptText, splitByOrigin } from '../../prompt-text.ts';
import { toBoundary } from './graphemes.ts';

/**
 * The prompt that is being typed. Nothing in it is ever changed: what edits it gives another one, and the same object where there was
 * nothing to do.
 */
export type Draft = {
  /** Lines end in `\n`. A folded paste is one code unit of `pastes`, which nobody can type, and so is a pasted `@`: see `readDraft`. */
  readonly text: string;
  /** In UTF-16 code units, always between two graphemes. */
  readonly cursor: number;
  /** What was folded, by the code unit that stands for it. */
  readonly pastes: ReadonlyMap<string, Paste>;
  /** Pastes folded so far: their numbers go on. */
  readonly pasteCount: number;
  readonly undoStack: readonly Edit[];
  readonly redoStack: readonly Edit[];
  /** What was cut, the newest last. */
  readonly killRing: readonly string[];
  /** What the last change was, where the next of its kind goes on with it. */
  readonly lastAction: DraftAction | undefined;
  /** The cell that the cursor keeps to while it moves up and down. */
  readonly goalColumn: number | undefined;
};

export type Paste = {
  readonly number: number;
  readonly content: string;
  /** Counted once: the row that shows them is laid out with every key. */
  readonly lineCount: number;
};

type DraftAction = 'type' | 'delete' | 'kill' | 'yank';

/** `removed` made room for `inserted` at `start`. */
type Edit = {
  readonly start: number;
  readonly removed: string;
  readonly inserted: string;
  readonly cursorBefore: number;
  readonly cursorAfter: number;
};

const maxUndoSteps = 1000;

/** Pieces of a text above this length are copied, for as slices they would keep all of it in memory. */
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

/** An empty draft after one that was sent: what was cut can still be put in. */
export function startNextDraft(draft: Draft): Draft {
  const kept = draft.killRing.join('');
  const pastes = new Map([...draft.pastes].filter(([unit]) => kept.includes(unit)));
  return { ...createDraft(), pastes, pasteCount: draft.pasteCount, killRing: draft.killRing };
}

/** Another prompt with what was cut and folded so far, its undo history being its own. */
export function replaceDraft(draft: Draft, prompt: PromptText): Draft {
  const { pastes, pasteCount, killRing } = draft;
  const text = toDraftText(prompt);
  return { ...createDraft(), text, cursor: text.length, pastes, pasteCount, killRing };
}

/** Puts a text in place of all, the cursor behind it. Can be undone. */
export function setText(draft: Draft, text: string): Draft {
  return putInPlace(draft, cleanText(text));
}

/** The same for a prompt that knows which of it was typed. */
export function setPrompt(draft: Draft, prompt: PromptText): Draft {
  return putInPlace(draft, toDraftText(prompt));
}

function putInPlace(draft: Draft, text: string): Draft {
  if (text === draft.text) return moveTo(draft, text.length);
  return replaceRange(draft, { start: 0, end: draft.text.length, text });
}

export function clear(draft: Draft): Draft {
  return setText(draft, '');
}

/** Moves the cursor to an offset between two graphemes. */
export function moveTo(draft: Draft, cursor: number): Draft {
  if (cursor === draft.cursor) return draft;
  return { ...draft, cursor, lastAction: undefined, goalColumn: undefined };
}

type Replacement = {
  start: number;
  end: number;
  /** Clean already. */
  text: string;
  /** Neighbouring changes of one kind are undone together, where they are typing or deleting. */
  action?: DraftAction | undefined;
};

/** Every change of the text goes through here. The cursor comes to stand behind what was put in. */
export function replaceRange(draft: Draft, { start, end, text, action }: Replacement): Draft {
  if (start === end && text === '') return draft;
  const after = draft.text.slice(0, start) + text + draft.text.slice(end);
  const edit: Edit = {
    start,
    removed: takePiece(draft.text, start, end),
    inserted: text,
    cursorBefore: draft.cursor,
    // What was put in may join what follows.
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
    ...draft,
    text: draft.text.slice(0, start) + removed + draft.text.slice(start + inserted.length),
    cursor: cursorBefore,
    undoStack: draft.undoStack.slice(0, -1),
    redoStack: [...draft.redoStack, edit],
    lastAction: undefined,
    goalColumn: undefined,
  };
}

export function redo(draft: Draft): Draft {
  const edit = draft.redoStack.at(-1);
  if (!edit) return draft;
  const { start, removed, inserted, cursorAfter } = edit;
  return {
    ...draft,
    text: draft.text.slice(0, start) + inserted + draft.text.slice(start + removed.length),
    cursor: cursorAfter,
    undoStack: [...draft.undoStack, edit],
    redoStack: draft.redoStack.slice(0, -1),
    lastAction: undefined,
    goalColumn: undefined,
  };
}

/**
 * Stands for an `@` that nobody typed, and so mentions no file. Like a folded paste it is half a character, which undo, the kill ring and the
 * history keep without knowing of it.
 */
export const pastedAt = '\udfff';

/** The text of a paste. Its `@`s mention nothing. */
export function cleanPaste(text: string): string {
  return cleanText(text).replaceAll('@', pastedAt);
}

function toDraftText(prompt: PromptText): string {
  return splitByOrigin(prompt)
    .map(({ text, isTyped }) => (isTyped ? cleanText(text) : cleanPaste(text)))
    .join('');
}

/** Line ends are `\n`, and halves of characters, which stand for pastes here, are replaced. */
export function cleanText(text: string): string {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return /[\ud800-\udfff]/.test(lines) ? lines.replace(/\p{Surrogate}/gu, '\ufffd') : lines;
}

/** One edit of two, where a person sees one: a word that is typed, characters that are deleted one after the other. */
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
