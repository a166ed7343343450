import { describe, expect, it } from 'vitest';
import { markPiece, removeEcho } from '../../src/terminal/echo.ts';

function remove(pieces: string[], typed: string): string {
  return removeEcho(pieces.map(markPiece).join(''), typed);
}

describe('removeEcho', () => {
  it('takes out the letters that came one by one between lines', () => {
    expect(remove(['one\r\n', 'h', 'e', 'two\r\n', 'y', 'three\r\n'], 'hey')).toBe('one\r\ntwo\r\nthree\r\n');
  });

  it('takes out letters that were read together with output', () => {
    expect(remove(['one\r\nhe', 'ytwo\r\n'], 'hey')).toBe('one\r\ntwo\r\n');
  });

  it('takes out Enter, controls and what was corrected', () => {
    expect(remove(['a', '\r\n', '^A', 'b', 'x', '\b \b', 'c', 'done\r\n'], 'a\n\u0001bc')).toBe('done\r\n');
    expect(remove(['abxy\b \b\b \bc', 'done\r\n'], 'abc')).toBe('done\r\n');
    expect(remove(['abx', '\b \b\r\n', 'done\r\n'], 'ab\n')).toBe('done\r\n');
    expect(remove(['abx\b', ' ', '\b', '\r\ndone\r\n'], 'ab\n')).toBe('done\r\n');
    expect(remove(['a', 'x', 'one\r\n', '\b \b', 'b', 'done\r\n'], 'ab')).toBe('one\r\ndone\r\n');
    expect(remove(['x', '\b \b', 'done\r\n'], '')).toBe('done\r\n');
  });

  it('takes out what was shown before the command ended, and misses nothing of what came later', () => {
    expect(remove(['one\r\n', 'ab', 'c', 'two\r\n'], 'abcdef')).toBe('one\r\ntwo\r\n');
    expect(remove(['one\r\nab', 'ctwo\r\n'], 'abcdef')).toBe('one\r\ntwo\r\n');
  });

  it('leaves an output as it is if nothing was typed', () => {
    expect(remove(['o', 'n', 'e\r\n'], '')).toBe('one\r\n');
  });

  it('leaves the letters of an answer that a command read', () => {
    expect(remove(['Name? ', 'b', 'o', 'b', '\r\n', 'h', 'i', 'done\r\n'], 'hi')).toBe(
      'Name? bob\r\ndone\r\n',
    );
  });
});
