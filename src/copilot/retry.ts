import { CliError, type ErrorCode } from '../errors.ts';

/** A wait before the same request is sent again. The reason may quote the service, the code does not. */
export type Retry = { seconds: number; reason: string; code: ErrorCode };

/** Who waits: a person, for whom limits and accidents are waited out, or a program, which tries again by itself and so gets most failures at once. */
export type Patience = 'person' | 'program';

/** For longer waits, an error says when to come back. */
const maxWaitSeconds = 60;
/** A date may have passed by a clock that is ahead. */
const minWaitSeconds = 1;
/** The growing waits before a request that failed by accident is sent again, in seconds. */
const accidentWaits = [1, 4] as const;
const maxRateLimitWaits = 3;

/** Failures of the service or of the way to it that say nothing about the request. 503 is a limit of the model's maker. */
const accidents = new Set([499, 500, 502, 504]);

/**
 * Whether to retry a request that failed before any output, and after how long. `attempt` counts failures from 1. Quota, long limits and
 * refusals are final: repeating them looks like abuse.
 */
export function planRetry(error: unknown, attempt: number, patience: Patience): Retry | undefined {
  if (!(error instanceof CliError)) return undefined;
  return patience === 'person' ? planForPerson(error, attempt) : planForProgram(error, attempt);
}

/** One more try, and only if the model cannot have answered: 24 calls for one prompt were counted when both sides tried again. */
function planForProgram(error: CliError, attempt: number): Retry | undefined {
  const isUnanswered = isAccident(error) && Number(error.details.status) !== 500;
  return attempt === 1 && (isUnanswered || isSlowUpload(error))
    ? { seconds: accidentWaits[0], reason: error.message, code: error.code }
    : undefined;
}

function planForPerson(error: CliError, attempt: number): Retry | undefined {
  const { code } = error;
  const status = Number(error.details.status);
  const wait = error.details.retry_after_s;
  const service = error.details.endpoint ?? 'Copilot';
  if ((error.code === 'rate_limited' || status === 503) && typeof wait === 'number') {
    return wait <= maxWaitSeconds && attempt <= maxRateLimitWaits
      ? {
          code,
          seconds: Math.max(minWaitSeconds, wait),
          reason:
            error.code === 'rate_limited'
              ? `${service} asks to wait for its rate limit`
              : `${service} asks to wait`,
        }
      : undefined;
  }
  if (isSlowUpload(error))
    return attempt === 1 ? { seconds: 0, reason: 'the request did not arrive in time', code } : undefined;
  const seconds = accidentWaits[attempt - 1];
  const mayPass = isAccident(error) || error.details.upstream_code === 'overloaded_error';
  return mayPass && seconds !== undefined ? { seconds, reason: error.message, code } : undefined;
}

function isSlowUpload({ details }: CliError): boolean {
  return details.status === 408;
}

function isAccident({ code, details }: CliError): boolean {
  return accidents.has(Number(details.status)) || code === 'truncated' || details.retryable === true;
}
