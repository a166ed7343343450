import { describe, expect, it } from 'vitest';
import { listLateWrites, listRowWrites } from './row-writes.ts';

const up = (rows: number): string => `\u001b[${rows}A\r`;

describe('the rows that a program writes', () => {
  it('are counted from the first, whatever their style', () => {
    const output = `\u001b[?2026hone\u001b[K\r\n\u001b[1mt\u001b[0mwo\u001b[K\r\n\u001b[K\u001b[?2026l${up(1)}TWO\u001b[K\u001b[1B\r\u001b[2C`;
    expect(listRowWrites(output)).toEqual([
      { row: 0, text: 'one' },
      { row: 1, text: 'two' },
      { row: 2, text: '' },
      { row: 1, text: 'TWO' },
    ]);
  });

  it('are written once if they are erased before', () => {
    expect(listRowWrites('longer\r\u001b[K\u001b[2mshort\u001b[0m\u001b[K')).toEqual([
      { row: 0, text: 'longer' },
      { row: 0, text: 'short' },
    ]);
  });

  it('end where what is below is erased', () => {
    expect(listRowWrites(`one\r\ntwo\r\nthree${up(1)}\u001b[J`).slice(3)).toEqual([
      { row: 1, text: '' },
      { row: 2, text: '' },
    ]);
  });
});

describe('writes into finished rows', () => {
  it.each([
    ['none, where only what is open changes', `one\r\ntw\r\u001b[0mtwo\r\nthree`, []],
    ['the same text again', `one\r\ntwo${up(1)}one\u001b[1B\r\nthree`, [{ row: 0, text: 'one' }]],
    ['the same text in a row that was open until then', `one\r\nx${up(1)}\r\u001b[1B\rtwo\r\nthree`, []],
  ])('are %s', (_, output, late) => {
    expect(listLateWrites(listRowWrites(output), 3)).toEqual(late);
  });
});
