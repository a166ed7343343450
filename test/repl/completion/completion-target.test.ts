import { describe, expect, it } from 'vitest';
import { findTarget } from '../../../src/repl/completion/completion-target.ts';

/** The bar is the cursor. */
function find(picture: string, isNameBegun = (_path: string): boolean => true) {
  const cursor = picture.indexOf('|');
  const text = picture.replace('|', '');
  const target = findTarget(text, cursor, { takesPhrase: (name) => name === 'sessions', isNameBegun });
  return target && { ...target, replaced: text.slice(target.start, target.end) };
}

describe('what is completed', () => {
  it.each([
    ['/|', { type: 'command', query: '', replaced: '' }],
    ['/mod|', { type: 'command', query: 'mod', replaced: 'mod' }],
    ['/model |', { type: 'parameter', command: 'model', words: [''], query: '', replaced: '' }],
    ['/model gp|', { type: 'parameter', command: 'model', words: ['gp'], query: 'gp', replaced: 'gp' }],
    ['/compare a b|', { type: 'parameter', words: ['a', 'b'], query: 'b', replaced: 'b' }],
    ['/sessions my ta|', { type: 'parameter', words: ['my ta'], query: 'my ta', replaced: 'my ta' }],
    ['@|', { type: 'path', query: '', replaced: '@' }],
    ['look at @src/re|', { type: 'path', query: 'src/re', replaced: '@src/re', isQuoted: false }],
    ['look at @"my do|', { type: 'path', query: 'my do', replaced: '@"my do', isQuoted: true }],
    ['@"my do|" and', { type: 'path', query: 'my do', replaced: '@"my do"', isQuoted: true }],
    ['@"my @do|', { type: 'path', query: 'my @do', replaced: '@"my @do', isQuoted: true }],
    ['one\ntwo (@a|)', { type: 'path', query: 'a', replaced: '@a' }],
    ['@世界/|', { type: 'path', query: '世界/', replaced: '@世界/' }],
    ['/retry @s|', { type: 'path', query: 's', replaced: '@s' }],
  ])('%s', (picture, expected) => {
    expect(find(picture)).toMatchObject(expected);
  });

  it.each([
    ['@a.md,@b|', 'b', '@b'],
    ['see (@a.md;@src/b|) now', 'src/b', '@src/b'],
    ['@a.md,@b.md,@|', '', '@'],
    ['@"my a.md",@b|', 'b', '@b'],
    ['@a.md,@"my b|"', 'my b', '@"my b"'],
    ['@a.md,@"b|', 'b', '@"b'],
  ])('the last mention of a word, unless a name begins as all of it does: %s', (picture, query, replaced) => {
    expect(find(picture, () => false)).toMatchObject({ type: 'path', query, replaced });
    const isWhole = !picture.includes('"');
    const asked: string[] = [];
    const whole = find(picture, (path) => asked.push(path) > 0);
    if (isWhole) expect(whole).toMatchObject({ query: asked[0], replaced: `@${asked[0]}` });
  });

  it('is not looked up for a word of one mention', () => {
    const fail = (): boolean => {
      throw new Error('it was looked up');
    };
    for (const picture of ['@a|', '@"a b|', '@alice@ex|', '@a.md @b|'])
      expect(find(picture, fail)).toMatchObject({ type: 'path' });
  });

  it.each([
    '|',
    '|/mod',
    'a /mod|',
    '/mo|del',
    '/usr/bin|',
    '/model gpt\n|',
    'someone@example.com|',
    '\\@src|',
    '@"a" b|',
    '"@"|',
    'the "@" sign|',
    '@" a|',
    '@"a @"b|',
    '@a b|',
    `@${'a'.repeat(5_000)}|`,
  ])('is nothing in %s', (picture) => {
    expect(find(picture)).toBeUndefined();
  });
});
