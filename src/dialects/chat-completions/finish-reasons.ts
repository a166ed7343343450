import type { FinishReason } from '../chat-event.ts';

const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  // What it was called before there could be several.
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
] as const);

/**
 * Gemini ends a reply of tool calls with `stop`, and some replies have no reason at all: whether a tool was called tells more.
 * A reply that was cut is cut, whatever is in it.
 */
export function toFinishReason(wire: string | undefined, hasToolCalls: boolean): FinishReason {
  const reason = reasons.get(wire ?? '') ?? 'other';
  return hasToolCalls && (reason === 'stop' || reason === 'other') ? 'tool-calls' : reason;
}

/** Callers know no other reasons than these. */
export function toWireReason(reason: FinishReason, hasToolCalls: boolean): string {
  if (reason === 'length') return 'length';
  if (reason === 'content-filter') return 'content_filter';
  return hasToolCalls || reason === 'tool-calls' ? 'tool_calls' : 'stop';
}
