import { toCallerName } from './caller-name.ts';
import type { AnswerRecord, LogLevel, ServerLog } from './services.ts';

/** What is known of an answer before it begins. */
export type StartedAnswer = Pick<
  AnswerRecord,
  'id' | 'caller' | 'dialect' | 'endpoint' | 'model' | 'initiator' | 'stream'
>;

/** `stream_start`, or `answer_start` for an answer that comes whole: it goes to the model now. */
export function logAnswerStart(log: ServerLog, answer: StartedAnswer): void {
  log('info', toEvent(answer, 'start'), { ...toNames(answer), initiator: answer.initiator });
}

/** `stream_first_byte`, `milliseconds` after the request. */
export function logFirstByte(log: ServerLog, answer: StartedAnswer, milliseconds: number): void {
  log('debug', toEvent(answer, 'first_byte'), { ...toNames(answer), ms: Math.round(milliseconds) });
}

/** `stream_end` with what it took, or `stream_error` with the code of the failure. */
export function logAnswer(log: ServerLog, answer: AnswerRecord): void {
  const { failure, status, usage } = answer;
  log(toLevel(answer), toEvent(answer, failure === undefined ? 'end' : 'error'), {
    ...toNames(answer),
    status,
    failure,
    ms: Math.round(answer.milliseconds),
    first_byte_ms: answer.firstByteMs === undefined ? undefined : Math.round(answer.firstByteMs),
    input_tokens: usage?.inputTokens,
    cached_tokens: usage?.cachedInputTokens,
    output_tokens: usage?.outputTokens,
    reasoning_tokens: usage?.reasoningTokens,
    credits: usage?.credits ?? usage?.estimatedCredits,
    estimated: usage?.credits === undefined && usage?.estimatedCredits !== undefined ? true : undefined,
    premium_requests_estimated: usage?.premiumRequests,
  });
}

function toEvent({ stream }: Pick<AnswerRecord, 'stream'>, event: string): string {
  return `${stream ? 'stream' : 'answer'}_${event}`;
}

function toNames({ id, caller, model, dialect, endpoint }: StartedAnswer): Record<string, string> {
  return { id, model, dialect, endpoint, caller: toCallerName(caller) };
}

/** A caller who leaves is no fault of anybody's. */
function toLevel({ failure, status }: AnswerRecord): LogLevel {
  if (failure === undefined || failure === 'interrupted') return 'info';
  return status >= 500 ? 'error' : 'warn';
}
