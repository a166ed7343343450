import type { ReplApp } from '../app.ts';
import { type CallView, createCallView } from './call-view.ts';
import { showWhole } from './show-whole.ts';
import { createSpokenCallView } from './spoken-call-view.ts';
import { toDiff } from './to-diff.ts';

export function openCallView(app: ReplApp): CallView {
  const { transcript, context } = app;
  if (app.isSpoken) return createSpokenCallView({ print: transcript.print, toDiff });
  return createCallView({
    transcript,
    look: () => app.look,
    columns: () => app.screenSize.columns,
    rows: () => app.screenSize.rows,
    toDiff,
    page: (title, body) => void showWhole(app, title, body),
    now: context.now,
  });
}
