import { describe, expect, it } from 'vitest';
import { CliError, describeError } from '../../src/errors.ts';
import { toFailureJson } from '../../src/output/failure.ts';

const description = describeError(
  new CliError('rate_limited', 'too fast', {
    hint: 'Wait.',
    details: {
      status: 429,
      upstream_code: 'user_weekly_rate_limited',
      retry_after_s: 30,
      request_id: undefined,
    },
    data: { text: 'so far', usage: null },
  }),
);

const error = {
  code: 'rate_limited',
  exit_code: 7,
  message: 'too fast',
  hint: 'Wait.',
  status: 429,
  upstream_code: 'user_weekly_rate_limited',
  retry_after_s: 30,
};

describe('a failure as JSON', () => {
  it('is one object with what the command knew, and the error', () => {
    const text = toFailureJson(description, 'json');
    expect(JSON.parse(text)).toEqual({ schema_version: 1, text: 'so far', usage: null, error });
    expect(text).toMatch(/^\{\n {2}"schema_version": 1,\n/);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('is one line of an own type as JSONL, where the rest was printed already', () => {
    const text = toFailureJson(description, 'jsonl');
    expect(JSON.parse(text)).toEqual({ schema_version: 1, type: 'error', error });
    expect(text.indexOf('\n')).toBe(text.length - 1);
  });

  it.each(['json', 'jsonl'] as const)('has a hint of null where there is none, as %s', (format) => {
    const json = JSON.parse(toFailureJson(describeError(new CliError('usage', 'no prompt')), format));
    expect(json.error).toEqual({ code: 'usage', exit_code: 2, message: 'no prompt', hint: null });
  });

  it.each(['json', 'jsonl'] as const)('has no token in its details, as %s', (format) => {
    const details = {
      token: 'CANARY',
      nested: { said: 'got gho_CANARY1234', authorization: 'Basic CANARY' },
    };
    const text = toFailureJson(describeError(new CliError('upstream', 'x', { details })), format);
    expect(text).not.toContain('CANARY');
    expect(JSON.parse(text).error.nested.said).toBe('got [secret]');
  });

  it('keeps the text of the model as it came', () => {
    const data = { text: 'a token looks like gho_abcd1234\n' };
    const text = toFailureJson(describeError(new CliError('truncated', 'cut', { data })), 'json');
    expect(JSON.parse(text).text).toBe(data.text);
  });

  it('is safe to show on a terminal', () => {
    const data = { text: '\u001b[31m\u0007' };
    const text = toFailureJson(describeError(new CliError('truncated', 'cut', { data })), 'json');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });
});
