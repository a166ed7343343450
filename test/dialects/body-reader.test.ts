import { describe, expect, it } from 'vitest';
import {
  compact,
  readList,
  readObject,
  readOptionalFlag,
  readOptionalNumber,
  readOptionalString,
  readString,
} from '../../src/dialects/body.ts';

type Reader = (value: unknown, path: string) => unknown;

describe('a field of a body', () => {
  it.each<[name: string, read: Reader, good: unknown[], bad: unknown[]]>([
    ['object', readObject, [{}, { a: 1 }], [null, undefined, [], 'x', 5]],
    ['list', readList, [[], [1]], [null, undefined, {}, 'x']],
    ['string', readString, ['', 'x'], [null, undefined, 5, {}, []]],
    ['optional string', readOptionalString, ['', 'x'], [5, {}, true]],
    ['optional number', readOptionalNumber, [0, -1.5], ['5', {}, true, Number.POSITIVE_INFINITY]],
    ['optional flag', readOptionalFlag, [true, false], ['true', 0, {}]],
  ])('that is to be an %s is read as it is, or refused by its path', (_, read, good, bad) => {
    for (const value of good) expect(read(value, 'a.0')).toBe(value);
    for (const value of bad) {
      expect(() => read(value, 'a.0')).toThrow(
        expect.objectContaining({
          name: 'DialectError',
          path: 'a.0',
          message: expect.stringMatching(/^must be /),
        }),
      );
    }
  });

  it.each([readOptionalString, readOptionalNumber, readOptionalFlag])(
    'that is optional may be null: %o',
    (read) => {
      expect([read(null, 'a'), read(undefined, 'a')]).toEqual([undefined, undefined]);
    },
  );
});

describe('an object made compact', () => {
  it('has no undefined keys, and keeps what is empty', () => {
    const compacted = compact({ a: undefined, b: null, c: 0, d: '', e: false });
    expect(compacted).toEqual({ b: null, c: 0, d: '', e: false });
    expect(Object.keys(compacted)).toEqual(['b', 'c', 'd', 'e']);
  });
});
