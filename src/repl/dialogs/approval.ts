import type { BodyLine } from '../calls/body.ts';
import type { Key } from '../keys/key.ts';
import { stepText } from './text-dialog.ts';

/**
 * A question whether something may be done. Only Enter on a choice that was moved to, by a number or an arrow, answers it with a yes: a number
 * may be the first letter of a prompt.
 */
export type ApprovalDialog = {
  type: 'approval';
  question: string;
  /** What a person should know before a yes, one sentence each. */
  notes: readonly string[];
  /** What would be done. */
  body: readonly BodyLine[];
  /** Whether a yes needs all of the body to have been on the screen, or to have been opened with Ctrl+O. */
  mustBeSeen: boolean;
  choices: readonly ApprovalChoice[];
  /** The choice that was moved to. Undefined until then: Enter alone says nothing. */
  selected: number | undefined;
  /** The numbers that were typed since an arrow was pressed: the last one counts, unless words behind them say that they begin a prompt. */
  digits: string;
  /** The first row of the body that is shown. */
  top: number;
  /** The rows that were shown from the first one on without a gap, whether they were all, and the width that they had then, in cells. */
  seen: { rows: number; isAll: boolean; width: number };
  /** What the last key could not do. */
  hint: string | undefined;
  /** The line for a choice that takes one, while it is typed. */
  typed: Decision | undefined;
  /** Words of such a line that was left: it begins with them, and the prompt gets them if nothing else does. */
  left: string;
  /** Set after a moment: keys that came before were meant for something else. */
  isSeen?: boolean;
  /** What whoever asks does if the person leaves: it stops, or goes on as if nobody had been asked. */
  ifLeft: 'stops' | 'goes on';
};

/** `says`: a line is typed before it is decided. */
export type ApprovalChoice = { text: string; isYes: boolean; says?: boolean };

/** The choice by its place, and the line that was typed for it. */
export type Decision = { choice: number; reason: string };

/** `decided` is undefined if the person leaves. `opens`: the whole body is to be shown elsewhere. */
export type ApprovalStep = { dialog: ApprovalDialog; opens?: boolean } | { decided: Decision | undefined };

/** The part of the body that the screen shows: how many rows of how many, at this width. */
export type ApprovalWindow = { height: number; total: number; width: number };

const nothingSeen: ApprovalDialog['seen'] = { rows: 0, isAll: false, width: 0 };

export function createApproval(
  asked: Pick<ApprovalDialog, 'question' | 'notes' | 'body' | 'mustBeSeen' | 'choices'> &
    Partial<Pick<ApprovalDialog, 'ifLeft'>>,
): ApprovalDialog {
  return {
    ifLeft: 'stops',
    ...asked,
    body: asked.body.map((line) => (line.kind === 'text' ? { ...line, kind: 'quoted' } : line)),
    type: 'approval',
    selected: undefined,
    digits: '',
    top: 0,
    seen: nothingSeen,
    hint: undefined,
    typed: undefined,
    left: '',
  };
}

/** What Esc and Ctrl+C do. */
export function describeLeaving({ ifLeft }: ApprovalDialog): string {
  return ifLeft === 'stops' ? 'says no and stops' : 'leaves it';
}

export function stepApproval(asked: ApprovalDialog, key: Key, window: ApprovalWindow): ApprovalStep {
  // After a resize, what is shown now may not have been drawn yet: this key finds the beginning.
  const isAnew = isLaidOutAnew(asked, window);
  const dialog = { ...(isAnew ? startAgain(asked) : noteSeen(asked, window)), hint: undefined };
  if (dialog.typed) return stepReason(dialog, dialog.typed, key);
  if (isAnew && scrolls(key)) return { dialog };
  if (key.type === 'text') return stepNumber(dialog, key.text, window);
  if (key.type !== 'key' || key.alt) return { dialog };
  const last = dialog.choices.length - 1;
  const { selected } = dialog;
  switch (key.ctrl ? `ctrl+${key.name}` : key.name) {
    case 'escape':
    case 'ctrl+c':
      return { decided: undefined };
    case 'enter':
      if (selected !== undefined) return choose(dialog, selected, window);
      return {
        dialog: {
          ...dialog,
          hint: offersNoYes(dialog) || isWholeSeen(dialog, window) ? describeChoosing(dialog) : readFirst,
        },
      };
    case 'up':
    case 'ctrl+p':
      return {
        dialog: {
          ...dialog,
          digits: '',
          selected: selected === undefined || selected === 0 ? last : selected - 1,
        },
      };
    case 'down':
    case 'ctrl+n':
      return {
        dialog: {
          ...dialog,
          digits: '',
          selected: selected === undefined || selected === last ? 0 : selected + 1,
        },
      };
    case 'page-down':
    case 'right':
      return { dialog: scroll(dialog, 1, window) };
    case 'page-up':
    case 'left':
      return { dialog: scroll(dialog, -1, window) };
    case 'ctrl+o':
      return { dialog: { ...dialog, seen: toSeen(window, window.total) }, opens: true };
    default:
      return { dialog };
  }
}

/** A no needs no reading. */
function offersNoYes({ choices }: ApprovalDialog): boolean {
  return choices.every(({ isYes }) => !isYes);
}

function describeChoosing({ choices }: ApprovalDialog): string {
  return `Type ${choices.length === 1 ? '1' : 'a number'}, or press Up or Down to choose.`;
}

/** Whether text is no answer, but the beginning of a prompt. Blanks alone are neither, and behind a number they are a part of it. */
export function isOtherWords(
  { digits, choices, mustBeSeen, seen, typed }: ApprovalDialog,
  text: string,
): boolean {
  if (typed !== undefined) return false;
  if (text.trim() === '') return digits !== '' && (seen.isAll || !mustBeSeen);
  return !/^[1-9]$/.test(text) || Number(text) > choices.length;
}

/** A no is taken at once. A blank goes on to read, as in a pager. */
function stepNumber(dialog: ApprovalDialog, text: string, window: ApprovalWindow): ApprovalStep {
  if (text.trim() === '') return { dialog: isWholeSeen(dialog, window) ? dialog : scroll(dialog, 1, window) };
  const index = Number(text) - 1;
  const typed = { ...dialog, digits: dialog.digits + text };
  if (!dialog.choices[index]?.isYes || !isWholeSeen(dialog, window)) return choose(typed, index, window);
  return { dialog: { ...typed, selected: index, hint: 'Press Enter to confirm.' } };
}

/** The first row that is shown, for a body that may have become shorter. */
export function toTop(
  { top }: Pick<ApprovalDialog, 'top'>,
  { height, total }: Omit<ApprovalWindow, 'width'>,
): number {
  return Math.max(0, Math.min(top, total - height));
}

/** Rows that were laid out for another width are others: whoever has not seen all of them begins again. */
function isLaidOutAnew({ seen }: ApprovalDialog, { width }: ApprovalWindow): boolean {
  return seen.width !== width && seen.width !== 0 && !seen.isAll;
}

function startAgain(dialog: ApprovalDialog): ApprovalDialog {
  return { ...dialog, top: 0, seen: nothingSeen };
}

function scrolls(key: Key): boolean {
  if (key.type === 'text') return key.text.trim() === '';
  return key.type === 'key' && ['page-down', 'page-up', 'left', 'right'].includes(key.name);
}

/** Notes what the screen shows now. */
export function noteSeen(dialog: ApprovalDialog, window: ApprovalWindow): ApprovalDialog {
  const top = toTop(dialog, window);
  if (dialog.seen.isAll) return { ...dialog, top, seen: toSeen(window, window.total) };
  const isAnew = isLaidOutAnew(dialog, window);
  if (isAnew && top > 0) return startAgain(dialog);
  const before = isAnew ? 0 : dialog.seen.rows;
  const seen = toSeen(window, top <= before ? Math.max(before, top + window.height) : before);
  return { ...dialog, top, seen, hint: seen.isAll && dialog.hint === readFirst ? undefined : dialog.hint };
}

function toSeen({ total, width }: ApprovalWindow, rows: number): ApprovalDialog['seen'] {
  return { rows, isAll: rows >= total, width };
}

/** A window of fewer rows has none to spare. */
const leastOverlap = 4;

/** The last row that was shown is shown again: nobody loses the place. */
function scroll(dialog: ApprovalDialog, by: -1 | 1, window: ApprovalWindow): ApprovalDialog {
  const page = window.height < leastOverlap ? Math.max(1, window.height) : window.height - 1;
  const moved = { ...dialog, top: dialog.top + by * page };
  return noteSeen({ ...moved, top: toTop(moved, window) }, window);
}

/** A window without a row for what is asked about shows nothing of it. */
function isWholeSeen({ mustBeSeen, seen }: ApprovalDialog, { height, total }: ApprovalWindow): boolean {
  return mustBeSeen ? seen.rows >= total : height > 0 || total === 0;
}

const readFirst = 'Read to the end first: PgDn scrolls, Ctrl+O opens it.';

function choose(dialog: ApprovalDialog, index: number, window: ApprovalWindow): ApprovalStep {
  const choice = dialog.choices[index];
  if (!choice) return { dialog };
  if (choice.isYes && !isWholeSeen(dialog, window)) return { dialog: { ...dialog, hint: readFirst } };
  if (choice.says)
    return { dialog: { ...dialog, selected: index, typed: { choice: index, reason: dialog.left } } };
  return { decided: { choice: index, reason: '' } };
}

/** Esc goes back to the choices. */
function stepReason(dialog: ApprovalDialog, typed: Decision, key: Key): ApprovalStep {
  if (key.type === 'key' && key.ctrl && key.name === 'c') return { decided: undefined };
  const step = stepText({ type: 'text', question: '', text: typed.reason }, key);
  if ('dialog' in step) return { dialog: { ...dialog, typed: { ...typed, reason: step.dialog.text } } };
  if (step.entered === undefined)
    return { dialog: { ...dialog, typed: undefined, digits: '', left: typed.reason } };
  return { decided: { ...typed, reason: step.entered.trim() } };
}
