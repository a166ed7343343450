import type { QuotaSnapshot } from '../copilot/quota-headers.ts';
import type { Usage } from '../dialects/chat-event.ts';

const unknown = 'the service did not say';

/** One line for people: tokens by kind, and credits where the server said the cost. */
export function formatUsage(usage: Usage | undefined): string {
  if (!usage) return `usage: ${unknown}`;
  const {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens,
    credits,
    estimatedCredits,
    premiumRequests,
    answeredBy,
  } = usage;
  const cache = [
    cachedInputTokens ? `${cachedInputTokens} cached` : '',
    cacheWriteTokens ? `${cacheWriteTokens} written to the cache` : '',
  ].filter(Boolean);
  const cached = cache.length > 0 ? ` (${cache.join(', ')})` : '';
  const reasoning = reasoningTokens ? ` (${reasoningTokens} reasoning)` : '';
  const parts = [
    answeredBy === undefined ? '' : `by ${answeredBy}`,
    inputTokens === undefined ? '' : `${inputTokens} tokens in${cached}`,
    outputTokens === undefined ? '' : `${outputTokens} tokens out${reasoning}`,
    credits === undefined ? '' : `${credits} credits`,
    estimatedCredits === undefined ? '' : `~${estimatedCredits} credits`,
    premiumRequests === undefined ? '' : `~${formatPremiumRequests(premiumRequests)}`,
  ];
  return `usage: ${parts.filter(Boolean).join(', ') || unknown}`;
}

/** `1 premium request`, `0.33 premium requests`. */
export function formatPremiumRequests(count: number): string {
  return `${Number(count.toPrecision(3))} premium request${count === 1 ? '' : 's'}`;
}

/** The same for machines. */
export function toUsageJson(usage: Usage | undefined): Record<string, unknown> | null {
  if (!usage) return null;
  return {
    input_tokens: usage.inputTokens ?? null,
    cached_input_tokens: usage.cachedInputTokens ?? null,
    cache_write_tokens: usage.cacheWriteTokens ?? null,
    output_tokens: usage.outputTokens ?? null,
    reasoning_tokens: usage.reasoningTokens ?? null,
    credits: usage.credits ?? null,
    credits_estimated: usage.estimatedCredits ?? null,
    premium_requests_estimated: usage.premiumRequests ?? null,
  };
}

/** What an answer said of the quota; it lags behind the account's own page. */
export function formatQuota({ entitlement, percentRemaining, resetsAt }: QuotaSnapshot): string {
  if (entitlement === undefined) return 'quota: without a limit';
  const renewal = resetsAt === undefined ? '' : `, renewed on ${resetsAt.slice(0, 10)}`;
  return `quota: ${Number(percentRemaining.toFixed(1))} % left${renewal}`;
}
