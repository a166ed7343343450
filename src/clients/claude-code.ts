import { findWindow } from '../copilot/window.ts';
import { chooseClaudeModels } from './choose-models.ts';
import { type ClientFacts, type ClientSetup, toKey, type Variable } from './setup.ts';

const largeWindowNote =
  'Claude Code takes a model whose name begins with "claude-" for one of 200,000 tokens; add [1m] to its name, as in /model, where it has a million.';

export function describeClaudeCode(facts: ClientFacts): ClientSetup {
  const variables = listClaudeVariables(facts);
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
      'What settings.json has in "env" comes before what the shell has.',
      'Unset ANTHROPIC_API_KEY, CLAUDE_CODE_USE_BEDROCK and CLAUDE_CODE_USE_VERTEX where you have them: they come first.',
      ...(facts.models.some(({ id }) => id.startsWith('claude-')) ? [largeWindowNote] : []),
    ],
  };
}

/** The environment that Claude Code needs, in a shell or in its settings. */
export function listClaudeVariables(facts: ClientFacts): Variable[] {
  const { main, opus, sonnet, haiku } = chooseClaudeModels(facts);
  const window = findWindow(main);
  return [
    { name: 'ANTHROPIC_BASE_URL', value: facts.baseUrl },
    { name: 'ANTHROPIC_AUTH_TOKEN', value: toKey(facts) },
    { name: 'ANTHROPIC_MODEL', value: main.id },
    { name: 'ANTHROPIC_DEFAULT_OPUS_MODEL', value: opus.id },
    { name: 'ANTHROPIC_DEFAULT_SONNET_MODEL', value: sonnet.id },
    { name: 'ANTHROPIC_DEFAULT_HAIKU_MODEL', value: haiku.id },
    ...(window === undefined ? [] : [{ name: 'CLAUDE_CODE_MAX_CONTEXT_TOKENS', value: String(window) }]),
    // A line that changes with every request stands in front of the prompt otherwise, and no cache would fit.
    { name: 'CLAUDE_CODE_ATTRIBUTION_HEADER', value: '0' },
    { name: 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC', value: '1' },
  ];
}
