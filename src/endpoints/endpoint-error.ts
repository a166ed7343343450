import type { IncomingHttpHeaders } from 'node:http';
import { type ErrorBody, findErrorCode, withoutReason } from '../copilot/upstream-error.ts';
import { CliError, type ErrorCode, UpstreamError } from '../errors.ts';
import { advise, debug, type Hint, joinHints, run } from '../hint.ts';
import { readRetryAfter } from '../http/network-error.ts';
import { toOneLine } from '../terminal-text.ts';
import type { Endpoint } from './endpoint.ts';

type Named = { name: string; url: string; key: Endpoint['key'] };

/** The words for each failure of an endpoint. Nothing here is about GitHub or its account. */
const wordings: Partial<Record<ErrorCode, (endpoint: Named) => { message: string; hint: Hint }>> = {
  auth_required: ({ name, key }) => ({
    message: key ? `${name} does not accept the key` : `${name} asks for a key`,
    hint:
      key && 'stored' in key
        ? advise`Give it another: ${run(`endpoints add ${name} --key`)}`
        : advise`Say where its key is: ${run(`endpoints add ${name} --key-env VARIABLE`)}`,
  }),
  forbidden: ({ name }) => ({
    message: `${name} refuses the request`,
    hint: advise`Check what the key may do, with: ${run(`endpoints test ${name}`)}`,
  }),
  model: ({ name }) => ({
    message: `${name} does not have this model`,
    hint: advise`See what it has: ${run(`endpoints test ${name}`)}`,
  }),
  quota: ({ name }) => ({
    message: `the quota at ${name} is used up`,
    hint: `Look at the account at ${name}.`,
  }),
  rate_limited: ({ name }) => ({
    message: `the rate limit of ${name} is reached`,
    hint: 'Wait before the next try, or ask another model.',
  }),
  input_too_large: ({ name }) => ({
    message: `the input is too long for this model of ${name}`,
    hint: 'Send less, or ask a model with a larger context window.',
  }),
  content_filter: ({ name }) => ({ message: `${name} refuses to answer this`, hint: 'Rephrase the prompt.' }),
  config: ({ name, url }) => ({
    message: `${name} has nothing at this path of ${url}`,
    hint: advise`Check its URL: most need /v1 at the end. See: ${run('endpoints list')}`,
  }),
};

/** The error for an error status of an endpoint, or for an error inside its stream (`status` is 200). Keeps the endpoint's words. */
export function toEndpointError(
  endpoint: Named,
  { status, body, headers }: { status: number; body: ErrorBody; headers: IncomingHttpHeaders },
): UpstreamError {
  const { name } = endpoint;
  if (status >= 300 && status < 400) return createRedirectError(endpoint, headers);
  const code = findCode(status, body);
  const said = body.message || body.code;
  const refusal = `${name} refused the request${said ? '' : withoutReason}`;
  const { message, hint } = wordings[code]?.(endpoint) ?? {
    message: status >= 500 ? `${name} failed to answer` : refusal,
    hint: advise`${debug} to see more.`,
  };
  const wait = readRetryAfter(headers['retry-after']);
  const suffix = `${said ? `: ${said}` : ''}${status === 200 ? '' : ` (status ${status})`}`;
  return new UpstreamError(code, toOneLine(message + suffix), {
    hint: wait ? joinHints(hint, `${name} asks to wait ${wait} s.`) : hint,
    details: {
      endpoint: name,
      status,
      upstream_code: body.code,
      param: body.param,
      request_id: headers['x-request-id'],
      retry_after_s: wait,
    },
    said: body.message || undefined,
  });
}

function findCode(status: number, body: ErrorBody): ErrorCode {
  if (status === 401) return 'auth_required';
  // A path that is not there is often named in the message: /models.
  if (status === 404 || status === 405)
    return /model(?!s)/i.test(body.message + body.code) ? 'model' : 'config';
  // Most use it for a body that they cannot read, Copilot for what it will not answer.
  return status === 422 ? 'upstream' : findErrorCode(status, body);
}

/** A redirect is not followed: the key and the prompt are for the URL that the person gave. */
function createRedirectError({ name, url }: Named, { location = '' }: IncomingHttpHeaders): UpstreamError {
  const target = URL.canParse(location, `${url}/`) ? new URL(location, `${url}/`).origin : 'somewhere else';
  return new UpstreamError('config', `${name} sends requests on to ${target}, where they do not go`, {
    hint: advise`If that is right, give it as the URL: ${run(`endpoints add ${name} --url URL`)}`,
    details: { endpoint: name },
  });
}

/** The same failure, with the name of the endpoint. */
export function nameEndpoint(error: unknown, { name, isLocal }: { name: string; isLocal: boolean }): unknown {
  if (!(error instanceof CliError) || error.code === 'interrupted' || error.code === 'timeout') return error;
  if (error.details.endpoint === name) return error;
  error.details.endpoint = name;
  const isNetwork = error.code === 'network';
  const hint =
    isNetwork && isLocal ? advise`Start it, or check its URL: ${run('endpoints list')}` : error.hint;
  error.blame(name);
  error.hint = hint;
  return error;
}
