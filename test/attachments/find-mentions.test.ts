import { describe, expect, it } from 'vitest';
import { findMentions } from '../../src/attachments/find-mentions.ts';

const files = ['a.ts', 'src/b.ts', 'my notes.md', 'app/[id]/page.tsx', 'odd.', 'example.com', 'dir'];
const find = (prompt: string): string[] => findMentions(prompt, (path) => files.includes(path)).mentions;

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
    findMentions(`@${'.'.repeat(100_000)}`, (path) => asked.push(path) < 0);
    expect(asked).toEqual([]);
  });
});
