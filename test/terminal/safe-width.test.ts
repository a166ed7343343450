import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/terminal/cell-width.ts';
import { breakSafely, cutSafely, safeWidth, wrapSafely } from '../../src/terminal/safe-width.ts';
import { createScreen } from '../emulator/screen.ts';
import { crowdedTexts, ordinaryTexts } from '../helpers/crowded-texts.ts';

const columns = 40;
const countings = ['graphemes', 'code points'] as const;

/** How many rows a terminal of this width draws for these. */
async function countDrawn(rows: readonly string[], counting: (typeof countings)[number]): Promise<number> {
  const screen = createScreen({ columns, rows: 10, counting });
  await screen.feed(rows.join('\r\n'));
  const drawn = screen.text().length - Math.max(0, 10 - 1 - screen.cursor().row);
  screen.dispose();
  return drawn;
}

const isControl = /^[\p{Cc}\p{Cs}]$/u;
const texts = [...crowdedTexts, ...ordinaryTexts].filter(([, text]) => !/[\n\r]/.test(text));

describe('the most cells that a terminal may take', () => {
  it('are at least one for each character, and not less than we usually count', () => {
    const narrow: string[] = [];
    for (let code = 0x20; code < 0x20000; code += code < 0x3000 ? 1 : 7) {
      const character = String.fromCodePoint(code);
      if (isControl.test(character)) continue;
      if (safeWidth(character) < Math.max(1, cellWidth(character))) narrow.push(code.toString(16));
    }
    expect(narrow).toEqual([]);
  });

  it('are what we usually count for letters that all terminals know', () => {
    for (const text of ['npm test', 'größe', 'Привет', '漢字', 'カナ', '안녕'])
      expect(safeWidth(text), text).toBe(cellWidth(text));
  });

  it.each([
    ['a letter with an accent of its own', 'e\u0301', 2],
    ['a flag', '🇩🇪', 4],
    ['a heart in colour', '❤\ufe0f', 3],
    ['a thumb with a skin', '👍🏽', 4],
    ['a joined letter of Hindi', '\u0915\u094d\u0937', 3],
    ['a Korean syllable in parts', '한'.normalize('NFD'), 4],
  ])('are those of its code points for %s', (_, text, width) => {
    expect(safeWidth(text)).toBe(width);
  });
});

describe.each(countings)('on a terminal that counts %s', (counting) => {
  it.each(texts)('a row holds what it should: %s', async (_, text) => {
    const broken = breakSafely(text.repeat(3), columns);
    expect(broken.join('')).toBe(text.repeat(3));
    expect(await countDrawn(broken, counting)).toBe(broken.length);
    const wrapped = wrapSafely(`It is ${text} and more`, columns);
    expect(await countDrawn(wrapped, counting)).toBe(wrapped.length);
    expect(await countDrawn([cutSafely(text.repeat(20), columns)], counting)).toBe(1);
  });
});

describe('words that are wrapped', () => {
  it('stay whole if they fit', () => {
    const rows = wrapSafely('नमस्ते दुनिया and  words\nof two lines', 16);
    expect(rows).toEqual(['नमस्ते दुनिया', 'and  words', 'of two lines']);
  });

  it('are broken if they are longer than a row', () => {
    expect(wrapSafely(`to ${'e\u0301'.repeat(6)} it`, 8)).toEqual([
      'to',
      'e\u0301'.repeat(4),
      `${'e\u0301'.repeat(2)} it`,
    ]);
  });

  it('keep the blanks before them', () => {
    expect(wrapSafely('  e\u0301 a', 20)).toEqual(['  e\u0301 a']);
  });
});

describe('a text that is cut', () => {
  it.each([
    ['e\u0301e\u0301', 4, 'e\u0301e\u0301'],
    ['e\u0301e\u0301', 3, 'e\u0301…'],
    ['npm test', 4, 'npm…'],
  ])('%s has at most %i cells', (text, cells, cut) => {
    expect(cutSafely(text, cells)).toBe(cut);
  });
});
