import type { Draft } from '../draft.ts';
import type { ViCommand } from './command.ts';
import type { FindKey } from './motions.ts';

export type ViMode = 'insert' | 'normal' | 'visual' | 'visual-line';

/** What vi mode remembers beside the draft. Immutable. */
export type ViState = {
  readonly mode: ViMode;
  /** The keys of a command that is not complete. */
  readonly pending: readonly string[];
  readonly register: { readonly text: string; readonly isLinewise: boolean };
  readonly find: FindKey | undefined;
  readonly goal: number | undefined;
  /** Where the visual area began. */
  readonly anchor: number;
  /** The last change, for `.`; `inserted` is what was typed in it. */
  readonly change: { readonly command: ViCommand; readonly inserted: string | undefined } | undefined;
  /** The open insertion. Undefined for the first one in a draft. */
  readonly insertion: Insertion | undefined;
};

export type Insertion = {
  readonly command: ViCommand;
  /** The text and the place where typing began. */
  readonly text: string;
  readonly start: number;
  /** How many undo steps were there before the command. */
  readonly depth: number;
  readonly cursorBefore: number;
};

/** `refused`: the draft has nothing more in this direction, or the key means nothing here. */
export type ViStep = { vi: ViState; draft: Draft; refused?: string };

export const initialVi: ViState = {
  mode: 'insert',
  pending: [],
  register: { text: '', isLinewise: false },
  find: undefined,
  goal: undefined,
  anchor: 0,
  change: undefined,
  insertion: undefined,
};
