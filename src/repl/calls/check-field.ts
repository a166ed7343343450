import type { QuestionField } from '../../mcp/elicitation.ts';

type Typed = Extract<QuestionField['value'], { type: 'text' | 'number' | 'integer' }>;

/** What is wrong with a text that was typed into a field, to follow its name in a sentence. Undefined if it can be sent. */
export function findProblem(typed: string, value: Typed): string | undefined {
  if (typed === '') return 'needs an answer';
  if (value.type === 'text') return findTextProblem(typed, value);
  const number = Number(typed);
  if (!Number.isFinite(number)) return 'is a number';
  if (value.type === 'integer' && !Number.isInteger(number)) return 'is a whole number';
  if (number < value.min) return `is at least ${value.min}`;
  return number > value.max ? `is at most ${value.max}` : undefined;
}

function findTextProblem(
  typed: string,
  { format = '', minLength, maxLength }: Typed & { type: 'text' },
): string | undefined {
  const length = Array.from(typed).length;
  if (length < minLength) return `needs at least ${minLength} characters`;
  if (length > maxLength) return `takes at most ${maxLength} characters`;
  const known = Object.hasOwn(formats, format) ? formats[format] : undefined;
  return known && !known.fits(typed) ? known.problem : undefined;
}

/** The formats that the protocol knows. */
const formats: Record<string, { fits: (text: string) => boolean; problem: string }> = {
  email: {
    fits: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
    problem: 'is an address such as ada@example.com',
  },
  uri: {
    fits: (text) => URL.canParse(text) && !/\s/.test(text),
    problem: 'is a URL such as https://example.com',
  },
  date: { fits: isDate, problem: 'is a date such as 2026-01-31' },
  'date-time': {
    fits: (text) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(text) &&
      isDate(text.slice(0, 10)) &&
      !Number.isNaN(Date.parse(text)),
    problem: 'is a time such as 2026-01-31T12:00:00Z',
  },
};

/** A day that there is: of 30 February, JavaScript makes one of March. */
function isDate(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return at !== undefined && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
