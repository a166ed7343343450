import type { Usage } from '../dialects/chat-event.ts';

const unknown = 'the service did not say';

/** One line for people: tokens by kind, and credits where the server said the cost. */
export function formatUsage(usage: Usage | undefined): string {
  if (!usage) return `usage: ${unknown}`;
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens, credits } = usage;
  const cached = cachedInputTokens ? ` (${cachedInputTokens} cached)` : '';
  const reasoning = reasoningTokens ? ` (${reasoningTokens} reasoning)` : '';
  const parts = [
    inputTokens === undefined ? '' : `${inputTokens} tokens in${cached}`,
    outputTokens === undefined ? '' : `${outputTokens} tokens out${reasoning}`,
    credits === undefined ? '' : `${credits} credits`,
  ];
  return `usage: ${parts.filter(Boolean).join(', ') || unknown}`;
}

/** The same for machines. */
export function toUsageJson(usage: Usage | undefined): Record<string, unknown> | null {
  if (!usage) return null;
  return {
    input_tokens: usage.inputTokens ?? null,
    cached_input_tokens: usage.cachedInputTokens ?? null,
    output_tokens: usage.outputTokens ?? null,
    reasoning_tokens: usage.reasoningTokens ?? null,
    credits: usage.credits ?? null,
  };
}
