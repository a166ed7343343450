import type { Usage } from '../dialects/chat-event.ts';
import type { Price, TokenPrices } from './price.ts';

/**
 * What a reply probably cost, in AI credits, where the service does not say: its tokens at the catalogue's prices. Undefined where
 * a price or a count is missing.
 */
export function estimateCredits(usage: Usage, price: Price | undefined): number | undefined {
  const { inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0 } = usage;
  if (!price || inputTokens === undefined || outputTokens === undefined) return undefined;
  const prices = choosePrices(price, inputTokens);
  if (prices.input === undefined || prices.output === undefined) return undefined;
  const fresh = Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens);
  const total =
    fresh * prices.input +
    cachedInputTokens * (prices.cacheRead ?? prices.input) +
    cacheWriteTokens * (prices.cacheWrite ?? prices.input) +
    outputTokens * prices.output;
  return Number((total / 1e6).toPrecision(6));
}

function choosePrices(price: Price, inputTokens: number): TokenPrices {
  const { longContext } = price;
  return longContext?.aboveTokens !== undefined && inputTokens > longContext.aboveTokens
    ? longContext
    : price;
}
