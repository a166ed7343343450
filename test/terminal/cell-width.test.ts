import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cellWidth, toCells } from '../../src/terminal/cell-width.ts';

describe('the width of a text in cells', () => {
  it.each([
    ['plain', 5],
    ['', 0],
    ['Grüße', 5],
    ['Привет', 6],
    ['世界', 4],
    ['한국어', 6],
    ['e\u0301', 1],
    ['👋🏽', 2],
    ['👨‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['1\ufe0f\u20e3', 2],
    ['a\u200bb', 2],
    ['─│“”…', 5],
  ])('of %j is %i', (text, width) => {
    expect(cellWidth(text)).toBe(width);
    expect(toCells(text).reduce((sum, cell) => sum + cell.width, 0)).toBe(width);
    expect(
      toCells(text)
        .map((cell) => cell.text)
        .join(''),
    ).toBe(text);
  });

  it.each([1, 20, 80, 200])('does not count the look of a long painted line of %i parts', (count) => {
    for (const part of ['─ ', 'é', '漢字'])
      expect(cellWidth(`\u001b[38;5;248m${part}\u001b[39m`.repeat(count))).toBe(cellWidth(part) * count);
  });

  it('is the same for a long text as for its parts, however long its graphemes are', () => {
    const parts = ['👨‍👩‍👧', 'e\u0301', '🇩🇪', '世', ` a${'\u0301'.repeat(1_000)}`, 'x'];
    const text = parts.join('').repeat(50);
    const cells = toCells(text);
    expect(cells.map((cell) => cell.text).join('')).toBe(text);
    expect(cells.length).toBe(7 * 50);
    expect(cellWidth(text)).toBe(stringWidth(parts.join('')) * 50);
  });

  it('is what string-width says for the characters of the basic plane, alone and beside others', () => {
    const wrong: string[] = [];
    for (let code = 0x20; code < 0xd800; code += code < 0x3400 ? 1 : 61) {
      const character = String.fromCharCode(code);
      for (const text of [character, `a${character}`, `漢${character}。`])
        if (cellWidth(text) !== stringWidth(text)) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });
});
