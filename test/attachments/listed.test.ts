import { expect, it } from 'vitest';
import { findListed } from '../../src/attachments/listed.ts';

it('names are those of a shell if each stands among several behind one flag, and has no flag of its own', () => {
  const find = (specs: string[], lists: string[][]): string[] => [...findListed(specs, lists)];
  expect(find(['a', 'b', 'c'], [['a', 'b']])).toEqual(['a', 'b']);
  expect(find(['a', 'b', 'a'], [['a', 'b']])).toEqual(['b']);
  expect(
    find(
      ['a', 'b', 'a', 'c'],
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
    ),
  ).toEqual(['a', 'b', 'c']);
  expect(find(['/dev/fd/63', '/proc/self/fd/3', 'a'], [['/dev/fd/63', '/proc/self/fd/3', 'a']])).toEqual([
    'a',
  ]);
});

it('many names of a shell are found in seconds', () => {
  const names = Array.from({ length: 200_000 }, (_, at) => `${at}.txt`);
  const startedAt = performance.now();
  expect(findListed(names, [names]).size).toBe(names.length);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
