import { isObject, type JsonObject, toObject } from '../../json-value.ts';
import { toCredits, type Usage } from '../chat-event.ts';

/** Undefined if nothing is reported. `billed` is `copilot_usage`. */
export function toUsage(usage: JsonObject | undefined, billed: JsonObject | undefined): Usage | undefined {
  const prompt = toObject(usage?.prompt_tokens_details);
  const completion = toObject(usage?.completion_tokens_details);
  const cost = toCount(billed?.total_nano_aiu);
  const counts: Usage = {
    inputTokens: toCount(usage?.prompt_tokens),
    cachedInputTokens: toCount(prompt.cached_tokens) ?? findBilled(billed, 'cache_read'),
    cacheWriteTokens: toCount(prompt.cache_write_tokens) ?? findBilled(billed, 'cache_write'),
    outputTokens: toCount(usage?.completion_tokens),
    reasoningTokens: toCount(completion.reasoning_tokens),
    credits: cost === undefined ? undefined : toCredits(cost),
  };
  return Object.values(counts).some((count) => count !== undefined) ? counts : undefined;
}

/** Billed tokens of one kind; the only report of tokens written to a cache. */
function findBilled(billed: JsonObject | undefined, kind: string): number | undefined {
  const details = Array.isArray(billed?.token_details) ? billed.token_details : [];
  const detail = details.find((item) => isObject(item) && item.token_type === kind);
  return toCount(toObject(detail).token_count);
}

function toCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
