import { describe, expect, it } from 'vitest';
import { createDraft } from '../../../src/repl/composer/draft.ts';
import { insert } from '../../../src/repl/composer/edit-draft.ts';
import { keyBindings } from '../../../src/repl/composer/key-bindings.ts';
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

function draw(changes: Partial<ReplState>, { columns = 80, rows = 24 } = {}): string {
  const renderer = createPanelRenderer();
  const state = { ...initialState, ...changes };
  const listRows = Math.max(3, Math.floor(rows / 2) - 3);
  const lines = renderer.render({ state, look, columns, listRows, rows, now: 10_000 });
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

describe('the keys that `?` shows', () => {
  it.each([
    [80, 24, false, 'Enter keeps this list'],
    [80, 24, true, 'Enter shows all keys'],
    [40, 15, false, 'Enter shows all keys'],
    [40, 15, true, 'Enter shows all keys'],
  ])('take the screen, and no other keys are named: %i x %i, vi %s', (columns, rows, isVi, end) => {
    const help = { type: 'keys' as const, bindings: keyBindings, isVi };
    const lines = draw({ help, draft: insert(createDraft(), '?') }, { columns, rows }).split('\n');
    // Below them stand the draft and, in vi mode, its word.
    const height = lines.length + 1 + (isVi ? 1 : 0);
    expect(height).toBeLessThan(rows);
    expect(height).toBeGreaterThanOrEqual(rows - 2);
    expect(lines.at(-1)).toBe(`${end} · Esc closes`);
    expect(lines.join()).not.toContain('Enter sends');
  });
});

describe('a question in a narrow window', () => {
  const question = 'The file of the last report.md already exists. Overwrite it?';

  it.each<[string, ReplState['dialog'], string]>([
    [
      'of yes or no',
      { type: 'confirm', question, byDefault: false, isSeen: true },
      'exists. Overwrite it? y/N',
    ],
    ['for a text', { type: 'text', question, text: '' }, 'exists. Overwrite it?'],
    [
      'above a list',
      { type: 'pick', title: question, items: [{ text: 'yes', description: '' }], filter: '', selected: 0 },
      'exists. Overwrite it?',
    ],
  ])('%s goes on in the next row', (_, dialog, end) => {
    expect(draw({ dialog }, { columns: 40 })).toContain(`The file of the last report.md already\n${end}`);
  });
});
