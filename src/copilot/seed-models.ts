/** The list of `models` before a sign-in: ids of autumn 2026 and their endpoints. The account's own catalogue replaces it. */
const responses = ['/responses'];
const chat = ['/chat/completions'];
const messages = ['/v1/messages', '/chat/completions'];

const seeds: [
  id: string,
  name: string,
  vendor: string,
  endpoints: string[],
  context: number,
  output: number,
][] = [
  ['claude-haiku-4.5', 'Claude Haiku 4.5', 'Anthropic', messages, 200_000, 64_000],
  ['claude-opus-4.8', 'Claude Opus 4.8', 'Anthropic', messages, 1_000_000, 64_000],
  ['claude-sonnet-4.6', 'Claude Sonnet 4.6', 'Anthropic', messages, 1_000_000, 64_000],
  ['claude-sonnet-5', 'Claude Sonnet 5', 'Anthropic', messages, 1_000_000, 64_000],
  ['gemini-3.1-pro-preview', 'Gemini 3.1 Pro (Preview)', 'Google', chat, 1_000_000, 64_000],
  ['gemini-3.7-flash', 'Gemini 3.7 Flash', 'Google', chat, 1_000_000, 64_000],
  ['gpt-5-mini', 'GPT-5 mini', 'OpenAI', [...chat, ...responses], 264_000, 64_000],
  ['gpt-5.3-codex', 'GPT-5.3-Codex', 'OpenAI', responses, 400_000, 128_000],
  ['gpt-5.4', 'GPT-5.4', 'OpenAI', [...responses, ...chat], 1_050_000, 128_000],
  ['gpt-5.5', 'GPT-5.5', 'OpenAI', responses, 1_050_000, 128_000],
  ['grok-4.6', 'Grok 4.6', 'xAI', responses, 500_000, 128_000],
];

export const listSeedEntries = (): unknown[] =>
  seeds.map(([id, name, vendor, endpoints, context, output]) => ({
    id,
    name,
    vendor,
    model_picker_enabled: true,
    supported_endpoints: endpoints,
    capabilities: {
      type: 'chat',
      limits: { max_context_window_tokens: context, max_output_tokens: output },
      supports: { streaming: true, tool_calls: true },
    },
  }));
