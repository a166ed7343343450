import { describe, expect, it } from 'vitest';
import { showHidden } from '../../../src/repl/calls/show-hidden.ts';

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
    ['a control character of eight bits', 'a\u009b2Kb', 'a⟪U+009B⟫2Kb'],
  ])('is named: %s', (_, text, shown) => {
    expect(showHidden(text)).toBe(shown);
  });

  it.each(['npm test', 'größe 漢字 😀 ✔\ufe0f', 'a\nb'])('leaves %j as it is', (text) => {
    expect(showHidden(text)).toBe(text);
  });
});
