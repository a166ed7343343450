import { findWindow, type Model, toAnthropicId } from '../copilot/model.ts';
import { chooseClaudeModels } from './choose-models.ts';
import { type Client, type ClientFacts, toKey, type Variable } from './setup.ts';

export const claudeCode: Client = {
  describe(facts) {
    const variables = listVariables(facts);
    return {
      client: 'claude-code',
      title: 'Claude Code',
      variables,
      files: [
        {
          place: { variable: 'CLAUDE_CONFIG_DIR', home: '.claude', file: 'settings.json' },
          format: 'json',
          edits: variables.map(({ name, value }) => ({ kind: 'set', path: ['env', name], value })),
          holdsKey: facts.apiKey !== undefined,
        },
      ],
      steps: [],
      notes: [
        '"env" in settings.json takes precedence over the shell.',
        `Unset ${overriding.slice(0, 3).join(', ')} if you have set them: they take precedence.`,
        'Auto mode asks a model of Anthropic whether a command is safe, which this server does not have: use another permission mode.',
        'Web search needs a model of the account that can search; without one, Claude Code says that it failed.',
      ],
    };
  },
  program: {
    commands: ['claude'],
    packages: ['@anthropic-ai/claude-code'],
    prepare: (facts) => ({ variables: listVariables(facts), unset: overriding }),
  },
};

/** They lead Claude Code elsewhere. */
const overriding = [
  'ANTHROPIC_API_KEY',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
];

const million = 1_000_000;

/** The environment for Claude Code, in a shell or in its settings. */
function listVariables(facts: ClientFacts): Variable[] {
  const { main, opus, sonnet, haiku, fable } = chooseClaudeModels(facts);
  const window = findWindow(main);
  const isLarge = facts.models.some((model) => isClaude(model) && hasMillion(model));
  const families = { FABLE: fable, OPUS: opus, SONNET: sonnet, HAIKU: haiku };
  return [
    { name: 'ANTHROPIC_BASE_URL', value: facts.baseUrl },
    { name: 'ANTHROPIC_AUTH_TOKEN', value: toKey(facts) },
    { name: 'ANTHROPIC_MODEL', value: toClaudeName(main) },
    ...Object.entries(families).flatMap(([family, model]) => (model ? listFamily(family, model) : [])),
    ...(window === undefined ? [] : listWindow(main, window)),
    // The rows of /model that would ask for a million tokens of a model that has fewer.
    ...(isLarge ? [] : [{ name: 'CLAUDE_CODE_DISABLE_1M_CONTEXT', value: '1' }]),
    // The server's other Claude models join the list of /model.
    { name: 'CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY', value: '1' },
    // It then says which requests are sub-agents, compaction or small talk, which a plan that counts requests does not charge.
    { name: 'CLAUDE_CODE_GATEWAY_HINT_HEADERS', value: '1' },
    // Otherwise Claude Code puts a line before the prompt that changes with every request, and no cache applies.
    { name: 'CLAUDE_CODE_ATTRIBUTION_HEADER', value: '0' },
    // CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC would turn off the discovery, too.
    { name: 'DISABLE_TELEMETRY', value: '1' },
    { name: 'DISABLE_ERROR_REPORTING', value: '1' },
  ];
}

/** A family's row in /model. A model of another family gets its own name there. */
function listFamily(family: string, model: Model): Variable[] {
  const name = `ANTHROPIC_DEFAULT_${family}_MODEL`;
  const isNamesake = model.id.includes(family.toLowerCase());
  return [
    { name, value: toClaudeName(model) },
    ...(isNamesake ? [] : [{ name: `${name}_NAME`, value: model.name }]),
  ];
}

/** Claude Code takes 200,000 tokens for the window of a Claude, unless its name says [1m]; for any other model it asks a variable. */
function listWindow(main: Model, window: number): Variable[] {
  if (!isClaude(main)) return [{ name: 'CLAUDE_CODE_MAX_CONTEXT_TOKENS', value: String(window) }];
  return window < 200_000 ? [{ name: 'CLAUDE_CODE_AUTO_COMPACT_WINDOW', value: String(window) }] : [];
}

/** By the spelling it knows what a model can do. It does not send the mark. */
function toClaudeName(model: Model): string {
  const name = toAnthropicId(model.id);
  return isClaude(model) && hasMillion(model) ? `${name}[1m]` : name;
}

function isClaude({ id }: Model): boolean {
  return id.startsWith('claude-');
}

/** Some models hold a million tokens, of which the answer takes a part. */
function hasMillion({ contextTokens = 0 }: Model): boolean {
  return contextTokens >= million;
}
