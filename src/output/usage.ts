import type { QuotaSnapshot, QuotaUnit } from '../copilot/account.ts';
import type { Usage } from '../dialects/chat-event.ts';
import { type Output, paint } from '../terminal/io.ts';
import { formatCost, unitWords } from './money.ts';

const unknown = 'not reported by the service';
/** As the service reported it, but sums of fractions have a tail. */
const exact = { digits: 12 };

/** The line below an answer. It was paid for, even after a failure. */
export async function writeUsage(stderr: Output, usage: Usage | undefined): Promise<void> {
  await stderr.write(`${paint(stderr, 'dim', formatUsage(usage))}\n`);
}

/** One line for people: tokens by kind, and credits if the server reported them. */
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
    formatCost({ credits }, exact) ?? '',
    formatCost({ credits: estimatedCredits, isEstimated: true }, exact) ?? '',
    formatCost({ premiumRequests }, exact) ?? '',
  ];
  return `usage: ${parts.filter(Boolean).join(', ') || unknown}`;
}

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

/** The service reports tenths of a percent, so a large number is not exact. */
function countLeft(entitlement: number, percentRemaining: number): string {
  const count = Math.max(0, Math.round((entitlement * percentRemaining) / 100));
  return entitlement <= 1000 ? String(count) : `~${count}`;
}

/** The quota that an answer reported, which lags behind the account's page. `unit` is what the account is billed in. */
export function formatQuota(
  { kind, entitlement, percentRemaining, overageUsed, overagePermitted, resetsAt }: QuotaSnapshot,
  unit?: QuotaUnit,
): string {
  const known = kind === 'chat' ? 'chat_messages' : unit;
  const words = known && unitWords[known];
  if (entitlement === undefined) return `quota: ${words ? `${words} ` : ''}without a limit`;
  const percent = `${Number(percentRemaining.toFixed(1))} %`;
  const left = words
    ? `${countLeft(entitlement, percentRemaining)} of ${entitlement} ${words} left (${percent})`
    : `${percent} left`;
  const used = overageUsed ? `, ${overageUsed} used beyond them` : '';
  const more = overagePermitted && percentRemaining <= 0 ? ', further use is billed' : '';
  return `quota: ${left}${used}${more}${resetsAt === undefined ? '' : `, renewed on ${resetsAt.slice(0, 10)}`}`;
}
