import { describe, expect, it } from 'vitest';
import { speakers } from '../../src/repl/gutter.ts';
import { needsAscii, toAscii } from '../../src/terminal/ascii.ts';
import { cellWidth } from '../../src/terminal/cell-width.ts';

describe('a terminal', () => {
  it.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ LANG: 'en_US.UTF-8' }, false],
    [{ LANG: 'de_DE.utf8' }, false],
    [{ LC_CTYPE: 'UTF-8' }, false],
    [{ LANG: 'C' }, true],
    [{ LANG: 'de_DE.ISO-8859-1' }, true],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, true],
    [{ LC_ALL: '', LANG: 'en_US.UTF-8' }, false],
    [{ LANG: 'en_US.UTF-8', TERM: 'linux' }, true],
  ])('of %j needs ASCII: %s', (env, needs) => {
    expect(needsAscii(env)).toBe(needs);
  });

  it('gets marks that are as wide, and differ from one another', () => {
    const marks = Object.values(speakers).map(({ mark }) => mark);
    const ascii = marks.map(toAscii);
    expect(ascii.join('')).toMatch(/^[\x20-\x7e]+$/);
    expect(ascii.map(cellWidth)).toEqual(marks.map(cellWidth));
    expect(new Set(ascii).size).toBe(marks.length);
    expect(toAscii('─ gpt · 4 % ── a │ b ⠋ naïve 漢字')).toBe('= gpt - 4 % == a | b * naïve 漢字');
  });
});
