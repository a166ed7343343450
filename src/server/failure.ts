import { type Overflow, readOverflow } from '../copilot/overflow.ts';
import { formatWait } from '../copilot/upstream-error.ts';
import { toErrorBody } from '../dialects/chat-completions/write-reply.ts';
import type { DialectName } from '../dialects/chat-request.ts';
import { threadField } from '../dialects/messages/accepted.ts';
import { toErrorType } from '../dialects/messages/write-reply.ts';
import { CliError, describeError, type ErrorCode, UpstreamError } from '../errors.ts';
import { toObject, toText } from '../json-value.ts';
import { callerWords } from './hint-words.ts';

/** A failure as the caller gets it. */
type Failure = {
  status: number;
  /** Ours, or the service's own. */
  code: string;
  message: string;
  /** The field of the request that is to blame. */
  param: string | undefined;
  /** What the caller should do before it tries again. */
  headers: Record<string, string>;
  /** Seconds until a limit ends, if programs should not sit it out. */
  longWaitSeconds: number | undefined;
};

/** The status of a failure that did not come with one from the service. */
const statuses: Record<ErrorCode, number> = {
  internal: 500,
  upstream: 502,
  usage: 400,
  config: 500,
  auth_required: 401,
  forbidden: 403,
  model: 404,
  rate_limited: 429,
  quota: 402,
  input_too_large: 413,
  content_filter: 400,
  schema: 400,
  // Other proxies answer this for a stream that was cut off, and clients try again after it.
  truncated: 408,
  network: 502,
  timeout: 504,
  interrupted: 503,
};

/** The codes that OpenAI's clients look for. */
const openAiCodes: Partial<Record<ErrorCode, string>> = {
  model: 'model_not_found',
  auth_required: 'invalid_api_key',
  rate_limited: 'rate_limit_exceeded',
  quota: 'insufficient_quota',
  input_too_large: 'context_length_exceeded',
};

/** For longer waits, in seconds, SDKs should not try again by themselves: it makes things worse. */
const longestSilence = 60;

/** Any failure as a status, a message and headers. The service's own message comes first: clients look for known phrases in it. */
export function toFailure(error: unknown): Failure {
  const { code, message, hint, details } = describeError(error, callerWords);
  const said = error instanceof UpstreamError && !isOwnEndpoint(code, details) ? error.said : undefined;
  const wait = Number(details.retry_after_s);
  const status = toStatus(error, code, details.status);
  const isLong = status === 429 && wait > longestSilence;
  const words = said === undefined ? joinHint(message, hint) : withWait(said, code, wait);
  return {
    status,
    code: toCode(code, details),
    message: cut(wordFailure({ code, details, words }), maxMessageLength),
    param: cutParam(details.param),
    headers: {
      ...toLimitHeaders(details.rate_limits),
      ...(Number.isFinite(wait) && { 'retry-after': String(Math.ceil(wait)) }),
      // SDKs and Claude Code try 408, 409, 429 and 5xx again unless a header forbids it.
      ...((status === 402 || isLong || details.final === true) && { 'x-should-retry': 'false' }),
    },
    longWaitSeconds: isLong ? wait : undefined,
  };
}

type Details = Record<string, unknown>;

/** The bare words of an endpoint of the person's own would pass for those of Copilot, or of this server: "unauthorized". */
function isOwnEndpoint(code: ErrorCode, { endpoint }: Details): boolean {
  return endpoint !== undefined && code !== 'rate_limited' && code !== 'input_too_large';
}

const maxMessageLength = 2000;
const maxParamLength = 200;

/** Callers and Copilot choose some words of a message. */
function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

function cutParam(param: unknown): string | undefined {
  const text = toText(param);
  return text === undefined ? undefined : cut(text, maxParamLength);
}

/** The service's code, unless it is a sentence. Clients compact a conversation only on OpenAI's own code for one that is too long. */
function toCode(code: ErrorCode, { upstream_code }: Details): string {
  const given = toText(upstream_code);
  const isCode = given !== undefined && /^[\w.-]{1,100}$/.test(given);
  return isCode && code !== 'input_too_large' ? given : (openAiCodes[code] ?? code);
}

/** The service's `x-ratelimit-…` headers, as far as they fit a header of ours. */
function toLimitHeaders(limits: unknown): Record<string, string> {
  const texts = Object.entries(toObject(limits)).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(texts.filter(([, value]) => /^[\x20-\x7e]{1,200}$/.test(value)));
}

/** What the log may say of a failure: not the words of the service, which may quote the prompt. */
export function describeForLog(error: unknown): string | undefined {
  if (!(error instanceof CliError) || error.said === undefined) return describeError(error).message;
  const quote = `: ${error.said}`;
  return error.message.includes(quote) ? error.message.replace(quote, '') : undefined;
}

function toStatus(error: unknown, code: ErrorCode, given: unknown): number {
  // The status of a failure on the way to Copilot, such as of a sign-in, means something else to our caller.
  const isMeant = error instanceof UpstreamError || code === 'usage';
  // Both APIs answer 400 for a conversation that is too long; 413 is for a body with too many bytes.
  if (code === 'input_too_large' && given !== 413) return 400;
  return isMeant && typeof given === 'number' && given >= 400 ? given : statuses[code];
}

/**
 * Claude Code, opencode, Cline, qwen-code and pi compact a conversation when they read "prompt is too long"; Claude Code and qwen-code also
 * read the numbers in Anthropic's form, and drop as much as is too much.
 */
function wordFailure({ code, details, words }: { code: ErrorCode; details: Details; words: string }): string {
  if (code !== 'input_too_large' || details.status === 413) return words;
  const overflow = readOverflow(words) ?? toOverflow(details);
  const numbers = overflow && `${overflow.tokens} tokens > ${overflow.limit} maximum`;
  if (/prompt is too long/i.test(words)) return words;
  return ['prompt is too long', numbers, words].filter(Boolean).join(': ');
}

/** What our own limits refuse. */
function toOverflow({ tokens, limit }: Details): Overflow | undefined {
  return typeof tokens === 'number' && typeof limit === 'number' ? { tokens, limit } : undefined;
}

/** Adds the time that only a header tells. Codex reads it in this form. */
function withWait(said: string, code: ErrorCode, wait: number): string {
  const isKnown = code === 'rate_limited' && Number.isFinite(wait) && !/try again in/i.test(said);
  return isKnown ? `${said.replace(/(?<![.!?…])$/, '.')} Try again in ${formatWait(Math.ceil(wait))}.` : said;
}

function joinHint(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}

/** The body of a failed reply, in the caller's dialect. `now` is in milliseconds of the epoch. */
export function toFailureBody(
  dialect: DialectName,
  failure: Failure,
  { id, now }: { id: string; now: number },
): object {
  if (dialect === 'responses' && failure.longWaitSeconds !== undefined)
    return toUsageLimitBody(failure, now + failure.longWaitSeconds * 1000);
  if (dialect !== 'messages') return toErrorBody(failure);
  const error = { type: toErrorType(failure.status), message: failure.message };
  const isOfThread = failure.status === 400 && failure.param === threadField;
  return { type: 'error', error: isOfThread ? { ...error, details: noThreads } : error, request_id: id };
}

/** Anthropic's SDK goes on without a thread, and sends the whole conversation, after a refusal with these details. */
const noThreads = { error_code: 'thread_unsupported_request', unsupported: [threadField] };

/** qwen-code sits out any 429 without a word, five minutes at a time. Other statuses below 500 it shows at once. */
export function toFailureFor(userAgent: string | undefined, failure: Failure): Failure {
  const waits = failure.longWaitSeconds !== undefined && /^QwenCode\//.test(userAgent ?? '');
  return waits ? { ...failure, status: 402 } : failure;
}

/** Codex waits in silence for any other 429, for hours; after this one it says until when and stops. Times are in milliseconds of the epoch. */
function toUsageLimitBody(failure: Failure, endsAt: number): object {
  const { error } = toErrorBody(failure);
  return { error: { ...error, type: 'usage_limit_reached', resets_at: Math.ceil(endsAt / 1000) } };
}
