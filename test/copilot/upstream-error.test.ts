import { describe, expect, it } from 'vitest';
import { type ErrorBody, parseErrorBody, toUpstreamError } from '../../src/copilot/upstream-error.ts';
import type { ErrorCode } from '../../src/errors.ts';

const nothing: ErrorBody = { code: undefined, message: '' };
const message = (text: string): ErrorBody => ({ code: undefined, message: text });
const unsupported = { message: 'The requested model is not supported.', code: 'model_not_supported' };
const busy = { message: 'Busy.', code: 'model_overloaded' };

describe('an error body', () => {
  it.each<[what: string, text: string, body: ErrorBody]>([
    [
      'with an error object',
      `${JSON.stringify({ error: { ...unsupported, param: 'model', type: 'invalid_request_error' } })}\n`,
      { ...unsupported, param: 'model' },
    ],
    [
      'with an empty code',
      '{"error":{"message":"missing required header","code":""}}',
      { code: undefined, message: 'missing required header' },
    ],
    [
      'with an empty message',
      '{"error":{"message":"","code":"not_found"}}\n',
      { code: 'not_found', message: '' },
    ],
    ['that is flat', '{"message":"No."}', { code: undefined, message: 'No.' }],
    [
      'that is flat, with a code',
      '{"message":"No.","code":"off_topic"}',
      { code: 'off_topic', message: 'No.' },
    ],
    [
      "of Anthropic's make",
      '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long"},"request_id":"req_1"}',
      { code: undefined, message: 'prompt is too long' },
    ],
    [
      "of Anthropic's make, with a code",
      JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', ...unsupported } }),
      unsupported,
    ],
    [
      'of plain text',
      'bad request: missing Editor-Version header for IDE auth\n',
      { code: undefined, message: 'bad request: missing Editor-Version header for IDE auth' },
    ],
    ['of one plain line', 'Misdirected Request\n', { code: undefined, message: 'Misdirected Request' }],
    ['of HTML', '<!DOCTYPE html><html><body>502</body></html>', nothing],
    ['of HTML behind blank lines', '\r\n \n<html></html>', nothing],
    ['of HTML with a title', '<html><head><title>\nBlocked by\tACME</title>', message('Blocked by ACME')],
    ['of nothing', '', nothing],
    ['of blank lines', '\r\n', nothing],
    [
      "of Anthropic's make, about a limit",
      '{"type":"error","error":{"type":"rate_limit_error","message":"Slow."}}',
      { code: 'rate_limit_error', message: 'Slow.' },
    ],
    [
      "of Anthropic's make, about money",
      '{"type":"error","error":{"type":"billing_error","message":"Pay."}}',
      { code: 'billing_error', message: 'Pay.' },
    ],
    [
      'with an empty text for an error',
      '{"error":"","message":"boom"}',
      { code: undefined, message: 'boom' },
    ],
    ['with text for an error', '{"error":"went away"}', { code: undefined, message: 'went away' }],
    [
      'with a code that has a suffix',
      '{"error":{"message":"Slow.","code":"user_global_rate_limited:pro_plus"}}',
      { code: 'user_global_rate_limited', message: 'Slow.' },
    ],
    [
      'with a code that has two suffixes',
      '{"error":{"message":"Slow.","code":"rate_limited:a:b"}}',
      { code: 'rate_limited', message: 'Slow.' },
    ],
    [
      'with JSON in its message, and another code',
      JSON.stringify({ error: { message: JSON.stringify({ error: busy }), code: 'rate_limited' } }),
      { code: 'rate_limited', message: 'Busy.' },
    ],
    [
      'with JSON in its message, which has the only code',
      JSON.stringify({ error: { message: JSON.stringify({ error: busy }), code: '' } }),
      busy,
    ],
    [
      'with JSON in its message, which blames a field',
      JSON.stringify({ message: JSON.stringify({ error: { ...busy, param: 'tools[3]' } }) }),
      { ...busy, param: 'tools[3]' },
    ],
    ['with JSON in its message, flat in flat', JSON.stringify({ message: JSON.stringify(busy) }), busy],
    ['with JSON in its message that says nothing', '{"message":"{}"}', { code: undefined, message: '{}' }],
    [
      'with a message that only looks like JSON',
      '{"message":"{see below}"}',
      { code: undefined, message: '{see below}' },
    ],
    ['of JSON that is no object', '["a"]', { code: undefined, message: '["a"]' }],
    ['of other types than expected', '{"error":{"message":7,"code":400}}', nothing],
    ['of JSON that says nothing', '{}', nothing],
    [
      'with an error of null beside a message',
      '{"error":null,"message":"No."}',
      { code: undefined, message: 'No.' },
    ],
    ['of FastAPI', '{"detail":"No images here"}', message('No images here')],
    ['of FastAPI in an object', '{"detail":{"error":7,"message":"No images."}}', message('No images.')],
    [
      'of FastAPI about a field',
      '{"detail":[{"loc":["body","messages",0],"msg":"field required","type":"missing"},{"msg":"x"}]}',
      message('body.messages.0: field required'),
    ],
    ['of a gateway', '{"errors":[{"code":7003,"message":"No route"}]}', message('No route')],
    ['of AWS', '{"Message":"User is not authorized"}', message('User is not authorized')],
    [
      'of OAuth',
      '{"error":"invalid_request","error_description":"No tenant"}',
      message('invalid_request: No tenant'),
    ],
    ['of Spring', '{"status":400,"error":"Bad Request","message":"No x"}', message('Bad Request: No x')],
    ['of Nest', '{"message":["x is no text"],"error":"Bad Request"}', message('Bad Request: x is no text')],
    ['of problem details', '{"type":"about:blank","title":"Off","detail":"It is off"}', message('It is off')],
    ['of problem details with a title alone', '{"title":"Off","errors":{"x":["no"]}}', message('Off')],
    [
      'with its reason in the error',
      '{"error":{"code":"gone","detail":"No host"}}',
      { code: 'gone', message: 'No host' },
    ],
    ['with the same words twice', '{"error":"No.","message":"No."}', message('No.')],
    ['that is nested for ever', `{"detail":${'['.repeat(500)}"x"${']'.repeat(500)}}`, nothing],
  ])('%s is read', (_, text, body) => {
    expect(parseErrorBody(text)).toEqual(body);
  });

  it.each<[what: string, wrap: (message: string) => string]>([
    ['text', (message) => message],
    ['an error object', (message) => JSON.stringify({ error: { message } })],
    ['text for an error', (error) => JSON.stringify({ error })],
  ])('of %s that is long is cut where a character ends', (_, wrap) => {
    const { message } = parseErrorBody(wrap('👋🏽'.repeat(5_000)));
    expect(message.length).toBeLessThan(1_000);
    expect(message.endsWith('…')).toBe(true);
    expect(message).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });
});

const codeOf = (status: number, text: string): ErrorCode =>
  toUpstreamError(status, parseErrorBody(text), {}).code;
const withCode = (code: string, message = 'No.'): string =>
  `${JSON.stringify({ error: { message, code } })}\n`;

const rateLimits = [
  'rate_limited',
  'user_global_rate_limited',
  'user_global_rate_limited:pro_plus',
  'user_weekly_rate_limited',
  'user_model_rate_limited',
  'integration_rate_limited',
  'agent_mode_limit_exceeded',
  'model_overloaded',
  'upstream_provider_rate_limit',
  'extension_blocked',
];

describe('an answer with an error status', () => {
  it('says that it gave no reason, only if it gave none', () => {
    const read = (text: string): string =>
      toUpstreamError(400, parseErrorBody(text), {}).message.replace(' (status 400)', '');
    expect(read('')).toBe('Copilot refused the request, and gave no reason');
    expect(read('<html></html>')).toBe('Copilot refused the request, and gave no reason');
    expect(read('{"detail":"It is off"}')).toBe('Copilot refused the request: It is off');
    expect(read('{"error":{"code":"off"}}')).toBe('Copilot refused the request: off');
    expect(toUpstreamError(403, parseErrorBody(''), {}).message).not.toContain('no reason');
  });

  it.each<[status: number, text: string, code: ErrorCode]>([
    [400, withCode('model_not_supported', 'The requested model is not supported.'), 'model'],
    [
      400,
      withCode('unsupported_api_for_model', 'model "x" is not accessible via the /chat/completions endpoint'),
      'model',
    ],
    [403, withCode('model_not_supported'), 'model'],
    [
      400,
      withCode(
        'model_max_prompt_tokens_exceeded',
        'prompt token count of 391491 exceeds the limit of 128000',
      ),
      'input_too_large',
    ],
    [
      400,
      '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 1051542 tokens > 1000000 maximum"}}',
      'input_too_large',
    ],
    [
      400,
      withCode(
        'invalid_request_body',
        'Your input exceeds the context window of this model. Please adjust your input and try again.',
      ),
      'input_too_large',
    ],
    [400, withCode('invalid_request_body', "Invalid 'tools': array too long."), 'upstream'],
    [
      400,
      withCode(
        'invalid_request_body',
        'reasoning_effort is not supported for gpt-5.4 in /v1/chat/completions.',
      ),
      'upstream',
    ],
    [400, withCode('invalid_reasoning_effort'), 'upstream'],
    [400, withCode('unsupported_value'), 'upstream'],
    [400, withCode('previous_response_not_found'), 'upstream'],
    [400, withCode('off_topic'), 'content_filter'],
    [400, withCode('', 'missing required Copilot-Vision-Request header for vision requests'), 'upstream'],
    [400, 'bad request: missing Editor-Version header for IDE auth\n', 'config'],
    [400, 'bad request: unknown Editor-Version header for IDE auth\n', 'config'],
    [400, 'bad request: unknown Copilot-Integration-Id\n', 'config'],
    [400, 'bad request: Authorization header is badly formatted\n', 'auth_required'],
    [
      400,
      'checking third-party user token: bad request: Personal Access Tokens are not supported for this endpoint\n',
      'auth_required',
    ],
    [400, 'Bad Request\n', 'upstream'],
    [401, 'IDE token expired: unauthorized: token expired\n', 'auth_required'],
    [401, 'unauthorized: token expired\n', 'auth_required'],
    [401, '', 'auth_required'],
    [401, withCode('', 'input item ID does not belong to this connection'), 'upstream'],
    [402, withCode('quota_exceeded', 'You have no quota'), 'quota'],
    [402, withCode('free_quota_exceeded'), 'quota'],
    [402, withCode('overage_limit_reached'), 'quota'],
    [402, withCode('additional_spend_limit_reached'), 'quota'],
    [402, withCode('session_quota_exceeded'), 'quota'],
    [402, withCode('billing_not_configured'), 'quota'],
    [402, '', 'quota'],
    [403, 'unauthorized: not authorized to use this Copilot feature\n', 'forbidden'],
    [403, 'forbidden: token not authorized for this integration\n', 'forbidden'],
    [
      403,
      'Access to this endpoint is forbidden. Please review our [Terms of Service](https://example.com).\n',
      'forbidden',
    ],
    [
      403,
      'checking third-party user token: unauthorized: Personal Access Token does not have "Copilot Requests" permission\n',
      'auth_required',
    ],
    [403, '', 'forbidden'],
    [404, withCode('not_found', ''), 'upstream'],
    [404, '', 'upstream'],
    [408, withCode('user_request_timeout', 'Timed out reading request body.'), 'upstream'],
    [413, 'Request Entity Too Large\n', 'input_too_large'],
    [413, '{"message":"failed to parse request"}', 'input_too_large'],
    [421, 'Misdirected Request\n', 'upstream'],
    [422, withCode('cyber_policy'), 'content_filter'],
    [422, '', 'content_filter'],
    [424, '', 'upstream'],
    [429, '', 'rate_limited'],
    [429, withCode('quota_exceeded', 'You have no quota'), 'quota'],
    [
      466,
      'bad request: the specified API version is no longer supported. You may need to update your client to a newer version.\n',
      'upstream',
    ],
    [499, '', 'upstream'],
    [500, 'oops', 'upstream'],
    [502, '<html></html>', 'upstream'],
    [503, '', 'upstream'],
    [504, '', 'upstream'],
  ])('%i %j is a failure of the kind %s', (status, text, code) => {
    expect(codeOf(status, text)).toBe(code);
  });

  it.each(rateLimits)('429 with the code %s is a rate limit', (code) => {
    expect(codeOf(429, withCode(code))).toBe('rate_limited');
  });

  it.each(rateLimits)('%s is a rate limit where it comes inside a stream, too', (code) => {
    expect(codeOf(200, withCode(code))).toBe('rate_limited');
  });

  it.each<[code: string, kind: ErrorCode]>([
    ['model_not_supported', 'model'],
    ['quota_exceeded', 'quota'],
    ['content_filter', 'content_filter'],
    ['model_max_prompt_tokens_exceeded', 'input_too_large'],
    ['server_error', 'upstream'],
    ['authentication_error', 'auth_required'],
    ['invalid_api_key', 'auth_required'],
    ['permission_error', 'forbidden'],
    ['request_too_large', 'input_too_large'],
    ['image_content_policy_violation', 'content_filter'],
    ['invalid_request_error', 'upstream'],
    ['not_found_error', 'upstream'],
  ])('%s inside a stream is of the kind %s', (code, kind) => {
    expect(codeOf(200, withCode(code))).toBe(kind);
  });
});

it.each<[type: string, code: ErrorCode]>([
  ['rate_limit_error', 'rate_limited'],
  ['overloaded_error', 'upstream'],
  ['billing_error', 'quota'],
])('the error %s inside a stream is known for what it is, and so is the wait beside it', (type, code) => {
  const error = toUpstreamError(
    200,
    { code: type, message: 'No.' },
    { 'x-ratelimit-user-retry-after': '30' },
  );
  expect(error).toMatchObject({ code, details: { retry_after_s: 30 } });
});

it('a body that fills the memory is cut in no time', () => {
  const startedAt = performance.now();
  expect(parseErrorBody(`{${'x'.repeat(30_000_000)}`).message).toMatch(/^\{x{399}…$/);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
