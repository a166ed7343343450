import type { ModelOptions } from './create-model.ts';

// Still listed and callable, though hidden from pickers; their entries are the ones with holes.
export const hiddenModels: ModelOptions[] = [
  {
    id: 'gpt-4o',
    name: 'GPT-4o',
    vendor: 'Azure OpenAI',
    version: 'gpt-4o-2024-11-20',
    limits: { max_context_window_tokens: 128_000, max_prompt_tokens: 64_000, max_output_tokens: 4096 },
    images: 1,
    multiplier: 0,
  },
  {
    id: 'gpt-4.1',
    name: 'GPT-4.1',
    vendor: 'Azure OpenAI',
    version: 'gpt-4.1-2025-04-14',
    limits: { max_context_window_tokens: 128_000, max_prompt_tokens: 111_424, max_output_tokens: 16_384 },
    images: 1,
    supports: { structured_outputs: true },
    multiplier: 0,
    prices: [200, 800, 50],
    extra: {
      warning_message: 'This client version is deprecated.',
      warning_messages: [
        { code: 'client_version_deprecated', message: 'This client version is deprecated.' },
      ],
    },
  },
  { id: 'gpt-4o-mini', name: 'GPT-4o mini', vendor: 'Azure OpenAI', version: 'gpt-4o-mini-2024-07-18' },
  { id: 'gpt-41-copilot', name: 'GPT-4.1 Copilot', vendor: 'Azure OpenAI', type: 'completion' },
  {
    id: 'text-embedding-3-small',
    name: 'Embedding V3 small',
    vendor: 'Azure OpenAI',
    type: 'embeddings',
    tokenizer: 'cl100k_base',
    limits: { max_inputs: 512 },
    supports: { dimensions: true },
  },
  {
    id: 'trajectory-compaction',
    name: 'Trajectory compaction',
    vendor: 'Microsoft',
    extra: { orbit: { rings: [1, 2] }, billing: null },
  },
];
