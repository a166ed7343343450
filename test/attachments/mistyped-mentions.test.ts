import { describe, expect, it } from 'vitest';
import { findMistyped } from '../../src/attachments/mistyped-mentions.ts';
import { toTyped } from '../../src/prompt-text.ts';
import { createFolder } from '../helpers/folder.ts';

function find(text: string) {
  const cwd = createFolder({ 'notes.txt': '', Makefile: '', 'src/parser.ts': '' });
  return findMistyped(toTyped(text), { cwd, home: cwd });
}

describe('a mention that names nothing', () => {
  it.each([
    ['see @noets.txt.', 'noets.txt', 'notes.txt'],
    ['see @src/parsre.ts, please', 'src/parsre.ts', 'src/parser.ts'],
    ['what is in @Makefil?', 'Makefil', 'Makefile'],
    ['see @~/note.txt', '~/note.txt', '~/notes.txt'],
    ['see @notes.txt and @nosuch.md', 'nosuch.md', undefined],
    ['see @nowhere/a.ts', 'nowhere/a.ts', undefined],
    ['see @notes.txt:2-3', 'notes.txt:2-3', 'notes.txt'],
    ['look at @no', 'no', 'notes.txt'],
    ['look at @src/pa', 'src/pa', 'src/parser.ts'],
    ['look at @src/zz', 'src/zz', undefined],
    ['look at @scr/zz', 'scr/zz', undefined],
    ['look at @scope/name.ts', 'scope/name.ts', undefined],
    ['look at @scope/deep/name', 'scope/deep/name', undefined],
    ['see @notes.txt,@Makefile.am', 'Makefile.am', 'Makefile'],
    ['see (@noets.txt;@src/parser.ts)', 'noets.txt', 'notes.txt'],
    ['see @notes.txt|@a.md, please', 'a.md', undefined],
    ['see @"notes.txt"->@"src/parsre.ts"', 'src/parsre.ts', 'src/parser.ts'],
    ['see @gone.md..@notes.txt', 'gone.md', undefined],
    ['see @types/node,@src/parsre.ts', 'src/parsre.ts', 'src/parser.ts'],
    ['@zz', 'zz', undefined],
    [' @zz? ', 'zz', undefined],
  ])('was probably meant to: %s', (text, name, meant) => {
    expect(find(text)).toEqual({ name, meant });
  });

  it.each([
    'ask @alice',
    'use @Override here',
    'an @app.get("/items") of mine',
    'see @notes.txt',
    'see @notes.txt,@"src/parser.ts"',
    'me@nosuch.txt',
    'look at @zz',
    'look at @s',
    'install @types/node',
    'install @types/node@^20.1.0, please',
    '@types/node',
    'write to @alice@example.social',
    '@alice@example.social',
    'cc @first.last+list@example.org',
    'cc @émile@example.org',
    'cc @alice@example.org,@bob@example.org;@carol',
    'install @types/node,@types/react',
    'a hunk @@-1,3,+1.3@@ of a diff',
    'read @https://example.com/a.html',
    'read @https://example.com/a.html?by=@src/gone.ts',
    '@https://example.com/a.html',
  ])('may be a word: %s', (text) => {
    expect(find(text)).toBeUndefined();
  });
});
