import { describe, expect, it } from 'vitest';
import { stripControls, toOneLine } from '../src/terminal-text.ts';

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

describe('text for one line', () => {
  it.each<[what: string, text: string, line: string]>([
    ['line breaks and tabs', ' a\r\nb\t\tc\u2028d ', 'a b c d'],
    ['what turns the direction', 'a\u202eb\u2066c\u200fd\u061ce', 'abcde'],
    ['zero-width blanks, soft hyphens and fillers', 'a\u200bb\ufeffc\u00add\u2060e\u3164f', 'abcdef'],
    ['the invisible twins of ASCII', 'hi\u{e0041}\u{e0042}', 'hi'],
    ['joiners and selectors in Latin text', 'g\u200dp\u200ct\ufe0f-5\u200d', 'gpt-5'],
    ['a row of selectors that spells a message', '👍\ufe0f\ufe01\ufe02\ufe03', '👍\ufe0f'],
  ])('loses %s', (_, text, line) => {
    expect(toOneLine(text)).toBe(line);
  });

  it.each([
    ['👩\u200d💻 and ❤️\u200d🔥 and 1️⃣'],
    ['می\u200cخواهم'],
    ['क्\u200dष'],
    ['Grüße, 世界'],
    ['a b'],
    [''],
  ])('keeps %j', (text) => {
    expect(toOneLine(text)).toBe(text);
  });
});
