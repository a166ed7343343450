import type {
  ModelBilling,
  ModelCapabilities,
  ModelEntry,
  ModelLimits,
  ModelSupports,
  TokenPrices,
} from './model-entry.ts';

const imageTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];
const everyPlan = ['pro', 'pro_plus', 'individual_trial', 'business', 'enterprise', 'max'];
const batchSize = 1_000_000;
const nanoCredits = 1_000_000_000;

/** Credits for a million tokens: input, output, read from the cache, written to the cache. */
type PriceRow = [input: number, output: number, cache: number, cacheWrite?: number];

/** What differs between models; everything else of an entry follows from it. */
export type ModelOptions = Partial<
  Pick<
    ModelEntry,
    | 'version'
    | 'preview'
    | 'policy'
    | 'supported_endpoints'
    | 'model_picker_enabled'
    | 'model_picker_category'
    | 'is_chat_default'
    | 'is_chat_fallback'
  >
> & {
  id: string;
  name?: string;
  vendor?: string;
  type?: ModelCapabilities['type'];
  tokenizer?: string;
  limits?: ModelLimits;
  /** The number of images in a prompt; no vision when left out. */
  images?: number;
  supports?: ModelSupports;
  multiplier?: number;
  restricted_to?: string[];
  prices?: PriceRow;
  longContextPrices?: PriceRow;
  hasFlatPrices?: boolean;
  promo?: NonNullable<ModelBilling['promo']>;
  /** Fields that replace or extend the entry. */
  extra?: Record<string, unknown>;
};

/** A complete entry for the catalogue. */
export function createModel(options: ModelOptions): ModelEntry {
  const { id, name = id, vendor = 'OpenAI', version = id, extra } = options;
  const { policy, supported_endpoints, model_picker_category = 'versatile' } = options;
  return {
    id,
    name,
    vendor,
    version,
    object: 'model',
    preview: options.preview ?? false,
    model_picker_enabled: options.model_picker_enabled ?? true,
    model_picker_category,
    is_chat_default: options.is_chat_default ?? false,
    is_chat_fallback: options.is_chat_fallback ?? false,
    ...(policy === undefined ? {} : { policy: { ...policy } }),
    ...(supported_endpoints === undefined ? {} : { supported_endpoints: [...supported_endpoints] }),
    billing: createBilling(options),
    capabilities: createCapabilities(options),
    ...extra,
  };
}

function createBilling(options: ModelOptions): ModelBilling {
  const { multiplier = 1, restricted_to = everyPlan, prices, promo } = options;
  const tokenPrices = prices === undefined ? {} : { token_prices: createPrices(options, prices) };
  const discount = promo === undefined ? {} : { promo };
  return { is_premium: multiplier > 0, multiplier, restricted_to, ...tokenPrices, ...discount };
}

function createPrices(options: ModelOptions, prices: PriceRow): TokenPrices {
  const { longContextPrices, hasFlatPrices, limits } = options;
  if (hasFlatPrices) return { batch_size: batchSize, ...toPrice(prices, nanoCredits) };
  if (longContextPrices === undefined) return { batch_size: batchSize, default: toPrice(prices) };
  return {
    batch_size: batchSize,
    default: { ...toPrice(prices), context_max: 200_000 },
    long_context: { ...toPrice(longContextPrices), context_max: limits?.max_prompt_tokens ?? 0 },
  };
}

function toPrice([input, output, cache, cacheWrite]: PriceRow, unit = 1) {
  return {
    input_price: input * unit,
    output_price: output * unit,
    cache_price: cache * unit,
    ...(cacheWrite === undefined ? {} : { cache_write_price: cacheWrite * unit }),
  };
}

function createCapabilities(options: ModelOptions): ModelCapabilities {
  const { id, type = 'chat', tokenizer = 'o200k_base', limits, images, supports } = options;
  const chatSupports = { streaming: true, tool_calls: true, parallel_tool_calls: true };
  const vision = { max_prompt_image_size: 3_145_728, max_prompt_images: images ?? 0 };
  return {
    family: id,
    object: 'model_capabilities',
    tokenizer,
    type,
    ...(limits === undefined
      ? {}
      : {
          limits:
            images === undefined
              ? limits
              : { ...limits, vision: { ...vision, supported_media_types: imageTypes } },
        }),
    supports: {
      ...(type === 'chat' ? chatSupports : {}),
      ...(images === undefined ? {} : { vision: true }),
      ...supports,
    },
  };
}
