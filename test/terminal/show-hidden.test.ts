import { describe, expect, it } from 'vitest';
import { showHidden } from '../../src/terminal/show-hidden.ts';
import { crowdedTexts, ordinaryTexts } from '../helpers/crowded-texts.ts';

describe('what hides in a command', () => {
  it.each([
    ['a direction that turns', 'rm \u202ekcab', 'rm ⟪U+202E⟫kcab'],
    ['an escape sequence', 'ls\u001b[2K\u001b]0;x\u0007', 'ls⟪U+001B⟫[2K⟪U+001B⟫]0;x⟪U+0007⟫'],
    ['a carriage return that writes over the line', 'rm -rf ~\rls', 'rm -rf ~⟪U+000D⟫ls'],
    ['a blank that is none for a shell', 'rm\u00a0-rf', 'rm⟪U+00A0⟫-rf'],
    ['a blank of zero width', 'r\u200bm', 'r⟪U+200B⟫m'],
    ['an invisible twin of ASCII', 'a\u{e0041}b', 'a⟪U+E0041⟫b'],
    ['a separator of lines', 'a\u2028b', 'a⟪U+2028⟫b'],
    ['half a character', 'a\ud83db', 'a⟪U+D83D⟫b'],
    ['a joiner of letters', 'a\u034fb', 'a⟪U+034F⟫b'],
    ['a mark of shorthand', 'a\u{1bca0}b', 'a⟪U+1BCA0⟫b'],
    ['a mark of music', 'a\u{1d173}b', 'a⟪U+1D173⟫b'],
    ['a character that is none', 'a\ufff0b', 'a⟪U+FFF0⟫b'],
    ['a variation of nothing', 'a\ufe00b\u180f', 'a⟪U+FE00⟫b⟪U+180F⟫'],
    ['a line feed', 'a\nb', 'a⟪U+000A⟫b'],
    ['an end of a line', 'a\u0085b', 'a⟪U+0085⟫b'],
    ['a mark that stands before a number', 'a\u0600b', 'a⟪U+0600⟫b'],
    ['a character that is none yet', 'a\u{3fffd}b', 'a⟪U+3FFFD⟫b'],
    ['a selector of an emoji behind a letter', 'a\ufe0fb', 'a⟪U+FE0F⟫b'],
    ['a selector behind another', '✔\ufe0f\ufe0f', '✔\ufe0f⟪U+FE0F⟫'],
    ['a mark on no letter', '\u0338a', '⟪U+0338⟫a'],
    ['a mark on top of many', `a${'\u0301'.repeat(7)}`, `a${'\u0301'.repeat(5)}⟪U+0301⟫⟪U+0301⟫`],
    ['a middle of a Korean syllable between letters', 'a\u1161b', 'a⟪U+1161⟫b'],
    ['a skin on top of many', `👍${'🏻'.repeat(10)}`, `👍${'🏻'.repeat(9)}⟪U+1F3FB⟫`],
    ['a control character of eight bits', 'a\u009b2Kb', 'a⟪U+009B⟫2Kb'],
  ])('is named: %s', (_, text, shown) => {
    expect(showHidden(text)).toBe(shown);
  });

  it.each(['npm test', 'größe 漢字 😀 ✔\ufe0f'])('leaves %j as it is', (text) => {
    expect(showHidden(text)).toBe(text);
  });

  it.each(ordinaryTexts)('leaves words in %s as they are', (_, text) => {
    expect(showHidden(text)).toBe(text);
  });

  it.each(crowdedTexts)('leaves no line end and no long grapheme: %s', (_, text) => {
    const shown = showHidden(text);
    expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    for (const { segment } of new Intl.Segmenter().segment(shown.slice(0, 4000)))
      expect(Array.from(segment).length, shown.slice(0, 100)).toBeLessThanOrEqual(11);
  });

  it('is found in a moment in a long line', () => {
    const begun = performance.now();
    for (const [, text] of crowdedTexts) showHidden(text.repeat(2));
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
