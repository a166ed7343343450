import type { ApprovalDialog, ApprovalWindow } from './approval.ts';
import type { PickDialog } from './dialog.ts';
import type { TextDialog } from './text-dialog.ts';

/** How questions about calls are shown. */
export type ApprovalView = {
  /** The part of the body that is on the screen. */
  measure(dialog: ApprovalDialog): ApprovalWindow;
  /** Shows the whole body elsewhere. */
  open(dialog: ApprovalDialog): void;
};

/** When a question ends by itself, and what it is a part of. */
export type Asked = {
  /** Ends the question without an answer. */
  signal?: AbortSignal | undefined;
  /** The title of a list if it is not given: one that opens again is the same visit. */
  visit?: Visit | undefined;
};

export type PickOptions = Asked &
  Pick<PickDialog, 'columns' | 'ways' | 'acts' | 'enter'> & { selected?: number | undefined };

export type TextOptions = Asked &
  Pick<Partial<TextDialog>, 'text' | 'isSecret'> & { onChange?: (text: string) => void };

/** What the questions of one form share: whoever answered one of them is at the next one, too, whatever stands in the draft. */
export type Visit = object | string;

/** What was picked, and what another key than Enter does with it. */
export type Picked<T> = { item: T; act: string | undefined };
