import { describe, expect, it } from 'vitest';
import { fitColumns, layoutRow } from '../../../src/repl/view/list-columns.ts';
import { cellWidth } from '../../../src/terminal/cell-width.ts';

const rows = [
  { text: 'gpt-5', cells: ['high', '264k'], description: 'reads images' },
  { text: 'claude-haiku-4.5', cells: ['', '1M'], description: '' },
  { text: '日本語のモデル', cells: ['low', '128k'], description: 'wide letters' },
];

function layout(width: number): string[] {
  const columns = fitColumns(rows, width);
  return rows.map((row) => {
    const { name, details } = layoutRow(row, columns);
    return name + details;
  });
}

describe('the columns of a list', () => {
  it('are as wide as their longest cell, numbers end at the same place, and wide letters count twice', () => {
    expect(layout(60)).toEqual([
      'gpt-5             high  264k  reads images',
      'claude-haiku-4.5          1M  ',
      '日本語のモデル    low   128k  wide letters',
    ]);
  });

  it.each([
    [60, 0],
    [38, 0],
    [33, 1],
    [27, 2],
    [20, 3],
  ])('fit into %i cells by leaving out the last ones: %i', (width, hidden) => {
    expect(fitColumns(rows, width).hidden).toBe(hidden);
    for (const line of layout(width)) expect(cellWidth(line.trimEnd())).toBeLessThanOrEqual(width);
  });

  it.each([60, 30, 22])(
    'keep the mark of the value in force behind a name that is cut to %i cells',
    (width) => {
      const marked = [
        {
          text: 'a question that is rather long, so that it is cut',
          mark: ' ✓',
          cells: ['1M'],
          description: '',
        },
        { text: '長い長い長い長い長い長い質問', mark: ' ✓', cells: [''], description: '' },
        { text: 'short', mark: ' ✓', cells: [''], description: '' },
      ];
      const columns = fitColumns(marked, width);
      for (const row of marked) {
        const { name } = layoutRow(row, columns);
        expect(name.trimEnd()).toMatch(/\S ✓$/);
        expect(cellWidth(name)).toBe(columns.text);
      }
    },
  );

  it('cut a name before they are left out, down to twenty cells', () => {
    const long = [{ text: 'a'.repeat(40), cells: ['1M'], description: '' }];
    expect(fitColumns(long, 30)).toMatchObject({ text: 26, hidden: 0 });
    expect(fitColumns(long, 22)).toMatchObject({ text: 22, hidden: 1 });
  });
});
