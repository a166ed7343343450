import { describe, expect } from 'vitest';
import { createDraft, type Draft, setText } from '../../../src/repl/composer/draft.ts';
import { insert, reduceDraft } from '../../../src/repl/composer/edit-draft.ts';
import { layoutDraft, moveByRow } from '../../../src/repl/composer/layout-draft.ts';
import { expandDraft, paste } from '../../../src/repl/composer/pastes.ts';
import { cellWidth } from '../../../src/terminal/cell-width.ts';
import { createRandom, type Random } from '../../helpers/random.ts';
import { itRepeats } from '../../helpers/sampled.ts';
import { run } from './drafts.ts';

const commands = [
  'new-line',
  'left',
  'right',
  'up',
  'down',
  'word-left',
  'word-right',
  'line-start',
  'line-end',
  'delete-back',
  'delete-forward',
  'delete-word-back',
  'delete-word-forward',
  'delete-to-line-start',
  'delete-to-line-end',
  'yank',
  'yank-pop',
  'transpose',
  'undo',
  'redo',
  'clear',
  'expand-paste',
] as const;

const texts = [
  'a',
  'bc ',
  '漢字',
  'e\u0301',
  '\u0301',
  '👩‍👩‍👧',
  '\u200d',
  '🇩',
  '🇩🇪',
  '\t',
  '\u001b[31m',
  '\u202e',
  'क्षि',
  '\u0000',
];
const rows = { columns: 20, promptWidth: 2, continuationWidth: 4 };

function edit(draft: Draft, random: Random): Draft {
  const kind = random.integer(9);
  if (kind < 5) return insert(draft, random.pick(texts));
  if (kind === 5) return paste(draft, random.chance(0.5) ? random.pick(texts) : 'x\n'.repeat(20));
  if (kind === 6 && random.chance(0.1)) return setText(draft, random.text(60));
  return reduceDraft(draft, random.pick(commands), rows);
}

function isBoundary(text: string, offset: number): boolean {
  const pieces = text.slice(offset).split(/([\udc00-\udfff])/u);
  const before =
    text
      .slice(0, offset)
      .split(/([\udc00-\udfff])/u)
      .at(-1) ?? '';
  const around = new Intl.Segmenter('en').segment(before + (pieces[0] ?? ''));
  return pieces[0] === '' || around.containing(before.length)?.index === before.length;
}

describe('after random edits', () => {
  itRepeats(60, 'the cursor stands between graphemes, and undo and redo lead to both ends', (count) => {
    for (let seed = 0; seed < count; seed += 1) {
      const random = createRandom(seed);
      let draft = createDraft();
      for (let step = 0; step < 60; step += 1) {
        draft = edit(draft, random);
        if (!isBoundary(draft.text, draft.cursor)) expect.fail(`seed ${seed}, step ${step}`);
      }
      const redone = run(draft, ...draft.redoStack.map(() => 'redo' as const));
      const undone = run(redone, ...redone.undoStack.map(() => 'undo' as const));
      expect([undone.text, undone.cursor]).toEqual(['', 0]);
      const again = run(undone, ...undone.redoStack.map(() => 'redo' as const));
      expect(again.text).toBe(redone.text);
      expect(expandDraft(again)).toBe(expandDraft(redone));
    }
  });

  itRepeats(60, 'a layout is never wider or higher than its place, and shows the cursor', (count) => {
    for (let seed = 0; seed < count; seed += 1) {
      const random = createRandom(seed);
      let draft = createDraft();
      let top: number | undefined;
      for (let step = 0; step < 40; step += 1) {
        draft = edit(draft, random);
        const options = { ...rows, columns: random.pick([20, 20, 11, 7]), maxRows: 4, top };
        const layout = layoutDraft(draft, options);
        top = layout.top;
        const widths = layout.rows.map((row, index) => cellWidth(row) + (top === 0 && index === 0 ? 2 : 4));
        expect(
          {
            fits: layout.rows.length <= 4 && Math.max(...widths) < options.columns,
            showsCursor: layout.cursor.row < layout.rows.length && layout.cursor.column < options.columns,
            isSafe: !/[\u0000-\u001f\u007f-\u009f\u202e]/.test(layout.rows.join('')),
          },
          `seed ${seed}, step ${step}`,
        ).toEqual({ fits: true, showsCursor: true, isSafe: true });
      }
    }
  });

  itRepeats(40, 'every row is reached with Up from the end, and again with Down', (count) => {
    for (let seed = 0; seed < count; seed += 1) {
      const random = createRandom(seed);
      let draft = createDraft();
      for (let step = 0; step < 40; step += 1)
        draft = insert(draft, random.pick([...texts, '\n', 'word word word ']));
      const { rows: all } = layoutDraft(draft, { ...rows, maxRows: 1000 });
      const climb = (step: -1 | 1): number => {
        let count = 0;
        for (let next = moveByRow(draft, step, rows); next !== draft; next = moveByRow(draft, step, rows)) {
          draft = next;
          count += 1;
        }
        return count;
      };
      expect(climb(-1), `seed ${seed}`).toBe(all.length - 1);
      expect(climb(1), `seed ${seed}`).toBe(all.length - 1);
    }
  });
});
