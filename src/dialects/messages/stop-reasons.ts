import type { FinishEvent, FinishReason } from '../chat-event.ts';

const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool-calls'],
  ['refusal', 'content-filter'],
]);

/** `pause_turn`, and whatever else may come to exist, is `other`. */
export function toFinishReason(stopReason: string | undefined): FinishReason {
  return finishReasons.get(stopReason ?? '') ?? 'other';
}

/** Callers run tools by this word alone, so a reply with calls says so, even where a backend ended it with a plain stop. */
export function toStopReason({ reason, stopSequence }: FinishEvent, hasCalls: boolean): string {
  if (reason === 'length') return 'max_tokens';
  if (reason === 'content-filter') return 'refusal';
  if (reason === 'tool-calls' || hasCalls) return 'tool_use';
  return stopSequence === undefined ? 'end_turn' : 'stop_sequence';
}
