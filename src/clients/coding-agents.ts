import { findWindow, type Model } from '../copilot/model.ts';
import type { JsonObject } from '../json-value.ts';
import { chooseClaudeModels, chooseCodexModel, chooseSmallModel, listUsable } from './choose-models.ts';
import {
  type ClientFacts,
  type ClientSetup,
  type Edit,
  providerId,
  providerName,
  toKey,
  toOpenaiUrl,
  type Variable,
} from './setup.ts';

const largeWindowNote =
  'Claude Code assumes 200,000 tokens for a model whose name begins with "claude-"; add [1m] to its name, as in /model, if it has a million.';

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
      '"env" in settings.json takes precedence over the shell.',
      'Unset ANTHROPIC_API_KEY, CLAUDE_CODE_USE_BEDROCK and CLAUDE_CODE_USE_VERTEX if you have set them: they take precedence.',
      ...(facts.models.some(({ id }) => id.startsWith('claude-')) ? [largeWindowNote] : []),
    ],
  };
}

/** The environment for Claude Code, in a shell or in its settings. */
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
    // Otherwise Claude Code puts a line before the prompt that changes with every request, and no cache applies.
    { name: 'CLAUDE_CODE_ATTRIBUTION_HEADER', value: '0' },
    { name: 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC', value: '1' },
  ];
}

const keyVariable = 'COPILOT_CLI_API_KEY';

export function describeCodex(facts: ClientFacts): ClientSetup {
  return {
    client: 'codex',
    title: 'Codex',
    variables: listCodexVariables(facts),
    files: [
      {
        place: { variable: 'CODEX_HOME', home: '.codex', file: 'config.toml' },
        format: 'toml',
        edits: listCodexSettings(facts).map(({ path, value }) => ({ kind: 'set', path, value })),
        holdsKey: false,
      },
    ],
    steps: [],
    notes: [`Codex reads the key from ${keyVariable} at each start, and refuses to start without it.`],
  };
}

export function listCodexVariables(facts: ClientFacts): Variable[] {
  return [{ name: keyVariable, value: toKey(facts) }];
}

/** The same settings for one run. They take precedence over the file. */
export function listCodexArguments(facts: ClientFacts): string[] {
  return listCodexSettings(facts).flatMap(({ path, value }) => [
    '-c',
    `${path.join('.')}=${JSON.stringify(value)}`,
  ]);
}

function listCodexSettings(facts: ClientFacts): { path: string[]; value: string }[] {
  const table = ['model_providers', providerId];
  return [
    { path: ['model'], value: chooseCodexModel(facts).id },
    { path: ['model_provider'], value: providerId },
    { path: [...table, 'name'], value: providerName },
    { path: [...table, 'base_url'], value: toOpenaiUrl(facts) },
    { path: [...table, 'wire_api'], value: 'responses' },
    { path: [...table, 'env_key'], value: keyVariable },
  ];
}

export function describeOpencode(facts: ClientFacts): ClientSetup {
  const settings = toSettings(facts);
  const edits: Edit[] = [
    { kind: 'set', path: ['$schema'], value: 'https://opencode.ai/config.json', isDefault: true },
    { kind: 'set', path: ['model'], value: settings.model },
    { kind: 'set', path: ['small_model'], value: settings.small_model },
    { kind: 'set', path: ['provider', providerId], value: settings.provider[providerId] },
  ];
  return {
    client: 'opencode',
    title: 'opencode',
    variables: [],
    files: [
      {
        place: { config: 'opencode', file: 'opencode.json', otherFile: 'opencode.jsonc' },
        format: 'json',
        edits,
        holdsKey: facts.apiKey !== undefined,
      },
    ],
    steps: [],
    notes: ['An opencode.json in a project takes precedence over this file.'],
  };
}

/** The same settings for one run. They take precedence over all files. */
export function listOpencodeVariables(facts: ClientFacts): Variable[] {
  return [{ name: 'OPENCODE_CONFIG_CONTENT', value: JSON.stringify(toSettings(facts)) }];
}

function toSettings(facts: ClientFacts) {
  return {
    model: `${providerId}/${facts.defaultModel.id}`,
    small_model: `${providerId}/${chooseSmallModel(facts).id}`,
    provider: {
      [providerId]: {
        npm: '@ai-sdk/openai-compatible',
        name: providerName,
        options: { baseURL: toOpenaiUrl(facts), apiKey: toKey(facts) },
        models: Object.fromEntries(listUsable(facts).map((model) => [model.id, toEntry(model)])),
      },
    },
  };
}

function toEntry({ name, abilities, contextTokens, promptTokens, outputTokens }: Model): JsonObject {
  // opencode compacts by the size of the prompt, and some models take shorter prompts than their window holds.
  const context = promptTokens ?? contextTokens;
  const hasLimits = context !== undefined && outputTokens !== undefined;
  return {
    name,
    attachment: abilities.includes('vision'),
    reasoning: abilities.includes('reasoning'),
    tool_call: abilities.includes('tools'),
    ...(hasLimits ? { limit: { context, output: outputTokens } } : {}),
  };
}

export function describeAider(facts: ClientFacts): ClientSetup {
  const settings = {
    'openai-api-base': toOpenaiUrl(facts),
    'openai-api-key': toKey(facts),
    model: `openai/${facts.defaultModel.id}`,
    'weak-model': `openai/${chooseSmallModel(facts).id}`,
  };
  return {
    client: 'aider',
    title: 'Aider',
    variables: listAiderVariables(facts),
    files: [
      {
        place: { file: '.aider.conf.yml' },
        format: 'yaml',
        edits: Object.entries(settings).map(([name, value]) => ({ kind: 'set', path: [name], value })),
        holdsKey: facts.apiKey !== undefined,
      },
    ],
    steps: [],
    notes: [
      'For any other model, put openai/ before its name: aider --model openai/<name>.',
      'Aider warns that it does not know the prices of these models; --no-show-model-warnings turns that off.',
    ],
  };
}

export function listAiderVariables(facts: ClientFacts): Variable[] {
  return [
    { name: 'OPENAI_API_BASE', value: toOpenaiUrl(facts) },
    { name: 'OPENAI_API_KEY', value: toKey(facts) },
    { name: 'AIDER_MODEL', value: `openai/${facts.defaultModel.id}` },
    { name: 'AIDER_WEAK_MODEL', value: `openai/${chooseSmallModel(facts).id}` },
  ];
}
