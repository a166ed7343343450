import type { ModelCall } from '../copilot/model-call.ts';
import { isAdaptiveOnly } from '../copilot/model-entry.ts';
import { type JsonRecord, toRecord } from '../json.ts';
import type { Finish, Usage } from './answer.ts';
import { createMessageId, createReplyModel } from './answer-ids.ts';
import type { Script } from './script.ts';

const stopReasons: Partial<Record<Finish, string>> = {
  length: 'max_tokens',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'refusal',
  refusal: 'refusal',
  pause_turn: 'pause_turn',
};

/** What of the thinking is shown: all of it, only its signature, or nothing. */
export function chooseThinking(call: ModelCall, script: Script): 'shown' | 'sealed' | 'none' {
  const { type, display } = toRecord(call.body.thinking);
  const isOn = type === 'enabled' || type === 'adaptive';
  if (!isOn || (script.reasoning === undefined && script.opaque === undefined)) return 'none';
  // protocol: models that think adaptively only keep their thoughts to themselves unless asked.
  return isAdaptiveOnly(call.model) && display !== 'summarized' ? 'sealed' : 'shown';
}

export function toStopReason({ finish, refusal }: Pick<Script, 'finish' | 'refusal'>): string | null {
  if (refusal !== undefined) return 'refusal';
  return finish === 'missing' ? null : (stopReasons[finish] ?? 'end_turn');
}

/** A message without content, as a stream begins with it. */
export function createEmptyMessage(call: ModelCall): JsonRecord {
  return {
    id: createMessageId(call.world.state.claudeBackend),
    type: 'message',
    role: 'assistant',
    model: createReplyModel(call.model),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
  };
}

/** protocol: input here is what came neither from the cache nor went into it. */
export function toMessagesUsage(usage: Usage): JsonRecord {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  const long = usage.longCacheWriteTokens ?? 0;
  return {
    input_tokens: inputTokens - cachedInputTokens - cacheWriteTokens,
    output_tokens: outputTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedInputTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWriteTokens - long,
      ephemeral_1h_input_tokens: long,
    },
    output_tokens_details: { thinking_tokens: reasoningTokens },
  };
}
