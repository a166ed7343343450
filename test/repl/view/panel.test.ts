import { describe, expect, it } from 'vitest';
import { createApproval } from '../../../src/repl/dialogs/approval.ts';
import { createLook } from '../../../src/repl/look.ts';
import { initialState, type ReplState } from '../../../src/repl/state.ts';
import { createPanelRenderer } from '../../../src/repl/view/render-panel.tsx';

const look = createLook({
  themeChoice: 'none',
  background: undefined,
  level: 'none',
  links: false,
  motion: true,
  statusFields: [],
});

function draw(changes: Partial<ReplState>): string {
  const renderer = createPanelRenderer();
  const state = { ...initialState, ...changes };
  const lines = renderer.render({ state, look, columns: 80, listRows: 9, rows: 24, now: 10_000 });
  renderer.close();
  return lines.join('\n');
}

describe('the seconds of an answer', () => {
  const work = { label: 'Asking', startedAt: 0, received: 0, wait: undefined };
  const question = createApproval({
    question: 'Run this command in /work?',
    notes: [],
    body: [{ kind: 'text', text: 'ls' }],
    mustBeSeen: true,
    choices: [{ text: 'yes, once', isYes: true }],
  });

  it('are not counted while a question about a call waits for the person', () => {
    expect(draw({ work })).toContain('Asking 10 s');
    expect(draw({ work, dialog: question })).not.toContain('Asking');
    expect(draw({ work, waitingDialog: question })).not.toContain('Asking');
    expect(draw({ work, waitingDialog: question })).toContain('Run this command in /work? ls · Tab answers');
  });
});
