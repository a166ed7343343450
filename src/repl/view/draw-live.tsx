import { cellWidth } from '../../terminal/cell-width.ts';
import type { Live, Size } from '../../terminal/screen.ts';
import { layoutInput } from '../input-layout.ts';
import type { Look } from '../look.ts';
import type { ReplState } from '../state.ts';
import type { Transcript } from '../transcript.ts';
import { Panel } from './panel.tsx';
import { createPanelRenderer } from './render-panel.ts';
import { spinnerMs } from './work-view.tsx';

export type LiveViewOptions = {
  getState: () => ReplState;
  look: () => Look;
  transcript: Transcript;
  size: () => Size;
  now: () => number;
};

export type LiveView = { draw(): Live; close(): void };

/** How much of a screen what is typed may take, and a list. */
const draftShare = 0.4;
const listShare = 0.5;

/** What is live: the open end of the answer, and the panel, which is laid out anew only when something in it changed. */
export function createLiveView({ getState, look, transcript, size, now }: LiveViewOptions): LiveView {
  const renderer = createPanelRenderer();
  let drawn: { key: readonly unknown[]; panel: readonly string[]; cursor: Live['cursor'] } | undefined;

  function drawPanel(): Pick<Live, 'panel' | 'cursor'> {
    const state = getState();
    const { columns, rows } = size();
    const tick = state.work && (look().motion || state.work.wait) ? Math.floor(now() / spinnerMs) : 0;
    const key = [state, look(), columns, rows, tick];
    if (drawn?.key.every((value, index) => value === key[index])) return drawn;
    const layout = layoutInput(state, columns, Math.max(1, Math.floor(rows * draftShare)));
    const panel = renderer.render(
      <Panel
        state={state}
        look={look()}
        layout={layout}
        columns={columns}
        listRows={Math.max(3, Math.floor(rows * listShare) - 3)}
        now={now()}
      />,
      columns,
    );
    const top = panel.length - layout.rows.length;
    const cursor = isAsking(state)
      ? { row: panel.length - 1, column: cellWidth(panel.at(-1) ?? '') + 1 }
      : { row: top + layout.cursor.row, column: layout.cursor.column };
    drawn = { key, panel, cursor };
    return drawn;
  }

  return {
    draw: () => ({ tail: transcript.draw(size().rows), ...drawPanel() }),
    close: renderer.close,
  };
}

function isAsking({ dialog }: ReplState): boolean {
  return dialog?.type === 'confirm';
}
