import { describe, expect, it } from 'vitest';
import {
  createVisibleCheck,
  isVisible,
  quoteValue,
  showControls,
  showName,
  stripControls,
  toOneLine,
} from '../src/terminal-text.ts';

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

describe('text that a person sent', () => {
  it.each([
    ['an escape sequence', 'again \u001b[31mred', 'again ␛[31mred'],
    ['a control character', 'x\u0001y\u007f', 'x␁y␡'],
    ['a direction that turns', 'next\u202ertl', 'next�rtl'],
    ['one of eight bits', 'a\u009b2Jb', 'a�2Jb'],
    ['lines and tabs', 'a\n\tb', 'a\n\tb'],
  ])('shows %s', (_, text, shown) => {
    expect(showControls(text)).toBe(shown);
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

describe('whether a reader sees anything', () => {
  const isSeenInPieces = (text: string): boolean => {
    const check = createVisibleCheck();
    return [...text].map(check).at(-1) ?? false;
  };

  it.each([
    '',
    ' \n\t\u3000\u00a0',
    '\u0000\u0007\u007f\u0085',
    '\u001b[0m\u001b[2J',
    '\u001b[38;5;1m \u001b(B\u001b7\u001bc',
    '\u009b31m',
    '\u001b]0;title\u0007\u001b]8;;https://example.com\u001b\\',
    '\u001b]0;title that is cut off',
    '\u001b[3',
    '\u200b\ufeff\u2060\u200d',
    '\u3164\u2800\u00ad\u115f\uffa0',
    '\u{e0068}\u{e0069}\u{e007f}',
    '\ufe0f\u{e0100}\u202e\u2066',
    '\ufff9\ufffb\u180e\u034f',
  ])('is no for %j', (text) => {
    expect(isSeenInPieces(text)).toBe(false);
    if (!text.includes('cut') && !text.endsWith('3')) expect(isVisible(text)).toBe(false);
  });

  it.each([
    'a',
    '\u001b[0m.',
    '\u001b]0;title\u0007x',
    '0️⃣',
    '👩‍👩‍👧',
    '\u0600',
    '\ue000',
    '\u2801',
    `\u001b]${'x'.repeat(5000)}`,
  ])('is yes for %j', (text) => {
    expect(isVisible(text)).toBe(true);
    expect(isSeenInPieces(text)).toBe(true);
  });
});

describe('a name on one line', () => {
  it.each([
    ['notes.md', 'notes.md'],
    ['größe 漢字 ✔\ufe0f', 'größe 漢字 ✔\ufe0f'],
    ['a\nb', '"a\\nb"'],
    ['a\u2028"b', '"a\\u2028\\"b"'],
    ['a\u0085\u202eb', '"a\\u0085\\u202eb"'],
    ['a\u{e0041}b', '"a\\udb40\\udc41b"'],
  ])('has all that hides in it: %j', (name, shown) => {
    expect(showName(name)).toBe(shown);
    if (shown.startsWith('"')) expect(JSON.parse(showName(name))).toBe(name);
  });
});

describe('a value in a line of ours', () => {
  it.each([
    ['src/a.ts', 'src/a.ts'],
    ['größe|漢字', 'größe|漢字'],
    ['a"b', 'a"b'],
    ['', '""'],
    ['a b', '"a b"'],
    ['a  b ', '"a \\u0020b "'],
    ['"a', '"\\"a"'],
    ['a\tb', '"a\\tb"'],
    ['a\u00a0b', '"a\\u00a0b"'],
    ['a\u3000b', '"a\\u3000b"'],
    ['a\u2800b', '"a\\u2800b"'],
    ['a\u200bb', '"a\\u200bb"'],
    ['a\u202eb', '"a\\u202eb"'],
    ['a\u{e0041}b', '"a\\udb40\\udc41b"'],
  ])('%j cannot be read as a word of ours', (value, shown) => {
    expect(quoteValue(value)).toBe(shown);
    if (shown.startsWith('"')) expect(JSON.parse(shown)).toBe(value);
    expect(toOneLine(shown)).toBe(shown);
  });
});
