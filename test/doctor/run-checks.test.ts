import { describe, expect, it } from 'vitest';
import { type Finding, ok } from '../../src/doctor/check.ts';
import { type Check, type CheckResult, runChecks } from '../../src/doctor/run-checks.ts';
import { CliError } from '../../src/errors.ts';

const check = (
  name: string,
  find: () => Finding | Promise<Finding>,
  rest: Partial<Check<null>> = {},
): Check<null> => ({ name, deadlineMs: 5_000, lateness: 'fail', find, ...rest });

const { signal } = new AbortController();

async function run(...checks: Check<null>[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for await (const result of runChecks(checks, null, signal)) results.push(result);
  return results;
}

describe('checks', () => {
  it('run side by side, and come in their own order', async () => {
    let open = (_: Finding): void => {};
    const gate = new Promise<Finding>((resolve) => {
      open = resolve;
    });
    const ended: string[] = [];
    const results = await run(
      check('first', async () => {
        const finding = await gate;
        ended.push('first');
        return finding;
      }),
      check('second', () => {
        ended.push('second');
        open(ok('late'));
        return ok('early');
      }),
    );
    expect(ended).toEqual(['second', 'first']);
    expect(results.map(({ name, detail }) => [name, detail])).toEqual([
      ['first', 'late'],
      ['second', 'early'],
    ]);
  });

  it('come as soon as those before them are there', async () => {
    const never = check('never', () => new Promise<Finding>(() => {}));
    const results = runChecks([check('first', () => ok('there')), never], null, signal);
    expect((await results.next()).value).toMatchObject({ name: 'first' });
  });

  it.each(['fail', 'warn'] as const)('that take too long end alone, as %s', async (lateness) => {
    const slow = check('slow', () => new Promise<Finding>(() => {}), { deadlineMs: 30, lateness });
    const results = await run(
      slow,
      check('quick', () => ok('there')),
    );
    expect(results).toMatchObject([
      {
        name: 'slow',
        status: lateness,
        detail: 'no result within 0.03 s',
        fix: expect.stringContaining('Try again'),
      },
      { name: 'quick', status: 'ok', fix: null },
    ]);
  });

  it.each<[name: string, error: unknown, expected: Partial<CheckResult>]>([
    [
      'an error with words',
      new CliError('config', 'broken', { hint: 'Mend it.' }),
      { detail: 'broken', fix: 'Mend it.', code: 'config' },
    ],
    [
      'a mistake of ours',
      new TypeError('x is not a function'),
      { detail: expect.stringContaining('this is a bug'), code: 'internal' },
    ],
  ])('that throw %s end alone', async (_, error, expected) => {
    const results = await run(
      check('bad', () => {
        throw error;
      }),
      check('good', () => ok('there')),
    );
    expect(results).toMatchObject([
      { ...expected, status: 'fail' },
      { name: 'good', status: 'ok' },
    ]);
  });

  it('show neither a token nor what drives a terminal', async () => {
    const [result] = await run(check('odd', () => ok('ghu_0123456789abcdef \u001b[31mred\nline')));
    expect(result?.detail).toBe('[secret] [31mred line');
  });
});
