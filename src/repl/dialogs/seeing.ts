import type { ApprovalDialog } from './approval.ts';
import type { ConfirmDialog, Dialog } from './dialog.ts';

/** Whether keys count only once the question has been on the screen for a moment. */
export function needsSeeing(dialog: Dialog | undefined): dialog is ConfirmDialog | ApprovalDialog {
  return dialog?.type === 'confirm' || dialog?.type === 'approval';
}

/** Nothing of an answer to it stands yet. */
export function toUnread<T extends ConfirmDialog | ApprovalDialog>(dialog: T): T {
  return dialog.type === 'confirm'
    ? { ...dialog, isSeen: false, typed: '' }
    : { ...dialog, isSeen: false, selected: undefined, digits: '' };
}

/** How long a yes-or-no question is shown before a key answers it, in milliseconds. Nobody reads and answers faster. */
export const seenMs = 300;
/** The same after a resize: the screen waits until its size is steady. */
export const resizedMs = 2 * seenMs + 100;
/**
 * The same where it stands in the place of another that no key has answered: the person may have read that one, and answer it just now. A
 * question that comes as late after another was taken back stands in its place, too.
 */
export const exchangedMs = 2_000;
