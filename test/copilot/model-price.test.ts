import { describe, expect, it } from 'vitest';
import { estimateCredits, type Price, readPrice } from '../../src/copilot/model.ts';
import type { Usage } from '../../src/dialects/chat-event.ts';

const unknown = {
  input: undefined,
  output: undefined,
  cacheRead: undefined,
  cacheWrite: undefined,
  longContext: undefined,
};

const tiers = {
  batch_size: 1_000_000,
  default: {
    input_price: 500,
    output_price: 2500,
    cache_price: 50,
    cache_write_price: 625,
    context_max: 200_000,
  },
  long_context: { input_price: 1000, output_price: 3750, cache_price: 100, context_max: 936_000 },
};
const flat = {
  batch_size: 1_000_000,
  input_price: 500_000_000_000,
  output_price: 2_500_000_000_000,
  cache_price: 50_000_000_000,
};

describe('the prices of a model, in credits per million tokens', () => {
  it.each<[what: string, prices: object, price: Price]>([
    [
      'in tiers',
      tiers,
      {
        input: 500,
        output: 2500,
        cacheRead: 50,
        cacheWrite: 625,
        longContext: {
          aboveTokens: 200_000,
          input: 1000,
          output: 3750,
          cacheRead: 100,
          cacheWrite: undefined,
        },
      },
    ],
    [
      'in one tier',
      { batch_size: 1_000_000, default: { input_price: 25, output_price: 200 } },
      { ...unknown, input: 25, output: 200 },
    ],
    [
      'per thousand tokens',
      { batch_size: 1000, default: { input_price: 0.5, output_price: 2.5 } },
      { ...unknown, input: 500, output: 2500 },
    ],
    ['in one piece, in billionths', flat, { ...unknown, input: 500, output: 2500, cacheRead: 50 }],
    [
      'in one piece, per thousand tokens',
      { batch_size: 1000, input_price: 500_000_000 },
      { ...unknown, input: 500 },
    ],
    [
      'without the size of a batch, which is a million then',
      { default: { input_price: 500 } },
      { ...unknown, input: 500 },
    ],
    ['with a batch of nothing', { batch_size: 0, default: { input_price: 500 } }, { ...unknown, input: 500 }],
    [
      'written as text',
      { batch_size: '1000000', default: { input_price: '500', output_price: '2500' } },
      { ...unknown, input: 500, output: 2500 },
    ],
    ['of nothing', { batch_size: 1_000_000, default: { input_price: 0 } }, { ...unknown, input: 0 }],
    [
      'without the digits that a division leaves',
      { batch_size: 1_000_000, input_price: 8_250_000_001, output_price: 33_300_000_000 },
      { ...unknown, input: 8.250000001, output: 33.3 },
    ],
  ])('are read %s', (_, token_prices, price) => {
    expect(readPrice({ token_prices })).toEqual(price);
  });

  it.each<[what: string, billing: Record<string, unknown>]>([
    ['by requests', { is_premium: true, multiplier: 1, restricted_to: ['pro'] }],
    ['in no way that is told', {}],
    ['with null for prices', { token_prices: null }],
    ['with text for prices', { token_prices: 'cheap' }],
  ])('are none where the account is billed %s', (_, billing) => {
    expect(readPrice(billing)).toBeUndefined();
  });
});

const opus = readPrice({
  token_prices: {
    batch_size: 1_000_000,
    default: {
      input_price: 500,
      output_price: 2500,
      cache_price: 50,
      cache_write_price: 625,
      context_max: 200_000,
    },
    long_context: { input_price: 1000, output_price: 3750, cache_price: 100, context_max: 936_000 },
  },
});
const flatPrice = readPrice({
  token_prices: { batch_size: 1000, input_price: 5e8, output_price: 2.5e9, cache_price: 5e7 },
});
const withoutCache = readPrice({ token_prices: { default: { input_price: 500, output_price: 2500 } } });
const withoutOutput = readPrice({ token_prices: { default: { input_price: 500 } } });

function count(counts: Partial<Usage>): Usage {
  return {
    inputTokens: 0,
    cachedInputTokens: undefined,
    cacheWriteTokens: undefined,
    outputTokens: 0,
    reasoningTokens: undefined,
    credits: undefined,
    ...counts,
  };
}

it.each<[what: string, usage: Usage, price: Price | undefined, credits: number | undefined]>([
  ['fresh input', count({ inputTokens: 1_000_000 / 5 }), opus, 100],
  ['output', count({ outputTokens: 1000 }), opus, 2.5],
  ['thinking, which is part of the output', count({ outputTokens: 1000, reasoningTokens: 900 }), opus, 2.5],
  ['input from the cache', count({ inputTokens: 1000, cachedInputTokens: 1000 }), opus, 0.05],
  ['input into the cache', count({ inputTokens: 1000, cacheWriteTokens: 1000 }), opus, 0.625],
  [
    'all of them together',
    count({ inputTokens: 10_000, cachedInputTokens: 4000, cacheWriteTokens: 1000, outputTokens: 100 }),
    opus,
    5000 * 0.0005 + 4000 * 0.00005 + 1000 * 0.000625 + 100 * 0.0025,
  ],
  ['a prompt of just the usual length', count({ inputTokens: 200_000 }), opus, 100],
  ['a prompt past it, all of it', count({ inputTokens: 200_001 }), opus, 200.001],
  ['the output to a long prompt', count({ inputTokens: 300_000, outputTokens: 1000 }), opus, 303.75],
  ['more from the cache than there was', count({ inputTokens: 10, cachedInputTokens: 1000 }), opus, 0.05],
  ['nothing', count({}), opus, 0],
  ['prices in billionths, by the thousand', count({ inputTokens: 1000, outputTokens: 1000 }), flatPrice, 3],
  ['a cache without a price', count({ inputTokens: 1000, cachedInputTokens: 500 }), withoutCache, 0.5],
  ['output without a price', count({ inputTokens: 1000 }), withoutOutput, undefined],
  ['input without a count', count({ inputTokens: undefined }), opus, undefined],
  ['output without a count', count({ outputTokens: undefined }), opus, undefined],
  ['a model without prices', count({ inputTokens: 1000 }), undefined, undefined],
])('the cost of %s', (_, usage, price, credits) => {
  const estimated = estimateCredits(usage, price);
  if (credits === undefined) expect(estimated).toBeUndefined();
  else expect(estimated).toBeCloseTo(credits, 6);
});
