import { describe, expect, it } from 'vitest';
import { stripControls } from '../src/terminal-text.ts';

describe('text that somebody else wrote', () => {
  it.each<[what: string, text: string, stripped: string]>([
    ['a colour', '\u001b[31mred\u001b[0m', '[31mred[0m'],
    ['a window title', '\u001b]0;title\u0007text', ']0;titletext'],
    ['a clipboard write', '\u001b]52;c;aGk=\u001b\\', ']52;c;aGk=\\'],
    ['an escape sequence of one character', 'a\u009b2Jb', 'a2Jb'],
    ['a carriage return, which could overwrite the line', 'safe\revil', 'safeevil'],
    ['a backspace', 'ab\u0008c', 'abc'],
    ['a bell', 'ding\u0007', 'ding'],
    ['DEL and NUL', 'a\u007fb\u0000c', 'abc'],
    ['a vertical tab and a form feed', 'a\u000bb\u000cc', 'abc'],
  ])('loses %s', (_, text, stripped) => {
    expect(stripControls(text)).toBe(stripped);
  });

  it('has not one control character left but newline and tab', () => {
    const all = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join('');
    const printable = Array.from({ length: 0x7f - 0x20 }, (_, code) => String.fromCharCode(0x20 + code)).join(
      '',
    );
    expect(stripControls(all)).toBe(`\t\n${printable}`);
  });

  it.each([['plain text'], ['a\tb\nc'], ['Grüße, 世界 👋🏽'], ['']])('keeps %j', (text) => {
    expect(stripControls(text)).toBe(text);
  });

  it('is harmless wherever a sequence is cut', () => {
    const text = 'a\u001b[31mb\u001b]0;t\u0007c';
    for (let cut = 0; cut <= text.length; cut += 1) {
      expect(stripControls(text.slice(0, cut)) + stripControls(text.slice(cut))).toBe(stripControls(text));
    }
  });
});
