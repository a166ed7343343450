import { expect, it } from 'vitest';
import { keepLast, once } from '../src/once.ts';

it('does the work once', () => {
  let count = 0;
  const next = once(() => ++count);
  expect([next(), next()]).toEqual([1, 1]);
});

it('does the work again for other arguments', () => {
  const seen: string[] = [];
  const join = keepLast((one: string, other: string | undefined) => {
    seen.push(one);
    return [one, other];
  });
  const first = join('a', undefined);
  expect(join('a', undefined)).toBe(first);
  expect(join('a', 'b')).toEqual(['a', 'b']);
  expect(join('a', undefined)).not.toBe(first);
  expect(seen).toEqual(['a', 'a', 'a']);
});

it('keeps no failure', () => {
  let fails = true;
  const read = keepLast((_: string) => {
    if (fails) throw new Error('not yet');
    return 'read';
  });
  expect(() => read('a')).toThrow('not yet');
  fails = false;
  expect(read('a')).toBe('read');
});
