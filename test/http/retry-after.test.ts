import { describe, expect, it } from 'vitest';
import { readRetryAfter } from '../../src/http/retry-after.ts';

const now = Date.parse('2026-11-10T10:00:00Z');

describe('a Retry-After header', () => {
  it.each<[header: string | string[], seconds: number]>([
    ['0', 0],
    ['2', 2],
    ['1600000', 1_600_000],
    [' 30 ', 30],
    ['1.2', 2],
    [['7', '9'], 7],
    ['Tue, 10 Nov 2026 10:01:30 GMT', 90],
    ['Tue, 10 Nov 2026 10:00:00 GMT', 0],
    ['Tue, 10 Nov 2026 09:00:00 GMT', 0],
    ['2026-11-10T10:00:10Z', 10],
    ['2026-11-10T10:00:00.100Z', 1],
  ])('of %j asks to wait %i seconds', (header, seconds) => {
    expect(readRetryAfter(header, now)).toBe(seconds);
  });

  it.each([
    [undefined],
    [''],
    ['  '],
    ['soon'],
    ['-5'],
    ['5 minutes'],
    [[]],
    ['NaN'],
    ['abc 5'],
    ['9'.repeat(400)],
  ])('of %j says nothing', (header) => {
    expect(readRetryAfter(header, now)).toBeUndefined();
  });
});
