import { estimateCredits } from '../copilot/cost.ts';
import type { Model } from '../copilot/model.ts';
import type { ChatEvent, Usage } from '../dialects/chat-event.ts';
import { estimateTokens } from '../tokens/request-tokens.ts';

/** How many characters of an answer came with these events. */
export function measureEvents(events: readonly ChatEvent[]): number {
  let length = 0;
  for (const event of events) {
    if (event.type === 'text-delta' || event.type === 'reasoning-delta') length += event.text.length;
    else if (event.type === 'tool-call-delta') length += event.arguments.length;
  }
  return length;
}

/** What an answer probably used that broke off before the service told: it is paid for all the same. */
export function estimateUsage(
  { price }: Model,
  { bodyBytes, answerLength }: { bodyBytes: number; answerLength: number },
): Usage {
  const usage: Usage = {
    inputTokens: estimateTokens(bodyBytes),
    cachedInputTokens: undefined,
    cacheWriteTokens: undefined,
    outputTokens: estimateTokens(answerLength),
    reasoningTokens: undefined,
    credits: undefined,
  };
  const estimatedCredits = estimateCredits(usage, price);
  return estimatedCredits === undefined ? usage : { ...usage, estimatedCredits };
}
