import { describe, expect, it } from 'vitest';
import { findLastMention, findMentions } from '../../src/attachments/find-mentions.ts';
import { joinTexts, type PromptText, toData, toTyped } from '../../src/prompt-text.ts';

const files = [
  'a.ts',
  'src/b.ts',
  'my notes.md',
  'app/[id]/page.tsx',
  'odd.',
  'example.com',
  'dir',
  'x,@a.ts',
];
const search = (prompt: PromptText) => findMentions(prompt, (path) => files.includes(path));
const find = (prompt: string): string[] => search(toTyped(prompt)).found;

describe('a mention', () => {
  it.each<[prompt: string, mentions: string[]]>([
    ['@a.ts', ['a.ts']],
    ['explain @a.ts and @src/b.ts please', ['a.ts', 'src/b.ts']],
    ['what is in\n@a.ts\n?', ['a.ts']],
    ['look at @a.ts, @src/b.ts.', ['a.ts', 'src/b.ts']],
    ['(see @a.ts)', ['a.ts']],
    ['is it (@a.ts)?!', ['a.ts']],
    ['the file "@a.ts"', ['a.ts']],
    ['`@a.ts`', ['a.ts']],
    ['@app/[id]/page.tsx!', ['app/[id]/page.tsx']],
    ['a name with a full stop: @odd.', ['odd.']],
    ['@"my notes.md" says', ['my notes.md']],
    ['@"a.ts"', ['a.ts']],
    ['open quotes end with the line: @"my notes.md', ['my notes.md']],
    ['@"my notes.md  \n@a.ts', ['my notes.md', 'a.ts']],
    ['@"dir', ['dir']],
    ['the sign "@" and "@a.ts", too', ['a.ts']],
    ['@" and @a.ts', ['a.ts']],
    ['all of @dir', ['dir']],
    ['@a.ts @a.ts @"a.ts"', ['a.ts']],
    ['@src/b.ts before @a.ts', ['src/b.ts', 'a.ts']],
    ['@a.ts,@src/b.ts', ['a.ts', 'src/b.ts']],
    ['@"a.ts",@"my notes.md".', ['a.ts', 'my notes.md']],
    ['@"a.ts"@"src/b.ts"', ['a.ts', 'src/b.ts']],
    ['@"a.ts"@src/b.ts', ['a.ts', 'src/b.ts']],
    ['@a.ts;@"my notes.md",@dir!', ['a.ts', 'my notes.md', 'dir']],
    ['@a.ts..@src/b.ts', ['a.ts', 'src/b.ts']],
    ['@a.ts->@src/b.ts', ['a.ts', 'src/b.ts']],
    ['@a.ts=>@src/b.ts→@dir', ['a.ts', 'src/b.ts', 'dir']],
    ['(@a.ts)(@src/b.ts)', ['a.ts', 'src/b.ts']],
    ['"@a.ts","@src/b.ts"', ['a.ts', 'src/b.ts']],
    ['@"a.ts"s,@src/b.ts', ['a.ts', 'src/b.ts']],
    ['@odd.,@a.ts', ['odd.', 'a.ts']],
    ['@alice,@a.ts', ['a.ts']],
    ['@a.ts,@"my notes.md', ['a.ts', 'my notes.md']],
    ['one name: @x,@a.ts', ['x,@a.ts']],
  ])('is found in %j', (prompt, mentions) => {
    expect(find(prompt)).toEqual(mentions);
  });

  it.each([
    'no mention at all',
    'escaped: \\@a.ts',
    'mail me@example.com',
    'x@a.ts',
    '@@a.ts',
    '@missing.ts',
    '@',
    '@ a.ts',
    '@"my @a.ts',
    '@"my notes.md and @a.ts',
    '@"missing notes.md"',
    'the decorator @Component()',
    '@a.tsx',
    'alice@a.ts',
    '@alice@a.ts',
    '@scope/@a.ts',
    '@gone\\@a.ts',
    '@gone,\\@a.ts',
    '@gone@@a.ts',
    '@https://example.com/?by=@a.ts',
    '("@","@")',
    '',
  ])('is not found in %j', (prompt) => {
    expect(find(prompt)).toEqual([]);
  });

  it('that is absurdly long is not looked for', () => {
    const asked: string[] = [];
    findMentions(toTyped(`@${'.'.repeat(100_000)}`), (path) => asked.push(path) < 0);
    expect(asked).toEqual([]);
  });

  it.each<[prompt: string, missing: string[]]>([
    ['explain @nosuch.txt, please', ['nosuch.txt']],
    ['the @media rule, @public and @scope/name', ['media', 'public', 'scope/name']],
    ['@"missing notes.md" and @a.ts', ['missing notes.md']],
    ['(@Component())', ['Component']],
    ['@gone @gone', ['gone']],
    ['@@a.ts @, \\@a.ts me@example.com', []],
    ['@gone.ts..->@a.ts', ['gone.ts']],
    ['@a.ts,@gone.ts.', ['gone.ts']],
    ['@"gone 1.ts"|@"gone 2.ts"', ['gone 1.ts', 'gone 2.ts']],
    ['@@-1,3,+@@ @{-1}..@{u}', ['{-1', '{u']],
  ])('that names nothing in %j is told', (prompt, missing) => {
    expect(search(toTyped(prompt)).missing).toEqual(missing);
  });

  it.each<[prompt: string, unclosed: string[]]>([
    ['@"my notes.md and @a.ts ', ['my notes.md and @a.ts']],
    ['@"gone\n@"a.ts"', ['gone']],
    ['@"my notes.md", @"gone', ['gone']],
    ['@a.ts,@"gone away', ['gone away']],
    ['the sign "@" is ("@", "x"), @" or \\@"x', []],
    ['@"', []],
  ])('in open quotes that names nothing in %j is told apart', (prompt, unclosed) => {
    expect(search(toTyped(prompt))).toMatchObject({ missing: [], unclosed });
  });

  it.each<[name: string, prompt: PromptText, found: string[], unclosed?: string[]]>([
    ['in data', toData('@a.ts'), []],
    ['before data', joinTexts([toTyped('@a.ts'), toData(' @src/b.ts')]), ['a.ts']],
    ['behind data', joinTexts([toData('@src/b.ts '), toTyped('@a.ts')]), ['a.ts']],
    ['that data goes on with', joinTexts([toTyped('@src'), toData('/b.ts')]), []],
    ['of which data is the end', joinTexts([toTyped('@'), toData('a.ts')]), []],
    ['of which data is the beginning', joinTexts([toData('@'), toTyped('a.ts')]), []],
    ['of which data is the last letter', joinTexts([toTyped('@"a.t'), toData('s"')]), []],
    ['of which data is the middle', joinTexts([toTyped('@"my'), toData(' notes'), toTyped('.md"')]), []],
    [
      'whose open quotes hold data',
      joinTexts([toTyped('@"my '), toData('notes.md'), toTyped(' @a.ts')]),
      [],
      ['my notes.md @a.ts'],
    ],
    ['with punctuation of the data', joinTexts([toTyped('@a.ts'), toData('. More')]), ['a.ts']],
    ['before data that goes on with another', joinTexts([toTyped('@a.ts,'), toData('@dir')]), ['a.ts']],
    ['behind data in one word', joinTexts([toData('@a.ts,'), toTyped('@dir')]), []],
    [
      'in a text of both',
      joinTexts([toTyped('@a.ts'), toData('@src/b.ts'), toTyped('@dir')], '\n'),
      ['a.ts', 'dir'],
    ],
  ])('counts only if a person typed all of it: %s', (_, prompt, found, unclosed = []) => {
    expect(search(prompt)).toEqual({ found, missing: [], unclosed });
  });

  it.each([
    joinTexts([toTyped('@"my '), toData('@'), toTyped('a.ts"')]),
    joinTexts([toTyped('@"my '), toData('@'), toTyped('a.ts')]),
    joinTexts([toTyped('@my('), toData('@'), toTyped('a.ts')]),
  ])('may go on with an @ that is data, which begins no other one: $text', (prompt) => {
    const path = prompt.text.replace(/^@"?|"$/g, '');
    const found = findMentions(prompt, (one) => one === path || one === 'a.ts');
    expect(found).toEqual({ found: [path], missing: [], unclosed: [] });
  });
});

describe('a mention that may go on', () => {
  it.each<[text: string, found: ReturnType<typeof findLastMention>]>([
    ['see @a', { isQuoted: false, path: 'a' }],
    ['see @"my no', { isQuoted: true, path: 'my no' }],
    ['@a.ts,@s', { isQuoted: false, path: 'a.ts,@s' }],
    ['@"a.ts",@s', { isQuoted: false, path: 's' }],
    ['@"a.ts",@"my no', { isQuoted: true, path: 'my no' }],
    ['@a.ts;@"my notes.md",@', { isQuoted: false, path: '' }],
    ['@alice@ex', { isQuoted: false, path: 'alice@ex' }],
    ['@a.ts ', undefined],
    ['@a.ts,@"my notes.md"', undefined],
    ['@"', { isQuoted: true, path: '' }],
    ['me@a', undefined],
  ])('is the last of %j', (text, found) => {
    expect(findLastMention(text)).toEqual(found);
  });
});
