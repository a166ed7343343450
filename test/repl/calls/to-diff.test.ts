import { describe, expect, it } from 'vitest';
import { layOutBody } from '../../../src/repl/calls/body.ts';
import { toDiff } from '../../../src/repl/calls/to-diff.ts';
import { createTheme } from '../../../src/terminal/theme.ts';
import type { Preview } from '../../../src/tools/tool.ts';

const theme = createTheme('none', 'none');
type Files = Extract<Preview, { type: 'diff' }>['files'];
const show = (...files: Files): string[] =>
  layOutBody(toDiff({ type: 'diff', files }) ?? [], { width: 60, theme });

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');

describe('a change', () => {
  it('has three lines of the file around it', () => {
    expect(show({ path: '/a', before: lines(1, 20), after: `${lines(1, 9)}new\n${lines(11, 20)}` })).toEqual([
      ' 7   line 7',
      ' 8   line 8',
      ' 9   line 9',
      '10 - line 10',
      '10 + new',
      '11   line 11',
      '12   line 12',
      '13   line 13',
    ]);
  });

  it('of a new file is all of it, and of one that goes as well', () => {
    expect(show({ path: '/a', before: undefined, after: 'one\ntwo\n' })).toEqual(['1 + one', '2 + two']);
    expect(show({ path: '/a', before: 'one\n', after: undefined })).toEqual(['1 - one']);
  });

  it('of several files names each', () => {
    expect(
      show(
        { path: '/a', before: undefined, after: 'one\n' },
        { path: '/b', before: 'x\n', after: undefined },
        { path: '/c', before: 'x\n', after: 'y\n' },
      ),
    ).toEqual(['/a (new)', '1 + one', '/b (deleted)', '1 - x', '/c', '1 - x', '1 + y']);
  });

  it('of one file names it if a question could cut its path', () => {
    const path = `/${'a'.repeat(30)}/${'b'.repeat(30)}.sh`;
    expect(show({ path, before: undefined, after: 'x\n' })[0]).toBe(`/${'a'.repeat(30)}/${'b'.repeat(28)}`);
  });

  it('names a file on one line, with all that hides in its name', () => {
    const feeds = `/a${'\n'.repeat(30)}Make this change?\nb.sh`;
    const [title = '', ...others] =
      toDiff({
        type: 'diff',
        files: [{ path: feeds, before: undefined, after: 'x\n' }],
      }) ?? [];
    expect(title).toMatchObject({
      kind: 'title',
      text: `${JSON.stringify(feeds)} (new)`,
    });
    expect(others).toMatchObject([{ kind: 'added', text: 'x' }]);
  });

  it.each([
    ['a carriage return', 'a\rb', '"a\\rb" (deleted)'],
    ['a separator of lines', 'a\u2028b', '"a\\u2028b" (deleted)'],
    ['an escape sequence', 'a\u001b[2Jb', '"a\\u001b[2Jb" (deleted)'],
    ['a direction that turns', 'a\u202eb', '"a\\u202eb" (deleted)'],
    ['an invisible twin of ASCII', 'a\u{e0041}b', '"a\\udb40\\udc41b" (deleted)'],
  ])('names each of several files on one line: %s', (_, path, title) => {
    const [first, , second] = show(
      { path, before: 'x\n', after: undefined },
      { path: '/b', before: 'x\n', after: undefined },
    );
    expect([first, second]).toEqual([title, '/b (deleted)']);
  });

  it('of one file names it if escapes make its name longer than a question', () => {
    const path = `/${'\n'.repeat(20)}a`;
    expect(show({ path, before: undefined, after: 'x\n' })[0]).toMatch(/^"\/\\n/);
  });

  it.each<[string, Files[number], string[]]>([
    ['made', { path: '/a', before: undefined, after: '' }, ['an empty file']],
    ['deleted', { path: '/a', before: '', after: undefined }, ['an empty file']],
    ['left', { path: '/a', before: '', after: '' }, ['an empty file']],
  ])('of an empty file that is %s says that it is one', (_, file, rows) => {
    expect(show(file)).toEqual(rows);
    expect(show({ path: '/b', before: 'x\n', after: 'y\n' }, file).at(-1)).toBe('an empty file');
  });

  it('that changes no line says so', () => {
    expect(show({ path: '/a', before: 'x\n', after: 'x\n' })).toEqual(['no line changes']);
  });

  it('of a file that is moved says from where, and keeps names apart from our words', () => {
    expect(
      show(
        { path: '/w/b (deleted)', before: undefined, after: 'x\n', movedFrom: '/w/a' },
        { path: '/w/a', before: 'x\n', after: undefined },
      ),
    ).toEqual(['"/w/b (deleted)" (moved from /w/a)', '1 + x', '/w/a (deleted)', '1 - x']);
  });

  it('is none for a command', () => {
    expect(toDiff({ type: 'command', command: 'ls', folder: '/' })).toBeUndefined();
  });
});
