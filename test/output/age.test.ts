import { expect, it } from 'vitest';
import { formatAge } from '../../src/output/age.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

it.each([
  ['2026-11-21T12:00:00Z', 'just now'],
  ['2026-11-21T11:59:01Z', 'just now'],
  ['2026-11-21T11:59:00Z', '1 minute ago'],
  ['2026-11-21T11:00:01Z', '59 minutes ago'],
  ['2026-11-21T10:00:00Z', '2 hours ago'],
  ['2026-11-20T12:00:00Z', '1 day ago'],
  ['2026-10-01T12:00:00Z', '1 month ago'],
  ['2024-11-20T12:00:00Z', '2 years ago'],
  ['2026-11-22T12:00:00Z', 'just now'],
  ['no time at all', 'just now'],
])('%s was %s', (time, words) => {
  expect(formatAge(time, now)).toBe(words);
});
