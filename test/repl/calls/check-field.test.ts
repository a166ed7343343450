import { describe, expect, it } from 'vitest';
import type { QuestionField } from '../../../src/mcp/elicitation.ts';
import { findProblem } from '../../../src/repl/calls/check-field.ts';

type Value = Parameters<typeof findProblem>[1];

const text = (more: Partial<Extract<QuestionField['value'], { type: 'text' }>> = {}): Value => ({
  type: 'text',
  format: undefined,
  minLength: 0,
  maxLength: Number.POSITIVE_INFINITY,
  usual: undefined,
  ...more,
});
const number = (type: 'number' | 'integer', min: number, max: number): Value => ({
  type,
  min,
  max,
  usual: undefined,
});

describe('a field of a form', () => {
  it.each<[string, Value, string | undefined]>([
    ['Ada', text(), undefined],
    ['', text(), 'needs an answer'],
    ['ab', text({ minLength: 3 }), 'needs at least 3 characters'],
    ['👩🏽‍💻x', text({ maxLength: 2 }), 'takes at most 2 characters'],
    ['😀😀', text({ maxLength: 2 }), undefined],
    ['ada@example.com', text({ format: 'email' }), undefined],
    ['ada at example', text({ format: 'email' }), 'is an address such as ada@example.com'],
    ['https://example.com/a', text({ format: 'uri' }), undefined],
    ['example', text({ format: 'uri' }), 'is a URL such as https://example.com'],
    ['2026-02-28', text({ format: 'date' }), undefined],
    ['2026-02-30', text({ format: 'date' }), 'is a date such as 2026-01-31'],
    ['28.2.2026', text({ format: 'date' }), 'is a date such as 2026-01-31'],
    ['2026-02-28T12:00:00+01:00', text({ format: 'date-time' }), undefined],
    ['2026-02-28T25:00:00Z', text({ format: 'date-time' }), 'is a time such as 2026-01-31T12:00:00Z'],
    ['2026-02-28', text({ format: 'date-time' }), 'is a time such as 2026-01-31T12:00:00Z'],
    ['anything', text({ format: 'constructor' }), undefined],
    ['4.5', number('number', 0, 10), undefined],
    ['4.5', number('integer', 0, 10), 'is a whole number'],
    ['four', number('integer', 0, 10), 'is a number'],
    ['Infinity', number('number', 0, Number.POSITIVE_INFINITY), 'is a number'],
    ['-1', number('number', 0, 10), 'is at least 0'],
    ['11', number('integer', 0, 10), 'is at most 10'],
  ])('%j: %j', (typed, value, problem) => {
    expect(findProblem(typed, value)).toBe(problem);
  });
});
