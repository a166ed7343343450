import { describe, expect, it } from 'vitest';
import { findMentions } from '../../src/attachments/find-mentions.ts';
import { joinTexts, type PromptText, toData, toTyped } from '../../src/prompt-text.ts';

const files = ['a.ts', 'src/b.ts', 'my notes.md', 'app/[id]/page.tsx', 'odd.', 'example.com', 'dir'];
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
    ['all of @dir', ['dir']],
    ['@a.ts @a.ts @"a.ts"', ['a.ts']],
    ['@src/b.ts before @a.ts', ['src/b.ts', 'a.ts']],
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
    '@"my notes.md',
    '@"missing notes.md"',
    'the decorator @Component()',
    '@a.tsx',
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
  ])('that names nothing in %j is told', (prompt, missing) => {
    expect(search(toTyped(prompt)).missing).toEqual(missing);
  });

  it.each<[name: string, prompt: PromptText, found: string[]]>([
    ['in data', toData('@a.ts'), []],
    ['before data', joinTexts([toTyped('@a.ts'), toData(' @src/b.ts')]), ['a.ts']],
    ['behind data', joinTexts([toData('@src/b.ts '), toTyped('@a.ts')]), ['a.ts']],
    ['that data goes on with', joinTexts([toTyped('@src'), toData('/b.ts')]), []],
    ['of which data is the end', joinTexts([toTyped('@'), toData('a.ts')]), []],
    ['of which data is the beginning', joinTexts([toData('@'), toTyped('a.ts')]), []],
    ['of which data is the middle', joinTexts([toTyped('@"my'), toData(' notes'), toTyped('.md"')]), []],
    ['with punctuation of the data', joinTexts([toTyped('@a.ts'), toData('. More')]), ['a.ts']],
    [
      'in a text of both',
      joinTexts([toTyped('@a.ts'), toData('@src/b.ts'), toTyped('@dir')], '\n'),
      ['a.ts', 'dir'],
    ],
  ])('counts only if a person typed all of it: %s', (_, prompt, found) => {
    expect(search(prompt)).toEqual({ found, missing: [] });
  });
});
