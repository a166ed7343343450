import { createModel, type ModelOptions } from './create-model.ts';
import { hiddenModels } from './hidden-models.ts';
import type { CatalogueEntry } from './model-entry.ts';

const messages = ['/v1/messages', '/chat/completions'];
const responses = ['/responses', 'ws:/responses'];
const everyOpenai = [...responses, '/chat/completions'];
const efforts = ['low', 'medium', 'high'];
const million = {
  max_context_window_tokens: 1_000_000,
  max_prompt_tokens: 936_000,
  max_output_tokens: 64_000,
};
const claudeLimits = { ...million, max_non_streaming_output_tokens: 16_000 };
const thinkingBudget = { max_thinking_budget: 32_000, min_thinking_budget: 1024 };
const enabled = {
  state: 'enabled',
  terms: 'Enable access to this model. [Learn more](https://docs.github.com).',
} as const;

const claude: ModelOptions[] = [
  {
    id: 'claude-sonnet-4.6',
    name: 'Claude Sonnet 4.6',
    vendor: 'Anthropic',
    supported_endpoints: messages,
    policy: enabled,
    limits: claudeLimits,
    images: 5,
    supports: {
      ...thinkingBudget,
      adaptive_thinking: true,
      structured_outputs: true,
      reasoning_effort: [...efforts, 'max'],
    },
    prices: [300, 1500, 30, 375],
  },
  {
    id: 'claude-opus-4.6',
    name: 'Claude Opus 4.6',
    vendor: 'Anthropic',
    supported_endpoints: messages,
    policy: enabled,
    limits: claudeLimits,
    images: 1,
    supports: { ...thinkingBudget, adaptive_thinking: true, reasoning_effort: [...efforts, 'max'] },
    model_picker_category: 'powerful',
    multiplier: 3,
    prices: [500, 2500, 50, 625],
  },
  {
    id: 'claude-opus-5',
    name: 'Claude Opus 5',
    vendor: 'Anthropic',
    supported_endpoints: messages,
    policy: enabled,
    limits: { ...claudeLimits, max_output_tokens: 128_000 },
    images: 5,
    supports: {
      adaptive_thinking: true,
      structured_outputs: true,
      reasoning_effort: [...efforts, 'xhigh', 'max'],
    },
    model_picker_category: 'powerful',
    multiplier: 10,
    restricted_to: ['pro_plus', 'business', 'enterprise', 'max'],
    prices: [1500, 7500, 150, 1875],
    longContextPrices: [3000, 11_250, 300, 3750],
    extra: { model_picker_price_category: 'very_high' },
  },
  {
    id: 'claude-haiku-4.5',
    name: 'Claude Haiku 4.5',
    vendor: 'Anthropic',
    supported_endpoints: ['/chat/completions', '/v1/messages'],
    policy: enabled,
    limits: { ...claudeLimits, max_context_window_tokens: 200_000, max_prompt_tokens: 136_000 },
    images: 5,
    supports: thinkingBudget,
    model_picker_category: 'lightweight',
    multiplier: 0.33,
    prices: [100, 500, 10, 125],
  },
  {
    id: 'claude-fable-5',
    name: 'Claude Fable 5',
    vendor: 'Anthropic',
    supported_endpoints: messages,
    policy: { ...enabled, state: 'disabled' },
    limits: claudeLimits,
    images: 5,
    supports: { adaptive_thinking: true, reasoning_effort: [...efforts, 'xhigh'] },
    prices: [2500, 12_500, 250, 3125],
    extra: {
      model_picker_price_category: 'very_high',
      warning_text: { data_retention: 'Prompts are **retained** for this model.' },
    },
  },
];

const gemini: ModelOptions[] = [
  {
    id: 'gemini-3.1-pro-preview',
    name: 'Gemini 3.1 Pro (Preview)',
    vendor: 'Google',
    preview: true,
    supported_endpoints: ['/chat/completions'],
    policy: { ...enabled, state: 'unconfigured' },
    limits: million,
    images: 10,
    supports: { reasoning_effort: efforts },
    model_picker_category: 'powerful',
    prices: [200, 1200, 20],
  },
  {
    id: 'gemini-3.5-flash',
    name: 'Gemini 3.5 Flash',
    vendor: 'Google',
    supported_endpoints: ['/chat/completions'],
    policy: enabled,
    limits: million,
    images: 10,
    supports: { reasoning_effort: ['minimal', ...efforts] },
    model_picker_category: 'lightweight',
    multiplier: 0.33,
    prices: [50, 300, 5],
    promo: { id: 'autumn', discount_percent: 50, ends_at: '2026-12-01T00:00:00Z', message: 'Half price' },
  },
];

const openai: ModelOptions[] = [
  {
    id: 'gpt-5-mini',
    name: 'GPT-5 mini',
    vendor: 'Azure OpenAI',
    supported_endpoints: everyOpenai,
    limits: { max_context_window_tokens: 264_000, max_prompt_tokens: 128_000, max_output_tokens: 64_000 },
    images: 1,
    supports: { structured_outputs: true, reasoning_effort: efforts },
    model_picker_category: 'lightweight',
    multiplier: 0,
    prices: [25, 200, 3],
    extra: { info_messages: [{ code: 'included', message: 'Included in every plan.' }] },
  },
  {
    id: 'gpt-5.3-codex',
    name: 'GPT-5.3-Codex',
    vendor: 'OpenAI',
    supported_endpoints: responses,
    limits: { max_context_window_tokens: 400_000, max_prompt_tokens: 272_000, max_output_tokens: 128_000 },
    images: 1,
    supports: { structured_outputs: true, reasoning_effort: [...efforts, 'xhigh'] },
    model_picker_category: 'powerful',
    is_chat_default: true,
    is_chat_fallback: true,
    prices: [175, 1400, 18],
  },
  {
    id: 'gpt-5.4',
    name: 'GPT-5.4',
    vendor: 'OpenAI',
    supported_endpoints: everyOpenai,
    limits: { max_context_window_tokens: 1_050_000, max_prompt_tokens: 922_000, max_output_tokens: 128_000 },
    images: 1,
    supports: { structured_outputs: true, reasoning_effort: ['none', ...efforts, 'xhigh'] },
    prices: [250, 1500, 25],
    longContextPrices: [500, 2250, 50],
  },
  {
    id: 'gpt-5.4-mini',
    name: 'GPT-5.4 mini',
    vendor: 'OpenAI',
    supported_endpoints: responses,
    limits: { max_context_window_tokens: 400_000, max_prompt_tokens: 272_000, max_output_tokens: 128_000 },
    images: 1,
    supports: { structured_outputs: true, reasoning_effort: ['none', ...efforts, 'xhigh'] },
    model_picker_category: 'lightweight',
    multiplier: 0.33,
    prices: [75, 450, 8],
  },
];

const others: ModelOptions[] = [
  {
    id: 'grok-4.5',
    name: 'Grok 4.5',
    vendor: 'xAI',
    supported_endpoints: ['/responses'],
    policy: enabled,
    limits: { max_context_window_tokens: 500_000, max_prompt_tokens: 372_000, max_output_tokens: 128_000 },
    supports: { reasoning_effort: efforts },
    prices: [300, 1500, 75],
  },
  {
    id: 'kimi-k2.7-code',
    name: 'Kimi K2.7 Code',
    vendor: 'Fireworks',
    supported_endpoints: ['/chat/completions'],
    limits: { max_context_window_tokens: 256_000, max_prompt_tokens: 224_000, max_output_tokens: 32_000 },
    prices: [60, 250, 15],
    hasFlatPrices: true,
    extra: { request_headers: { 'x-model-route': 'fireworks' } },
  },
];

/** A catalogue as a paid account sees it, with its holes, its unknown fields and two entries that make no sense; a new one each time. */
export function createDefaultCatalogue(): CatalogueEntry[] {
  const visible = [...claude, ...gemini, ...openai, ...others].map(createModel);
  const concealed = hiddenModels.map((options) => createModel({ ...options, model_picker_enabled: false }));
  return structuredClone([...visible, 'not-a-model', ...concealed, { id: 42 }]);
}
