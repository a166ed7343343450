import type { Draft } from './draft.ts';
import { type DraftRow, findRows, type RowOptions, toColumn, toOffset } from './draft-rows.ts';

export type LayoutOptions = RowOptions & {
  /** The rows there is room for, at least one. */
  maxRows: number;
  /** `top` of the layout before, so that the window stays where it is for as long as the cursor is in it. */
  top?: number | undefined;
};

export type DraftLayout = {
  /** What is to be drawn, without prompts: none is wider than its columns, and none has a control character. */
  rows: readonly string[];
  /** From 0. The row is one of `rows`; the column is counted from the edge of the screen, the prompt included. */
  cursor: { row: number; column: number };
  /** The offset that the window begins at: 0 where the first row of the draft is the first row here. */
  top: number;
  hasRowsBelow: boolean;
};

/**
 * A window of the draft, in rows of the screen, in which the cursor is seen. What is far away is not looked at, so that a key in a draft of a
 * megabyte costs no more than in another.
 */
export function layoutDraft(draft: Draft, options: LayoutOptions): DraftLayout {
  const reach = Math.max(1, options.maxRows) - 1;
  const { rows, cursorRow } = findRows(draft, options, { above: reach, below: reach });
  const first = chooseFirstRow(rows, cursorRow, reach + 1, options.top);
  const shown = rows.slice(first, first + reach + 1);
  const row = rows[cursorRow];
  const last = shown.at(-1);
  return {
    rows: shown.map(({ text }) => text),
    cursor: { row: cursorRow - first, column: row ? toColumn(draft, row, draft.cursor) : 0 },
    top: shown[0]?.start ?? 0,
    hasRowsBelow: last !== undefined && (!last.endsLine || last.end < draft.text.length),
  };
}

/** Moves the cursor a row up or down, near to the column that it set out from. The same draft where there is no such row. */
export function moveByRow(draft: Draft, step: -1 | 1, options: RowOptions): Draft {
  const reach = { above: step === -1 ? 1 : 0, below: step === 1 ? 1 : 0 };
  const { rows, cursorRow } = findRows(draft, options, reach);
  const [from, to] = [rows[cursorRow], rows[cursorRow + step]];
  if (!from || !to) return draft;
  const goalColumn = draft.goalColumn ?? toColumn(draft, from, draft.cursor);
  return { ...draft, cursor: toOffset(draft, to, goalColumn), goalColumn, lastAction: undefined };
}

/** Where the window was, as far as the cursor lets it, and without an empty end. */
function chooseFirstRow(
  rows: readonly DraftRow[],
  cursorRow: number,
  height: number,
  top: number | undefined,
): number {
  const lowest = Math.max(0, cursorRow - height + 1);
  const before = top === undefined ? -1 : rows.findLastIndex(({ start }) => start <= top);
  const first = Math.min(cursorRow, Math.max(lowest, before));
  return Math.min(first, Math.max(0, rows.length - height));
}
