import { describe, expect, it } from 'vitest';
import { type Patience, planRetry, type Retry } from '../../src/copilot/retry.ts';
import { parseErrorBody, toUpstreamError } from '../../src/copilot/upstream-error.ts';
import { CliError, InterruptedError, UpstreamError } from '../../src/errors.ts';
import { toNetworkError } from '../../src/http/network-error.ts';

type Answer = { status: number; code?: string; after?: string };

function fail({ status, code, after }: Answer): Error {
  const body = JSON.stringify({ error: { code, message: 'Sorry.' } });
  return toUpstreamError(status, parseErrorBody(body), after === undefined ? {} : { 'retry-after': after });
}

/** The waits before a request that fails again and again, until it is given up. */
function listWaits(error: unknown, patience: Patience = 'person'): number[] {
  const waits: number[] = [];
  for (let attempt = 1; attempt < 10; attempt += 1) {
    const retry = planRetry(error, attempt, patience);
    if (!retry) return waits;
    waits.push(retry.seconds);
  }
  throw new Error('it never gives up');
}

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();

describe('a request that failed by accident is sent again', () => {
  it.each<[what: string, error: unknown, waits: number[]]>([
    ['a gateway that gave up', fail({ status: 499 }), [1, 4]],
    ['a server error', fail({ status: 500 }), [1, 4]],
    ['a bad gateway', fail({ status: 502 }), [1, 4]],
    ['a gateway timeout', fail({ status: 504 }), [1, 4]],
    ['a server error that names a time', fail({ status: 502, after: '2' }), [1, 4]],
    ['a stream that broke off', new UpstreamError('truncated', 'the answer is not complete'), [1, 4]],
    ['an upload that was too slow', fail({ status: 408, code: 'user_request_timeout' }), [0]],
    ['a short limit', fail({ status: 429, code: 'rate_limited', after: '2' }), [2, 2, 2]],
    ['a limit of a minute', fail({ status: 429, after: '60' }), [60, 60, 60]],
    ['a limit that is over', fail({ status: 429, after: '0' }), [1, 1, 1]],
    ['a limit that ended yesterday', fail({ status: 429, after: inSeconds(-86_400) }), [1, 1, 1]],
    ['an overloaded model', fail({ status: 429, code: 'model_overloaded', after: '9' }), [9, 9, 9]],
    ['a limit of the maker of the model', fail({ status: 503, after: '5' }), [5, 5, 5]],
  ])('%s', (_, error, waits) => {
    expect(listWaits(error)).toEqual(waits);
  });

  it.each(['ECONNRESET', 'ETIMEDOUT', 'UND_ERR_SOCKET'])('a connection that ended with %s', (code) => {
    expect(listWaits(toNetwork(code))).toEqual([1, 4]);
  });
});

function toNetwork(code: string): Error {
  const error = Object.assign(new Error('it broke'), { code });
  return toNetworkError(error, new URL('https://api.example.test'), new AbortController());
}

describe('a request that failed for good is not sent again', () => {
  it.each<[what: string, error: unknown]>([
    ['a limit of more than a minute', fail({ status: 429, after: '61' })],
    ['a limit of days', fail({ status: 429, code: 'user_weekly_rate_limited', after: '1600000' })],
    ['a limit until a day to come', fail({ status: 429, after: inSeconds(86_400) })],
    ['a limit without a time', fail({ status: 429, code: 'rate_limited' })],
    ['a limit of the maker of the model, without a time', fail({ status: 503 })],
    ['a quota, whatever time it names', fail({ status: 429, code: 'quota_exceeded', after: '2' })],
    ['a payment', fail({ status: 402, code: 'overage_limit_reached', after: '2' })],
    ['a mistake in the request', fail({ status: 400, code: 'invalid_request_body' })],
    ['a sign-in', fail({ status: 401 })],
    ['a refusal', fail({ status: 403 })],
    ['a request that is too large', fail({ status: 413 })],
    ['another host', fail({ status: 421 })],
    ['a filter', fail({ status: 422, code: 'content_filter' })],
    ['a version that is too old', fail({ status: 466 })],
    ['a failure that a stream reported', fail({ status: 200, code: 'server_error' })],
    ['a name that nobody knows', toNetwork('ENOTFOUND')],
    ['a refused connection', toNetwork('ECONNREFUSED')],
    ['a limit on time', new CliError('timeout', 'it took too long')],
    ['Ctrl+C', new InterruptedError('SIGINT')],
    ['a bug', new TypeError('x is not a function')],
  ])('%s', (_, error) => {
    expect(planRetry(error, 1, 'person')).toBeUndefined();
  });
});

it('the reason for a wait is told', () => {
  const reasons = [fail({ status: 429, after: '2' }), fail({ status: 408 }), fail({ status: 502 })].map(
    (error) => planRetry(error, 1, 'person')?.reason,
  );
  expect(reasons).toEqual<Retry['reason'][]>([
    'Copilot asks to wait for its rate limit',
    'the request did not arrive in time',
    'Copilot failed to answer: Sorry. (status 502)',
  ]);
});

it('an endpoint that asks to wait is named', () => {
  const details = { endpoint: 'ollama', status: 503, retry_after_s: 2 };
  expect(planRetry(new UpstreamError('upstream', 'Busy', { details }), 1, 'person')?.reason).toBe(
    'ollama asks to wait',
  );
});

describe('for a program, which tries again by itself,', () => {
  it.each<[what: string, error: unknown, waits: number[]]>([
    ['a bad gateway is asked once more', fail({ status: 502 }), [1]],
    ['a gateway that gave up is asked once more', fail({ status: 499 }), [1]],
    ['a gateway timeout is asked once more', fail({ status: 504, after: '2' }), [1]],
    [
      'a stream that broke off before its first word is asked for once more',
      new UpstreamError('truncated', 'no'),
      [1],
    ],
    ['a broken connection is tried once more', toNetwork('ECONNRESET'), [1]],
    ['an upload that was too slow is sent once more', fail({ status: 408 }), [1]],
    ['a server error is passed on', fail({ status: 500 }), []],
    ['a short limit is passed on', fail({ status: 429, after: '2' }), []],
    ['a limit of the maker of the model is passed on', fail({ status: 503, after: '5' }), []],
    ['an overloaded model is passed on', fail({ status: 429, code: 'model_overloaded', after: '9' }), []],
    ['a refused connection is passed on', toNetwork('ECONNREFUSED'), []],
    ['a mistake is passed on', fail({ status: 400 }), []],
    ['a bug is passed on', new TypeError('x is not a function'), []],
  ])('%s', (_, error, waits) => {
    expect(listWaits(error, 'program')).toEqual(waits);
  });
});
