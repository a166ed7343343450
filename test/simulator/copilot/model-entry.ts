/** One entry of /models as it is kept here: with the billing and warning fields of all API versions at once. */
export type ModelEntry = {
  id: string;
  name: string;
  vendor: string;
  version: string;
  object: 'model';
  preview: boolean;
  model_picker_enabled: boolean;
  model_picker_category?: string;
  model_picker_price_category?: string;
  is_chat_default: boolean;
  is_chat_fallback: boolean;
  policy?: { state: 'enabled' | 'disabled' | 'unconfigured'; terms: string };
  billing?: ModelBilling;
  supported_endpoints?: string[];
  capabilities: ModelCapabilities;
  request_headers?: Record<string, string>;
  warning_message?: string;
  warning_messages?: { code: string; message: string }[];
  [unknownField: string]: unknown;
};

export type ModelBilling = {
  is_premium?: boolean;
  multiplier?: number;
  restricted_to?: string[];
  token_prices?: TokenPrices;
  promo?: { id: string; discount_percent: number; ends_at: string; message: string };
};

type Price = {
  input_price: number;
  output_price: number;
  cache_price: number;
  cache_write_price?: number;
  context_max?: number;
};

/** protocol: credits for batch_size tokens; an intermediate layout is flat and in billionths of a credit. */
export type TokenPrices =
  | { batch_size: number; default: Price; long_context?: Price }
  | ({ batch_size: number } & Price);

export type ModelCapabilities = {
  object: 'model_capabilities';
  type: 'chat' | 'embeddings' | 'completion';
  family: string;
  tokenizer: string;
  limits?: ModelLimits;
  supports?: ModelSupports;
};

export type ModelLimits = {
  max_context_window_tokens?: number;
  max_prompt_tokens?: number;
  max_output_tokens?: number;
  max_non_streaming_output_tokens?: number;
  max_inputs?: number;
  vision?: { max_prompt_image_size: number; max_prompt_images: number; supported_media_types: string[] };
};

export type ModelSupports = {
  [feature: string]: boolean | number | string[] | undefined;
  reasoning_effort?: string[];
  max_thinking_budget?: number;
  min_thinking_budget?: number;
};

/** Real lists hold entries that cannot be decoded; a client skips them. */
export type CatalogueEntry = ModelEntry | string | { id: number };

export function isModelEntry(entry: CatalogueEntry): entry is ModelEntry {
  return typeof entry === 'object' && typeof entry.id === 'string';
}

export function findModel(catalogue: CatalogueEntry[], id: unknown): ModelEntry | undefined {
  return catalogue.filter(isModelEntry).find((entry) => entry.id === id);
}

/** protocol: an entry that lists no endpoints is for chat completions. */
export function listEndpoints(model: ModelEntry): string[] {
  const implied = { chat: ['/chat/completions'], embeddings: ['/embeddings'], completion: [] };
  return model.supported_endpoints ?? implied[model.capabilities.type];
}

/** Models that think as they see fit and take no sampling parameters. */
export function isReasoningModel(model: ModelEntry): boolean {
  return /^(o\d|gpt-5|claude-opus-(4\.[789]|5))/.test(model.id);
}

/** OpenAI's own reasoning models, which lack some of the older parameters. */
export function isOpenaiReasoningModel(model: ModelEntry): boolean {
  return model.vendor.includes('OpenAI') && isReasoningModel(model);
}

/** protocol: newer Claude models think adaptively only, and refuse a thinking budget. */
export function isAdaptiveOnly(model: ModelEntry): boolean {
  const supports = model.capabilities.supports;
  return supports?.adaptive_thinking === true && supports.max_thinking_budget === undefined;
}
