import { describe, expect, it } from 'vitest';
import { parseErrorBody, toUpstreamError } from '../../src/copilot/upstream-error.ts';
import { CopilotTokenError, describeError, UpstreamError } from '../../src/errors.ts';
import { hintSaying } from '../helpers/hint-matcher.ts';

const limited = { code: 'user_weekly_rate_limited', message: 'You have exceeded your weekly rate limit.' };

describe('the error for an answer', () => {
  it("holds the service's own words, the status and the request id", () => {
    const error = toUpstreamError(429, limited, { 'x-github-request-id': 'AB:12', 'x-request-id': 'other' });
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error.message).toContain('You have exceeded your weekly rate limit.');
    expect(error.message).toContain('status 429');
    expect(error.message).toContain('request id AB:12');
    expect(error.details).toEqual({
      status: 429,
      upstream_code: 'user_weekly_rate_limited',
      request_id: 'AB:12',
      retry_after_s: undefined,
    });
  });

  it('names the field of the request that is to blame', () => {
    const text =
      '{"error":{"message":"Invalid.","code":"invalid_request_body","param":"tools[3].parameters"}}';
    expect(toUpstreamError(400, parseErrorBody(text), {}).details.param).toBe('tools[3].parameters');
  });

  it('falls back on the other name of a request id', () => {
    expect(toUpstreamError(500, limited, { 'x-request-id': 'other' }).details.request_id).toBe('other');
  });

  it('says the code where the service says no more', () => {
    const error = toUpstreamError(404, { code: 'not_found', message: '' }, {});
    expect(error.message).toContain('not_found');
  });

  it('says what it can where the service says nothing', () => {
    const { message } = toUpstreamError(502, parseErrorBody('<html>no</html>'), {});
    expect(message).toBe('Copilot failed to answer (status 502)');
  });

  it('does not speak of a status where the error came inside a stream', () => {
    expect(toUpstreamError(200, { code: undefined, message: 'went away' }, {}).message).not.toContain('200');
  });

  it('for a refused token says how to sign in', () => {
    const error = toUpstreamError(401, parseErrorBody('unauthorized: token expired\n'), {});
    expect(error).toBeInstanceOf(CopilotTokenError);
    expect(error).toMatchObject({ hint: hintSaying('Run: copilot-cli login'), details: { status: 401 } });
  });

  it.each<[status: number, text: string, hint: RegExp]>([
    [400, '{"error":{"message":"No.","code":"model_not_supported"}}', /copilot-cli models/],
    [400, 'bad request: unknown Copilot-Integration-Id', /integration-id.*config list/],
    [400, 'Personal Access Tokens are not supported', /copilot-cli login/],
    [402, '{"error":{"message":"You have no quota","code":"quota_exceeded"}}', /copilot-cli status/],
    [403, '', /settings\/copilot/],
    [403, 'Access to this endpoint is forbidden.', /Sign in again.*do not repeat/],
    [429, '{"error":{"code":"user_model_rate_limited:pro"}}', /another model\.$/],
    [429, '{"error":{"code":"user_weekly_rate_limited:pro"}}', /Another model does not help/],
    [413, 'Request Entity Too Large', /Send less.*smaller images/],
    [421, 'Misdirected Request', /base-url/],
    [429, '', /Wait|another model/],
    [466, '', /npm install --global copilot-cli|api-version/],
    [500, '', /Try again/],
  ])('of %i %j says what to do next', (status, text, hint) => {
    expect(toUpstreamError(status, parseErrorBody(text), {})).toMatchObject({ hint: hintSaying(hint) });
  });
});

describe('the time that Copilot asks to wait', () => {
  it.each([429, 402, 503])('is told in seconds, in the details and the hint of a %i', (status) => {
    const error = toUpstreamError(status, limited, { 'retry-after': '30' });
    expect(error.details.retry_after_s).toBe(30);
    expect(error).toMatchObject({ hint: hintSaying(/30 s/) });
  });

  it('may be more than eighteen days', () => {
    expect(toUpstreamError(429, limited, { 'retry-after': '1600000' }).details.retry_after_s).toBe(1_600_000);
  });

  it('is told in seconds where it is a date', () => {
    const date = new Date(Date.now() + 120_000).toUTCString();
    const seconds = toUpstreamError(402, limited, { 'retry-after': date }).details.retry_after_s;
    expect(seconds).toBeGreaterThan(100);
    expect(seconds).toBeLessThanOrEqual(120);
  });

  it('is nothing where it makes no sense', () => {
    const error = toUpstreamError(429, limited, { 'retry-after': 'soon' });
    expect(error.details.retry_after_s).toBeUndefined();
    expect(describeError(error).hint).not.toMatch(/NaN|undefined|asks to wait/);
  });
});
