import { describe, expect, it } from 'vitest';
import type { PickDialog, PickItem } from '../../../src/repl/dialogs/dialog.ts';
import { createLook } from '../../../src/repl/look.ts';
import { initialState } from '../../../src/repl/state.ts';
import { createPanelRenderer } from '../../../src/repl/view/render-panel.tsx';

const look = createLook({
  themeChoice: 'none',
  background: undefined,
  level: 'none',
  links: false,
  motion: true,
  statusFields: [],
});

function draw(
  items: readonly PickItem[],
  columns: number,
  titles?: readonly string[],
  listRows = 9,
): string[] {
  const renderer = createPanelRenderer();
  const dialog: PickDialog = {
    type: 'pick',
    title: 'Which?',
    items,
    filter: '',
    selected: 0,
    ...(titles && { columns: titles }),
  };
  const lines = renderer.render({
    state: { ...initialState, dialog },
    look,
    columns,
    listRows,
    rows: 24,
    now: 0,
  });
  renderer.close();
  return lines;
}

describe('a list', () => {
  it.each([
    ['none', []],
    ['a short one', ['mcp']],
    ['the longest', ['write']],
    ['all', ['mcp', 'write']],
  ])('keeps its columns in place, whichever row is marked: %s', (_, marked) => {
    const items = ['mcp', 'write'].map((text) => ({
      text,
      cells: ['off'],
      description: 'what it does',
      isCurrent: marked.includes(text),
    }));
    const rows = draw(items, 60).filter((line) => line.includes('off'));
    expect(rows.map((row) => row.indexOf('off'))).toEqual([11, 11]);
  });

  it('names the columns that have no room, or counts them if their names have none, either', () => {
    const items = [{ text: 'a'.repeat(30), cells: ['x'.repeat(12), 'y'.repeat(12)], description: '' }];
    expect(draw(items, 32, ['Context', 'Reads']).at(-1)).toBe('Too narrow for context, reads');
    const long = ['Context of the model', 'What it reads'];
    expect(draw(items, 32, long).at(-1)).toBe('Too narrow for 2 columns');
  });

  it('keeps rows to choose from on a low screen, and lets keys give way', () => {
    const items = Array.from({ length: 14 }, (_, index) => ({
      text: `model-${index}`,
      cells: ['a long cell of it', 'another one'],
      description: '',
    }));
    const rows = draw(items, 25, ['One', 'Two'], 3);
    expect(rows.filter((row) => row.includes('model-'))).toHaveLength(3);
    expect(rows.slice(rows.findIndex((row) => row.includes('model-2')) + 1)).toEqual([
      '1 of 14 · Enter picks',
    ]);
  });
});
