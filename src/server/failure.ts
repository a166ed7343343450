import { toErrorBody } from '../dialects/chat-completions/endings.ts';
import type { DialectName } from '../dialects/chat-request.ts';
import { toErrorType } from '../dialects/messages/endings.ts';
import { describeError, type ErrorCode, UpstreamError } from '../errors.ts';
import { toText } from '../json-value.ts';
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

/** For longer waits, SDKs should not try again by themselves: it makes things worse. */
const longWaitSeconds = 60;
const overflow = /prompt is too long|context window|context_length|prompt token count|too many tokens/i;

/** Any failure as a status, a message and headers. The service's own message comes first: clients look for known phrases in it. */
export function toFailure(error: unknown): Failure {
  const { code, message, hint, details } = describeError(error, callerWords);
  const said = error instanceof UpstreamError ? error.said : undefined;
  const wait = Number(details.retry_after_s);
  const status = toStatus(error, code, details.status);
  return {
    status,
    code: String(details.upstream_code ?? openAiCodes[code] ?? code),
    message: wordFailure({ code, said, message, hint }),
    param: toText(details.param),
    headers: {
      ...(Number.isFinite(wait) && { 'retry-after': String(Math.ceil(wait)) }),
      ...(isFinal(status, wait) && { 'x-should-retry': 'false' }),
    },
  };
}

function toStatus(error: unknown, code: ErrorCode, given: unknown): number {
  // The status of a failure on the way to Copilot, such as of a sign-in, means something else to our caller.
  const isMeant = error instanceof UpstreamError || code === 'usage';
  // Both APIs answer 400 for a conversation that is too long; 413 is for a body with too many bytes.
  if (code === 'input_too_large' && given !== 413) return 400;
  return isMeant && typeof given === 'number' && given >= 400 ? given : statuses[code];
}

function wordFailure(given: {
  code: ErrorCode;
  said: string | undefined;
  message: string;
  hint: string | undefined;
}): string {
  const words = given.said ?? joinHint(given.message, given.hint);
  // Claude Code compacts the conversation only if it reads these words.
  return given.code === 'input_too_large' && overflow.test(words) && !/prompt is too long/i.test(words)
    ? `prompt is too long: ${words}`
    : words;
}

function joinHint(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}

/** SDKs try 408, 409, 429 and 5xx again unless a header forbids it. We have already tried again if that could help. */
function isFinal(status: number, wait: number): boolean {
  return status === 402 || (status === 429 && wait > longWaitSeconds);
}

/** The body of a failed reply, in the caller's dialect. */
export function toFailureBody(dialect: DialectName, failure: Failure, id: string): object {
  if (dialect !== 'messages') return toErrorBody(failure);
  const error = { type: toErrorType(failure.status), message: failure.message };
  return { type: 'error', error, request_id: id };
}
