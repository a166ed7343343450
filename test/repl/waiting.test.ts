import { describe, expect, it } from 'vitest';
import { createDraft } from '../../src/repl/composer/draft.ts';
import { insert } from '../../src/repl/composer/edit-draft.ts';
import { createLook } from '../../src/repl/look.ts';
import { initialState, type ReplState } from '../../src/repl/state.ts';
import { drawWaiting } from '../../src/repl/view/waiting.ts';
import { cellWidth } from '../../src/terminal/cell-width.ts';

const look = createLook({
  themeChoice: 'none',
  background: undefined,
  level: 'none',
  links: false,
  motion: true,
  statusFields: [],
});

function draw(texts: readonly string[], changes: Partial<ReplState> = {}, columns = 80): string[] {
  const queue = texts.map((text) => ({ text, pasted: [] })) as never;
  return drawWaiting({ ...initialState, queue, ...changes }, { look, columns });
}

const draft = insert(createDraft(), 'why');

describe('the prompts that wait', () => {
  it('stand in the gutter, with the keys behind the last one', () => {
    expect(draw([])).toEqual([]);
    expect(draw(['one', 'two'])).toEqual(['› one · queued', '› two · queued · Up edits · /queue']);
    expect(draw(['one'], { isHeld: true })).toEqual([
      '› one · queued · Enter sends the queue · Up edits · /queue',
    ]);
  });

  it('say what Enter does beside a draft, which the keys are not for', () => {
    expect(draw(['one'], { draft })).toEqual(['› one · queued · On an empty prompt: Up edits']);
    expect(draw(['one'], { draft, isHeld: true })).toEqual([
      '› one · queued · Enter sends the queue and this',
    ]);
    expect(draw(['one'], { draft, isHeld: true }, 40)).toEqual([
      '› one · queued',
      '  Enter sends the queue and this',
    ]);
    expect(draw(['one'], { draft, isHeld: true, isReturned: true })).toEqual([
      '› one · queued · On an empty prompt: Enter sends the queue',
    ]);
  });

  it('are three rows at most, and the count of the others, or a single one', () => {
    expect(draw(['a', 'b', 'c', 'd']).map((row) => row.slice(0, 12))).toEqual([
      '› a · queued',
      '› b · queued',
      '› c · queued',
      '› d · queued',
    ]);
    expect(draw(['a', 'b', 'c', 'd', 'e'])).toEqual([
      '› a · queued',
      '› b · queued',
      '  2 more',
      '› e · queued · Up edits · /queue',
    ]);
  });

  it('have their keys on a row below in a narrow pane, as many as fit', () => {
    expect(draw(['one'], { isHeld: true }, 40)).toEqual([
      '› one · queued',
      '  Enter sends the queue · Up edits',
    ]);
  });

  it('are cut before their keys are, and never as wide as the terminal', () => {
    for (const columns of [12, 20, 40, 80, 120]) {
      const rows = draw(['word '.repeat(80), '漢字'.repeat(80)], { isHeld: true }, columns);
      for (const row of rows) expect(cellWidth(row)).toBeLessThan(columns);
      if (columns >= 80)
        expect(rows.at(-1)).toMatch(/… · queued · Enter sends the queue · Up edits · \/queue$/);
    }
  });
});
