import type { CursorPlace } from '../terminal/screen.ts';
import { createDraft } from './composer/draft.ts';
import type { RowOptions } from './composer/draft-rows.ts';
import { layoutDraft } from './composer/layout-draft.ts';
import type { ReplState } from './state.ts';

/** What is typed, as rows of the screen, and where the cursor is in them. */
export type InputLayout = { rows: readonly string[]; cursor: CursorPlace };

const promptMark = '› ';
const filterMark = 'find › ';

/** The draft, the filter of a list or the answer to a question, in at most so many rows. */
export function layoutInput({ draft, dialog }: ReplState, columns: number, maxRows: number): InputLayout {
  const [shown, mark] = findInput(draft, dialog);
  const layout = layoutDraft(shown, { ...toRowOptions(columns, mark), maxRows });
  const indent = ' '.repeat(mark.length);
  const rows = layout.rows.map((row, index) => (index === 0 && layout.top === 0 ? mark : indent) + row);
  return { rows, cursor: layout.cursor };
}

/** What is typed into now, and what stands before it. */
function findInput(draft: ReplState['draft'], dialog: ReplState['dialog']): [ReplState['draft'], string] {
  if (dialog?.type === 'pick') return [createDraft(dialog.filter), filterMark];
  return [dialog?.type === 'text' ? createDraft(dialog.text) : draft, promptMark];
}

/** The rows of the draft at such a width, for what moves in them. */
export function toDraftRows(columns: number): RowOptions {
  return toRowOptions(columns, promptMark);
}

function toRowOptions(columns: number, mark: string): RowOptions {
  return { columns, promptWidth: mark.length, continuationWidth: mark.length };
}
