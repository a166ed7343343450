import { toCredits, type Usage } from '../dialects/chat-event.ts';
import { isObject, type JsonObject, toNumber, toObject } from '../json-value.ts';

/** AI credits (US$ 0.01 each) per million tokens of each kind. */
export type TokenPrices = {
  input: number | undefined;
  output: number | undefined;
  cacheRead: number | undefined;
  cacheWrite: number | undefined;
};

export type Price = TokenPrices & {
  /** Prices of prompts longer than `aboveTokens`, where they are dearer. */
  longContext: (TokenPrices & { aboveTokens: number | undefined }) | undefined;
};

/**
 * The prices in a model's `billing`. Two layouts of `token_prices` are in use: tiers (`default`, `long_context`) in credits
 * per batch of tokens, and a flat one in nano-credits. Undefined on accounts that are billed by requests.
 */
export function readPrice(billing: JsonObject): Price | undefined {
  const prices = billing.token_prices;
  if (!isObject(prices)) return undefined;
  const perMillion = 1e6 / (toNumber(prices.batch_size) || 1e6);
  const tier = prices.default;
  if (!isObject(tier)) return { ...readTier(prices, toCredits(perMillion)), longContext: undefined };
  const long = prices.long_context;
  return {
    ...readTier(tier, perMillion),
    longContext: isObject(long)
      ? { ...readTier(long, perMillion), aboveTokens: toNumber(toObject(tier).context_max) }
      : undefined,
  };
}

function readTier(tier: JsonObject, factor: number): TokenPrices {
  const read = (name: string): number | undefined => {
    const price = toNumber(tier[name]);
    return price === undefined ? undefined : Number((price * factor).toPrecision(12));
  };
  return {
    input: read('input_price'),
    output: read('output_price'),
    cacheRead: read('cache_price'),
    cacheWrite: read('cache_write_price'),
  };
}

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
