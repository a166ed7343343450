import type { Usage } from './answer.ts';

/** Usage in the terms of chat completions. */
export function toChatUsage(usage: Usage) {
  return {
    completion_tokens: usage.outputTokens,
    prompt_tokens: usage.inputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedInputTokens },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
