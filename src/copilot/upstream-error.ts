import type { IncomingHttpHeaders } from 'node:http';
import { CopilotTokenError, type ErrorCode, UpstreamError } from '../errors.ts';
import {
  accountStatus,
  advise,
  debug,
  type Hint,
  joinHints,
  login,
  modelList,
  run,
  updateCommand,
} from '../hint.ts';
import { readRetryAfter } from '../http/network-error.ts';
import { isObject, parseJson, toText } from '../json-value.ts';
import { maskStart } from '../redact.ts';
import { toOneLine } from '../terminal-text.ts';
import { isOverflow } from './overflow.ts';

/** An error body of the Copilot API, in whichever of its six shapes it came. `param` is the field of the request that is to blame. */
export type ErrorBody = { code: string | undefined; message: string; param?: string | undefined };

const maxMessageLength = 400;

/**
 * Reads `{error:{message,code}}`, `{message,code}`, Anthropic's `{type:"error",error:{…}}`, `{error:"text"}` and plain text. Of a proxy's
 * HTML it returns the title. Gateways say their reason in other places, see `findReason`. Codes may end in a colon and the plan.
 */
export function parseErrorBody(text: string): ErrorBody {
  const json = parseJson(text);
  if (!isObject(json))
    return { code: undefined, message: truncate(/^\s*</.test(text) ? findTitle(text) : text.trim()) };
  const error = json.error;
  if (typeof error === 'string' && error !== '') {
    const reason = findReason(json);
    const isMore = reason !== '' && reason !== error;
    return { code: undefined, message: truncate(isMore ? `${error}: ${reason}` : error) };
  }
  const said = isObject(error) ? error : json;
  const { code, type, param } = said;
  return unwrap({
    code: toBareCode(toText(code) ?? toCode(type)),
    message: findReason(said),
    param: toText(param),
  });
}

/** The beginning of a page that may have a title, in UTF-16 code units. */
const longestHead = 10_000;

function findTitle(page: string): string {
  return toOneLine(/<title[^>]*>([^<]*)/i.exec(page.slice(0, longestHead))?.[1] ?? '').trim();
}

/** Of problem details (RFC 9457), OAuth, FastAPI, AWS and other gateways, the most telling first. */
const reasonKeys = ['message', 'Message', 'msg', 'detail', 'error_description', 'reason', 'errors', 'title'];
const deepestReason = 4;

/** Empty if there is none. Of several reasons, the first. FastAPI names the field that it blames. */
function findReason(said: unknown, depth = 0): string {
  if (typeof said === 'string') return said;
  if (depth > deepestReason) return '';
  if (Array.isArray(said)) return findReason(said[0], depth + 1);
  if (!isObject(said)) return '';
  const reasons = reasonKeys.map((key) => findReason(said[key], depth + 1));
  const reason = reasons.find((one) => one.trim() !== '') ?? '';
  return Array.isArray(said.loc) && reason !== '' ? `${said.loc.join('.')}: ${reason}` : reason;
}

/** Anthropic has types in place of codes; these say more than the status beside them. */
function toCode(type: unknown): string | undefined {
  return /^(?:rate_limit|overloaded|billing)_error$/.test(String(type)) ? String(type) : undefined;
}

/** Some relays put a whole JSON error into the message; its code is used if the outer one is missing. */
function unwrap({ code, message, param }: ErrorBody): ErrorBody {
  const isJson = message.trimStart().startsWith('{') && isObject(parseJson(message));
  const inner = isJson ? parseErrorBody(message) : undefined;
  return {
    code: code ?? inner?.code,
    message: truncate(inner?.message || message),
    param: param ?? inner?.param,
  };
}

/** Codes may have a plan after a colon. */
function toBareCode(code: string | undefined): string | undefined {
  return code?.replace(/:.*$/, '');
}

/** Cut at a character, not inside one. */
function truncate(text: string): string {
  // Most of a text that fills the memory need not be split into characters to be left out.
  const characters = Array.from(maskStart(text, 4 * maxMessageLength));
  return characters.length <= maxMessageLength
    ? characters.join('')
    : `${characters.slice(0, maxMessageLength).join('')}…`;
}

type Rule = {
  matches: (status: number, body: ErrorBody) => boolean;
  code: ErrorCode;
  message: string;
  hint: Hint;
};

const hasStatus =
  (...statuses: number[]): Rule['matches'] =>
  (status) =>
    statuses.includes(status);
const hasCode =
  (pattern: RegExp): Rule['matches'] =>
  (_, { code }) =>
    code !== undefined && pattern.test(code);
const says =
  (pattern: RegExp): Rule['matches'] =>
  (_, { message }) =>
    pattern.test(message);

/** Why an account may lack a model that others have. */
export const whyMissing =
  'The plan, the region and the organisation decide which models there are. Some must be switched on at https://github.com/settings/copilot/features';

const featuresPage = 'https://github.com/settings/copilot/features';
const again = 'Try again in a minute.';

/** The first matching rule decides. Facts about one request come before general rules for its status. */
const rules: Rule[] = [
  {
    matches: hasCode(/^(?:model_max_prompt_tokens_exceeded|context_length_exceeded)$/),
    code: 'input_too_large',
    message: 'the input is too long for this model',
    hint: advise`Send less, or choose a model with a larger context: ${modelList}`,
  },
  {
    matches: (status, { message }) => status !== 429 && isOverflow(message),
    code: 'input_too_large',
    message: 'the input is too long for this model',
    hint: advise`Send less, or choose a model with a larger context: ${modelList}`,
  },
  {
    matches: hasCode(/^(?:model_not_supported|model_not_found|unsupported_api_for_model)$/),
    code: 'model',
    message: 'Copilot does not offer this model here',
    hint: advise`See what the account has: ${modelList}. ${whyMissing}`,
  },
  {
    matches: hasCode(
      /^(?:.*quota_exceeded|insufficient_quota|overage_limit_reached|additional_spend_limit_reached|billing_not_configured|billing_error)$/,
    ),
    code: 'quota',
    message: 'the quota of this account is used up',
    hint: advise`See what is left, and when it is renewed: ${accountStatus}`,
  },
  {
    matches: hasCode(/^(?:user_model_rate_limited|model_overloaded|upstream_provider_rate_limit)$/),
    code: 'rate_limited',
    message: 'the rate limit of this model is reached',
    hint: 'Wait before the next try, or ask another model.',
  },
  {
    matches: hasCode(/^(?:user_weekly_rate_limited|user_global_rate_limited)$/),
    code: 'rate_limited',
    message: 'the rate limit of this account is reached',
    hint: 'Wait before the next try. Another model does not help.',
  },
  {
    matches: hasCode(/^overloaded(?:_error)?$/),
    code: 'upstream',
    message: 'the service is overloaded',
    hint: again,
  },
  {
    matches: hasCode(
      /^(?:.*rate_limited|rate_limit_(?:error|exceeded)|slow_down|.*overloaded|agent_mode_limit_exceeded|extension_blocked)$/,
    ),
    code: 'rate_limited',
    message: 'the rate limit of this account is reached',
    hint: 'Wait before the next try, or ask another model.',
  },
  {
    matches: hasCode(/^(?:content_filter|cyber_policy|off_topic|image_content_policy_violation)$/),
    code: 'content_filter',
    message: 'the service refuses to answer this',
    hint: 'Rephrase the prompt.',
  },
  {
    matches: says(/Authorization header is badly formatted|third-party user token|Personal Access Token/i),
    code: 'auth_required',
    message: 'Copilot does not accept this kind of GitHub token',
    hint: advise`Sign in without a token: ${login}. A fine-grained token needs the account permission "Copilot Requests".`,
  },
  {
    matches: says(/Editor-Version header|Copilot-Integration-Id/i),
    code: 'config',
    message: 'Copilot does not accept the client headers of this program',
    hint: advise`See editor-version, integration-id and extra-headers in: ${run('config list')}`,
  },
  {
    matches: says(/access to this endpoint is forbidden/i),
    code: 'forbidden',
    message: 'Copilot refused this request',
    hint: advise`Sign in again: ${login}. If that does not help, an organisation may forbid it (see ${featuresPage}), or GitHub has restricted the account; do not repeat the request.`,
  },
  {
    // In a stream: after the status 401, the token is renewed first.
    matches: (status, { code }) =>
      status === 200 && /^(?:authentication_error|invalid_api_key)$/.test(code ?? ''),
    code: 'auth_required',
    message: 'Copilot does not accept the sign-in',
    hint: login,
  },
  {
    matches: hasStatus(402),
    code: 'quota',
    message: 'the quota of this account is used up',
    hint: advise`See what is left, and when it is renewed: ${accountStatus}`,
  },
  {
    matches: hasStatus(403),
    code: 'forbidden',
    message: 'Copilot refuses this account',
    hint: advise`See ${featuresPage}, ask the owner of your organisation, or sign in again: ${login}`,
  },
  {
    matches: hasStatus(413),
    code: 'input_too_large',
    message: 'the request is too large',
    hint: 'Send less, or fewer and smaller images.',
  },
  {
    matches: hasStatus(422),
    code: 'content_filter',
    message: 'the service refuses to answer this',
    hint: 'Rephrase the prompt.',
  },
  {
    matches: hasStatus(429),
    code: 'rate_limited',
    message: 'the rate limit of this account is reached',
    hint: 'Wait before the next try, or ask another model.',
  },
  {
    matches: hasStatus(466),
    code: 'upstream',
    message: 'Copilot no longer supports the API version of this program',
    hint: advise`Upgrade: ${updateCommand}, or try: ${run('config set api-version DATE')}`,
  },
  {
    matches: hasStatus(421),
    code: 'upstream',
    message: 'this Copilot host does not serve the account',
    hint: advise`Check base-url in: ${run('config list')}`,
  },
  { matches: (status) => status >= 499, code: 'upstream', message: 'Copilot failed to answer', hint: again },
];

const fallback = {
  code: 'upstream',
  message: 'Copilot refused the request',
  hint: advise`${debug} to see more.`,
} as const;

/** Behind a refusal that says nothing more. */
export const withoutReason = ', and gave no reason';

/** What kind of failure a status and a body mean, whoever sent them. */
export function findErrorCode(status: number, body: ErrorBody): ErrorCode {
  return findRule(status, body).code;
}

function findRule(status: number, body: ErrorBody): Omit<Rule, 'matches'> {
  const meant = status === 200 ? (statuses.get(body.code ?? '') ?? status) : status;
  return rules.find(({ matches }) => matches(meant, body)) ?? fallback;
}

/** Errors inside a stream have no status of their own. Source: the errors of Anthropic's and of OpenAI's API. */
const statuses: ReadonlyMap<string, number> = new Map([
  ['permission_error', 403],
  ['request_too_large', 413],
]);

/** Words of a 401 that are about something else than the token. */
const otherUnauthorized = /does not belong to this connection|auto-mode selector/i;

/** The error for an error status, or for an error inside a stream (`status` is 200). Keeps the service's words, code and request id. */
export function toUpstreamError(
  status: number,
  { code, message, param }: ErrorBody,
  headers: IncomingHttpHeaders,
): UpstreamError | CopilotTokenError {
  const body: ErrorBody = { code: toBareCode(code), message: truncate(message), param };
  const said = body.message || body.code;
  const requestId = headers['x-github-request-id'] ?? headers['x-request-id'];
  const wait =
    readRetryAfter(headers['retry-after']) ?? readRetryAfter(headers['x-ratelimit-user-retry-after']);
  const limits = Object.entries(headers).filter(([name]) => name.startsWith('x-ratelimit-'));
  const facts = [status === 200 ? '' : `status ${status}`, requestId ? `request id ${requestId}` : '']
    .filter(Boolean)
    .join(', ');
  const suffix = said ? `: ${said}` : '';
  const details = {
    status,
    upstream_code: body.code,
    param: body.param,
    request_id: requestId,
    retry_after_s: wait,
    ...(limits.length > 0 && { rate_limits: Object.fromEntries(limits) }),
  };
  if (status === 401 && !otherUnauthorized.test(body.message))
    return new CopilotTokenError(`Copilot does not accept the sign-in${suffix}`, {
      details,
      facts: facts || undefined,
      said: body.message || undefined,
    });
  const rule = findRule(status, body);
  const hint = wait ? joinHints(rule.hint, `Copilot asks to wait ${formatWait(wait)}.`) : rule.hint;
  const silence = rule === fallback && !said ? withoutReason : '';
  return new UpstreamError(rule.code, `${rule.message}${silence}${suffix}`, {
    hint,
    details,
    facts: facts || undefined,
    said: body.message || undefined,
  });
}

/** `45 s`, `5 min`, `3 h`, `12 days`. */
export function formatWait(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
