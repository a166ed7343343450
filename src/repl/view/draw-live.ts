import { cellWidth, cutToWidth, padToWidth } from '../../terminal/cell-width.ts';
import type { CursorPlace, Live, Size } from '../../terminal/screen.ts';
import { spinnerMs } from '../../terminal/waits.ts';
import { toOneLine } from '../../terminal-text.ts';
import { createDraft } from '../composer/draft.ts';
import { layoutDraft, maxCounted, type RowOptions } from '../composer/layout-draft.ts';
import { expandDraft } from '../composer/pastes.ts';
import { gutterWidth, speakers, toDensity } from '../gutter.ts';
import type { Look } from '../look.ts';
import { describeQueueKeys } from '../queue-keys.ts';
import type { ReplState } from '../state.ts';
import type { Transcript } from '../transcript.ts';
import { drawEdge } from './edge.ts';
import { describeKeys } from './key-hints.ts';
import { leastRows } from './list-keys.ts';
import type { PanelRenderer } from './render-panel.tsx';

type LiveViewOptions = {
  getState: () => ReplState;
  look: () => Look;
  transcript: Transcript;
  size: () => Size;
  now: () => number;
};

type LiveView = {
  draw(): Live;
  /** Loads Ink, which takes longer to load than everything before the first frame. Until then only the edge stands above the draft. */
  load(): Promise<void>;
  close(): void;
};

/** The shares of the screen that the draft and a list may take. */
const draftShare = 0.4;
const listShare = 0.5;

/**
 * The open end of the answer, and the panel. Ink lays out the part above the composer if it changed and is more than the edge. The edge of a
 * chat at rest and the draft are drawn without Ink.
 */
export function createLiveView({ getState, look, transcript, size, now }: LiveViewOptions): LiveView {
  let renderer: PanelRenderer | undefined;
  let isClosed = false;
  let drawn: { key: readonly unknown[]; lines: readonly string[] } | undefined;
  /** Where the window of the draft began. It stays there while the cursor is inside. */
  let top: number | undefined;

  function drawUpperPart(state: ReplState, { columns, rows }: Size): readonly string[] {
    const tick = state.work && (look().motion || state.work.wait) ? Math.floor(now() / spinnerMs) : 0;
    const { draft: _, ...shown } = state;
    // Of the draft, the panel shows only what its keys do.
    const hints = describeKeys(state, now(), look().nameKeys);
    const { sentence, keys, isBusy } = hints;
    const queueKeys = describeQueueKeys(state).join();
    const key = [
      ...Object.values(shown),
      sentence,
      keys.join(),
      queueKeys,
      isBusy,
      look(),
      columns,
      rows,
      tick,
      renderer,
    ];
    if (drawn?.key.every((value, index) => value === key[index])) return drawn.lines;
    const lines =
      !renderer || isAtRest(state)
        ? ['', ...drawEdge({ facts: state.facts, hints, look: look(), columns })]
        : renderer.render({
            state,
            look: look(),
            columns,
            listRows: Math.max(leastRows, Math.floor(rows * listShare) - 3),
            rows,
            now: now(),
          });
    drawn = { key, lines };
    return lines;
  }

  function drawPanel(): Pick<Live, 'panel' | 'cursor'> {
    const state = getState();
    const { columns, rows } = size();
    const upper = drawUpperPart(state, { columns, rows });
    if (isAsking(state))
      return {
        panel: upper,
        cursor: { row: upper.length - 1, column: cellWidth(upper.at(-1) ?? '') + 1 },
      };
    const maxRows = Math.max(1, Math.floor(rows * draftShare));
    const {
      rows: typed,
      cursor,
      hidden,
      ...layout
    } = layoutInput(state, { columns, maxRows, top, look: look() });
    top = hasOwnInput(state) ? undefined : layout.top;
    const parts = [...(hasOwnInput(state) ? [] : describeComposer(state, look())), ...hidden];
    const edge = parts.length === 0 ? [] : [cutToWidth(parts.join(' · '), columns - 1)];
    const ghost = readGhost(state);
    const addGhost = (row: string, column: number): string =>
      padToWidth(row, column) +
      look().theme.paint('dim', cutToWidth(ghost, Math.max(0, columns - column - 1)));
    const input = typed.map((row, index) =>
      index === cursor.row && ghost !== '' ? addGhost(row.trimEnd(), cursor.column) : row.trimEnd(),
    );
    return {
      panel: [...upper, ...edge.map((line) => look().theme.paint('dim', line)), ...input],
      cursor: { row: upper.length + edge.length + cursor.row, column: cursor.column },
    };
  }

  return {
    draw: () => ({ tail: transcript.draw(size().rows), ...drawPanel() }),
    async load() {
      const { createPanelRenderer } = await import('./render-panel.tsx');
      if (!isClosed) renderer ??= createPanelRenderer();
    },
    close() {
      isClosed = true;
      renderer?.close();
    },
  };
}

/** Whether there is nothing but the edge above the draft. */
function isAtRest({ work, dialog, help, queue, attachments }: ReplState): boolean {
  return !work && !dialog && !help && queue.length === 0 && attachments.length === 0;
}

/** What Enter or Tab would add behind the cursor. */
function readGhost({ help, dialog }: ReplState): string {
  return !dialog && help?.type === 'completion' ? help.ghost : '';
}

function isAsking({ dialog }: ReplState): boolean {
  return dialog?.type === 'confirm' || (dialog?.type === 'approval' && dialog.typed === undefined);
}

/** The text that is typed, as rows of the screen, and the cursor in them. */
type InputLayout = { rows: readonly string[]; cursor: CursorPlace; top: number; hidden: readonly string[] };

const promptMark = `${speakers.prompt.mark} `;
const filterMark = `find ${promptMark}`;
const searchMark = `search ${promptMark}`;

/** The draft, the filter of a list, what is searched for or the answer to a question, in at most `maxRows` rows. */
function layoutInput(
  state: ReplState,
  { columns, maxRows, top, look }: { columns: number; maxRows: number; top: number | undefined; look: Look },
): InputLayout {
  const [shown, mark] = findInput(state);
  const layout = layoutDraft(shown, { ...toRowOptions(columns, mark), maxRows, top });
  const indent = ' '.repeat(mark.length);
  const painted = `${look.theme.paint('user', mark.trimEnd())} `;
  const placeholder = findPlaceholder(state, columns);
  const rows =
    placeholder === undefined
      ? layout.rows.map((row, index) => (index === 0 && layout.top === 0 ? painted : indent) + row)
      : [painted + look.theme.paint('dim', placeholder)];
  return { rows, cursor: layout.cursor, top: layout.top, hidden: describeHidden(layout) };
}

/** The mode of the keys, and the drafts that were put aside. */
function describeComposer({ viMode, setAside, stash }: ReplState, { nameKeys }: Look): string[] {
  const describe = (text: string, key: string): string => {
    const name = nameKeys(key);
    return `put aside: ${toOneLine(text.slice(0, 40))}${name === '' ? '' : ` (${name})`}`;
  };
  return [
    viMode,
    setAside && describe(expandDraft(setAside), 'Esc'),
    stash && describe(stash.prompt.text, 'Ctrl+S'),
  ].flatMap((part) => part ?? []);
}

/** The rows that the composer has no room for: `6 more above`, `2 below`. */
function describeHidden({ above, below }: { above: number; below: number }): string[] {
  const count = (rows: number): string => `${rows}${rows < maxCounted ? '' : '+'}`;
  if (above > 0) return [`${count(above)} more above`, ...(below > 0 ? [`${count(below)} below`] : [])];
  return below > 0 ? [`${count(below)} more below`] : [];
}

/** Whether the keys go to something else than the draft. */
function hasOwnInput({ dialog, help }: ReplState): boolean {
  return dialog !== undefined || help?.type === 'history-search';
}

/** The text that takes the keys now, and the mark before it. */
function findInput({ draft, dialog, help }: ReplState): [ReplState['draft'], string] {
  if (dialog?.type === 'pick') return [createDraft(dialog.filter), filterMark];
  if (dialog?.type === 'approval') return [createDraft(dialog.typed?.reason ?? ''), promptMark];
  if (dialog?.type === 'text') return [createDraft(dialog.text), promptMark];
  if (help?.type === 'history-search') return [createDraft(help.query), searchMark];
  return [draft, promptMark];
}

/** The rows of the draft at this width, for moves between rows. */
export function toDraftRows(columns: number): RowOptions {
  return toRowOptions(columns, promptMark);
}

function toRowOptions(columns: number, mark: string): RowOptions {
  return { columns, promptWidth: mark.length, continuationWidth: mark.length };
}

/** What an empty draft shows in its place, in one row. Undefined if something else tells what to type, or nothing is to be typed. */
export function findPlaceholder(state: ReplState, columns: number): string | undefined {
  const { draft, dialog, help, work, queue, revision, attachments } = state;
  if (draft.text !== '' || dialog || help || work || revision || queue.length > 0 || attachments.length > 0)
    return undefined;
  // The last cell of a row is never written.
  return cutToWidth(choosePlaceholder(state, columns), columns - gutterWidth - 1);
}

function choosePlaceholder({ isNewcomer, facts }: ReplState, columns: number): string {
  if (isNewcomer)
    return toDensity(columns) === 'narrow'
      ? 'Ask, @file, !command or /command'
      : 'Ask anything · @file adds a file · !command adds its output';
  return facts.isBegun ? 'Ask a follow-up' : 'Ask anything';
}
