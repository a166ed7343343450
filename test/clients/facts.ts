import type { ClientFacts } from '../../src/clients/setup.ts';
import { type Model, parseModels } from '../../src/copilot/model.ts';

type Row = {
  name: string;
  context: number;
  output: number;
  supports?: object;
  listed?: boolean;
  type?: string;
};

const tools = { streaming: true, tool_calls: true };
const everything = { ...tools, parallel_tool_calls: true, structured_outputs: true, vision: true };

const rows: Record<string, Row> = {
  'claude-haiku-4.5': { name: 'Claude Haiku 4.5', context: 200_000, output: 64_000, supports: tools },
  'claude-opus-4.6': { name: 'Claude Opus 4.6', context: 1_000_000, output: 64_000, supports: everything },
  'claude-opus-4.8': { name: 'Claude Opus 4.8', context: 1_000_000, output: 64_000, supports: everything },
  'claude-opus-4.8-fast': { name: 'Claude Opus 4.8 (fast)', context: 1_000_000, output: 64_000 },
  'claude-sonnet-5': {
    name: 'Claude Sonnet 5',
    context: 1_000_000,
    output: 64_000,
    supports: { ...everything, adaptive_thinking: true },
  },
  'gpt-5-mini': { name: 'GPT-5 mini', context: 264_000, output: 64_000, supports: tools },
  'gpt-5.5': {
    name: 'GPT-5.5',
    context: 1_050_000,
    output: 128_000,
    supports: { ...everything, reasoning_effort: ['low', 'high'] },
  },
  'gpt-hidden': { name: 'Hidden', context: 1000, output: 100, listed: false },
  'text-embedding-3-small': { name: 'Embedding V3 small', context: 8192, output: 1, type: 'embeddings' },
};

/** Models of an account, by their ids. */
export function createModels(...ids: string[]): Model[] {
  const entries = (ids.length > 0 ? ids : Object.keys(rows)).map((id) => {
    const { name = id, context, output, supports = {}, listed = true, type = 'chat' } = rows[id] ?? {};
    const limits = {
      max_context_window_tokens: context,
      max_prompt_tokens: context === undefined || output === undefined ? undefined : context - output,
      max_output_tokens: output,
    };
    return { id, name, model_picker_enabled: listed, capabilities: { type, limits, supports } };
  });
  return parseModels(entries).models;
}

/** What a client is told, with the first model for the default unless it is named. */
export function createFacts(
  { models = createModels(), ...others }: Partial<ClientFacts> = {},
  defaultId = 'claude-sonnet-5',
): ClientFacts {
  const defaultModel = models.find(({ id }) => id === defaultId) ?? models[0];
  if (!defaultModel) throw new Error('an account without models');
  return { baseUrl: 'http://127.0.0.1:4141', apiKey: undefined, models, defaultModel, ...others };
}
