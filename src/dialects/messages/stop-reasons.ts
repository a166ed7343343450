import type { FinishEvent, FinishReason } from '../chat-event.ts';

const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool-calls'],
  ['refusal', 'refusal'],
]);

/** `pause_turn`, and whatever else may come to exist, is `other`. */
export function toFinish(stopReason: string | undefined): FinishEvent {
  const reason = finishReasons.get(stopReason ?? '') ?? 'other';
  return {
    type: 'finish',
    reason,
    ...(reason === 'other' && stopReason !== undefined && { detail: stopReason }),
  };
}

/** Callers run tools by this word alone, so a reply with calls says so, even where a backend ended it with a plain stop. */
export function toStopReason({ reason, stopSequence }: FinishEvent, hasCalls: boolean): string {
  if (reason === 'length') return 'max_tokens';
  if (reason === 'content-filter' || reason === 'refusal') return 'refusal';
  if (reason === 'tool-calls' || hasCalls) return 'tool_use';
  return stopSequence === undefined ? 'end_turn' : 'stop_sequence';
}
