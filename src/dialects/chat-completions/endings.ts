import { type FinishEvent, type FinishReason, fullWindow } from '../chat-event.ts';

const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  // The name before parallel calls existed.
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
  ['refusal', 'refusal'],
  // Gemini's own words, which reach us in capitals, too.
  ['max_tokens', 'length'],
  // Claude's.
  [fullWindow, 'length'],
  ['safety', 'content-filter'],
  // GLM's.
  ['sensitive', 'content-filter'],
  ['image_safety', 'content-filter'],
  ['recitation', 'content-filter'],
  ['image_recitation', 'content-filter'],
  ['blocklist', 'content-filter'],
  ['prohibited_content', 'content-filter'],
  ['image_prohibited_content', 'content-filter'],
  ['spii', 'content-filter'],
] as const);

/** Words that add nothing to the reason. */
const plainWords: ReadonlySet<string> = new Set(['content_filter', 'refusal', 'stop', 'length']);

/** Gemini ends tool calls with `stop`, some replies have no reason, and a refusal is a field beside `stop`. A cut reply stays cut. */
export function toFinish(
  wire: string | undefined,
  { hasCalls, isRefused }: { hasCalls: boolean; isRefused: boolean },
): FinishEvent {
  const word = wire?.toLowerCase() ?? '';
  const reason = reasons.get(word) ?? 'other';
  if (isRefused && reason !== 'length') return { type: 'finish', reason: 'refusal' };
  if (hasCalls && (reason === 'stop' || reason === 'other')) return { type: 'finish', reason: 'tool-calls' };
  const saysMore =
    (reason === 'other' || reason === 'content-filter' || word === fullWindow) &&
    word !== '' &&
    !plainWords.has(word);
  return { type: 'finish', reason, ...(saysMore && { detail: word }) };
}

/** All reasons that callers know. Refusals in their own field end with `stop`. */
export function toWireReason(
  reason: FinishReason,
  { hasCalls, isRefused }: { hasCalls: boolean; isRefused: boolean },
): string {
  if (reason === 'length') return 'length';
  if (reason === 'content-filter') return 'content_filter';
  if (reason === 'refusal') return isRefused ? 'stop' : 'content_filter';
  return hasCalls || reason === 'tool-calls' ? 'tool_calls' : 'stop';
}

const types: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  // A stream that was disconnected before its end: nothing was wrong with the request.
  [408, 'server_error'],
  [429, 'rate_limit_error'],
]);

/** A failure as OpenAI's clients read it, in a stream or in place of a reply. */
export function toErrorBody({
  status,
  code,
  message,
  param,
}: {
  status: number;
  code: string;
  message: string;
  /** The field of the request that is to blame. */
  param?: string | undefined;
}): { error: object } {
  const usual = status >= 400 && status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message, type: types.get(status) ?? usual, param: param ?? null, code } };
}
