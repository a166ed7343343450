import { toCredits, type Usage } from '../dialects/chat-event.ts';
import type { ModelTraits } from '../dialects/model-traits.ts';
import { CliError } from '../errors.ts';
import { isObject, type JsonObject, toFlag, toNumber, toObject, toText, toTexts } from '../json-value.ts';
import { type Ability, abilityNames } from './ability.ts';

type ModelKind = 'chat' | 'embeddings' | 'completion' | 'other';

type PolicyState = 'enabled' | 'disabled' | 'unconfigured';

/** A catalogue entry; what it does not say is undefined. Limits are in tokens. */
export type Model = {
  id: string;
  name: string;
  vendor: string | undefined;
  family: string | undefined;
  /** `o200k_base`, `cl100k_base`. */
  tokenizer: string | undefined;
  version: string | undefined;
  kind: ModelKind;
  /** Paths below the API base. A model without the field answers on `/chat/completions`. */
  endpoints: string[];
  /** The catalogue says nothing of endpoints; others may be the right ones. */
  endpointsAssumed: boolean;
  contextTokens: number | undefined;
  promptTokens: number | undefined;
  outputTokens: number | undefined;
  abilities: Ability[];
  efforts: string[];
  /** How it thinks, if it does: adaptively, or within a budget of tokens. */
  thinking: { adaptive: boolean; minBudget: number | undefined; maxBudget: number | undefined };
  imageTypes: string[];
  /** The most images in one request, and the most bytes of each. */
  maxImages: number | undefined;
  maxImageBytes: number | undefined;
  price: Price | undefined;
  /** Premium requests per prompt, on plans that count them. */
  multiplier: number | undefined;
  policy: PolicyState | undefined;
  preview: boolean;
  /** Whether the service wants it shown in a picker. A hidden model can still be asked. */
  listed: boolean;
  /** The endpoint of the person that has the model, and what it calls it there. Undefined for Copilot's models. */
  custom?: { endpoint: string; id: string } | undefined;
  /** No model, but Copilot's own choice: a request names none. */
  isAuto?: true;
  /** The model that answers for an implicit `auto` if Copilot does not choose. */
  standIn?: Model | undefined;
  serviceDefault: boolean;
  serviceFallback: boolean;
  requestHeaders: Record<string, string> | undefined;
};

/** The models of a catalogue answer, entry by entry; entries that cannot be read are counted, not fatal. */
export function parseModels(entries: unknown): { models: Model[]; unreadable: number } {
  const list = Array.isArray(entries) ? entries : [];
  const models = list.map(parseModel).filter((model) => model !== undefined);
  return { models, unreadable: list.length - models.length };
}

/** A model of which only the id is known. Nothing is left out of a request to it: whether it takes it, the service knows. */
export function createUnlistedModel(id: string): Model {
  const supports = {
    streaming: true,
    tool_calls: true,
    parallel_tool_calls: true,
    structured_outputs: true,
    vision: true,
  };
  const { models } = parseModels([{ id, capabilities: { supports } }]);
  const [model] = models;
  if (!model) throw new CliError('model', 'the name of the model is empty');
  return model;
}

/** What the service that has the model calls it. */
export function toWireId({ id, custom }: Model): string {
  return custom?.id ?? id;
}

/** The facts that the dialects need. */
export function toTraits(model: Model): ModelTraits {
  const { outputTokens, efforts, thinking, abilities } = model;
  return {
    id: toWireId(model),
    maxOutputTokens: outputTokens,
    efforts,
    adaptiveThinking: thinking.adaptive,
    minThinkingBudget: thinking.minBudget,
    maxThinkingBudget: thinking.maxBudget,
    vision: abilities.includes('vision'),
    maxImages: model.maxImages,
    structuredOutput: abilities.includes('structured-output'),
    parallelToolCalls: abilities.includes('parallel-tools'),
  };
}

function parseModel(entry: unknown): Model | undefined {
  if (!isObject(entry)) return undefined;
  const id = toText(entry.id);
  if (id === undefined) return undefined;
  const capabilities = toObject(entry.capabilities);
  const limits = toObject(capabilities.limits);
  const supports = toObject(capabilities.supports);
  const endpoints = toTexts(entry.supported_endpoints);
  const kind = toKind(capabilities.type);
  const billing = toObject(entry.billing);
  return {
    id,
    name: toText(entry.name) ?? id,
    vendor: toText(entry.vendor),
    family: toText(capabilities.family),
    tokenizer: toText(capabilities.tokenizer),
    version: toText(entry.version),
    kind,
    endpointsAssumed: endpoints.length === 0 && kind === 'chat',
    endpoints: endpoints.length > 0 ? endpoints : kind === 'chat' ? ['/chat/completions'] : [],
    contextTokens: toNumber(limits.max_context_window_tokens),
    promptTokens: toNumber(limits.max_prompt_tokens),
    outputTokens: toNumber(limits.max_output_tokens),
    abilities: toAbilities(kind, supports),
    efforts: toTexts(supports.reasoning_effort),
    thinking: {
      adaptive: supports.adaptive_thinking === true,
      minBudget: toNumber(supports.min_thinking_budget),
      maxBudget: toNumber(supports.max_thinking_budget),
    },
    imageTypes: toTexts(toObject(limits.vision).supported_media_types),
    maxImages: toNumber(toObject(limits.vision).max_prompt_images),
    maxImageBytes: toNumber(toObject(limits.vision).max_prompt_image_size),
    price: readPrice(billing),
    multiplier: toNumber(billing.multiplier),
    policy: toPolicy(entry.policy),
    preview: toFlag(entry.preview) ?? false,
    listed: toFlag(entry.model_picker_enabled) ?? false,
    serviceDefault: toFlag(entry.is_chat_default) ?? false,
    serviceFallback: toFlag(entry.is_chat_fallback) ?? false,
    requestHeaders: toHeaders(entry.request_headers),
  };
}

function toKind(value: unknown): ModelKind {
  if (value === undefined || value === null) return 'chat';
  return value === 'chat' || value === 'embeddings' || value === 'completion' ? value : 'other';
}

function toAbilities(kind: ModelKind, supports: JsonObject): Ability[] {
  const has: Record<Ability, boolean> = {
    streaming: supports.streaming === true,
    tools: supports.tool_calls === true,
    'parallel-tools': supports.parallel_tool_calls === true,
    'structured-output': supports.structured_outputs === true,
    vision: supports.vision === true,
    reasoning:
      toTexts(supports.reasoning_effort).length > 0 ||
      supports.adaptive_thinking === true ||
      supports.thinking === true ||
      (toNumber(supports.max_thinking_budget) ?? 0) > 0,
    embeddings: kind === 'embeddings',
  };
  return abilityNames.filter((name) => has[name]);
}

function toPolicy(value: unknown): PolicyState | undefined {
  const state = toObject(value).state;
  return state === 'enabled' || state === 'disabled' || state === 'unconfigured' ? state : undefined;
}

function toHeaders(value: unknown): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  const pairs = Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return pairs.length === 0
    ? undefined
    : Object.fromEntries(pairs.map(([name, text]) => [name.toLowerCase(), text]));
}

/** The input limit in tokens; undefined if unknown. */
export function findWindow({ contextTokens, promptTokens }: Model): number | undefined {
  if (contextTokens === undefined || promptTokens === undefined) return promptTokens ?? contextTokens;
  return Math.min(contextTokens, promptTokens);
}

/** Anthropic's own spelling of its models, by which its clients know them: `claude-opus-4-6` for `claude-opus-4.6`. */
export function toAnthropicId(id: string): string {
  return id.startsWith('claude-') ? id.replaceAll(/(?<=\d)\.(?=\d)/g, '-') : id;
}

/** AI credits (US$ 0.01 each) per million tokens of each kind. */
export type TokenPrices = {
  input: number | undefined;
  output: number | undefined;
  cacheRead: number | undefined;
  cacheWrite: number | undefined;
};

export type Price = TokenPrices & {
  /** Prices of prompts longer than `aboveTokens`, if they cost more. */
  longContext: (TokenPrices & { aboveTokens: number | undefined }) | undefined;
};

/** The prices in `billing`: tiers in credits per batch, or flat in nano-credits. Undefined on accounts billed by requests. */
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

/** Estimates a reply's cost in AI credits by the catalogue's prices. Undefined without a price or a count. */
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
