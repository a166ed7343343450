import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/terminal/cell-width.ts';
import { simpleWidth } from '../../src/terminal/simple-character.ts';

describe('the width of a text', () => {
  it.each([
    ['', 0],
    ['hello', 5],
    ['héllo', 5],
    ['e\u0301', 1],
    ['Привет', 6],
    ['世界', 4],
    ['こんにちは', 10],
    ['한국어', 6],
    ['ＡＢ', 4],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['👍🏽', 2],
    ['1️⃣', 2],
    ['\u200b', 0],
    ['a\tb', 2],
  ])('of %j is %i cells', (text, width) => {
    expect(cellWidth(text)).toBe(width);
  });

  it('of a simple character is the one that string-width knows, and so is that of a pair of them', async () => {
    const { default: stringWidth } = await import('string-width');
    const segmenter = new Intl.Segmenter();
    const wrong: string[] = [];
    for (let unit = 0; unit <= 0xffff; unit += 1) {
      const cells = simpleWidth(unit);
      if (cells === 0) continue;
      const character = String.fromCharCode(unit);
      if (stringWidth(character) !== cells) wrong.push(character);
      if ([...segmenter.segment(`a${character}`)].length !== 2) wrong.push(`a${character}`);
    }
    expect(wrong).toEqual([]);
  });
});
