import { toShellWord } from '../command-line.ts';
import { findWindow, type Model } from '../copilot/model.ts';
import type { JsonObject } from '../json-value.ts';
import { chooseSmallModel, listUsable } from './choose-models.ts';
import {
  type Client,
  type ClientFacts,
  type Edit,
  providerId,
  providerName,
  toKey,
  toOpenaiUrl,
  type Variable,
} from './setup.ts';

export const opencode: Client = {
  describe(facts) {
    const settings = toOpencodeSettings(facts);
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
  },
  program: {
    commands: ['opencode'],
    packages: ['opencode-ai', 'opencode'],
    // They take precedence over all files.
    prepare: (facts) => ({
      variables: [{ name: 'OPENCODE_CONFIG_CONTENT', value: JSON.stringify(toOpencodeSettings(facts)) }],
    }),
  },
};

function toOpencodeSettings(facts: ClientFacts) {
  return {
    model: `${providerId}/${facts.defaultModel.id}`,
    small_model: `${providerId}/${chooseSmallModel(facts).id}`,
    provider: {
      [providerId]: {
        npm: '@ai-sdk/openai-compatible',
        name: providerName,
        options: { baseURL: toOpenaiUrl(facts), apiKey: toKey(facts) },
        models: Object.fromEntries(listUsable(facts).map((model) => [model.id, toOpencodeEntry(model)])),
      },
    },
  };
}

function toOpencodeEntry({ name, abilities, contextTokens, promptTokens, outputTokens }: Model): JsonObject {
  // opencode compacts by the size of the prompt, and some models take shorter prompts than their window holds.
  const context = promptTokens ?? contextTokens;
  const hasLimits = context !== undefined && outputTokens !== undefined;
  const hasVision = abilities.includes('vision');
  return {
    name,
    attachment: hasVision,
    // Without it opencode puts an error text in the place of each image.
    modalities: { input: ['text', ...(hasVision ? ['image'] : [])], output: ['text'] },
    reasoning: abilities.includes('reasoning'),
    tool_call: abilities.includes('tools'),
    ...(hasLimits ? { limit: { context, output: outputTokens } } : {}),
  };
}

export const aider: Client = {
  describe(facts) {
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
  },
  program: {
    commands: ['aider'],
    packages: ['aider-chat', 'aider'],
    prepare: (facts) => ({ variables: listAiderVariables(facts) }),
  },
};

function listAiderVariables(facts: ClientFacts): Variable[] {
  return [
    { name: 'OPENAI_API_BASE', value: toOpenaiUrl(facts) },
    { name: 'OPENAI_API_KEY', value: toKey(facts) },
    { name: 'AIDER_MODEL', value: `openai/${facts.defaultModel.id}` },
    { name: 'AIDER_WEAK_MODEL', value: `openai/${chooseSmallModel(facts).id}` },
  ];
}

export const cline: Client = {
  describe(facts) {
    const settings = {
      provider: 'openai-compatible',
      apiKey: toKey(facts),
      model: facts.defaultModel.id,
      baseUrl: toOpenaiUrl(facts),
    };
    return {
      client: 'cline',
      title: 'Cline',
      variables: [],
      files: [
        {
          place: { variable: 'CLINE_DATA_DIR', home: '.cline/data', file: 'settings/providers.json' },
          format: 'json',
          edits: [
            { kind: 'set', path: ['version'], value: 1, isDefault: true },
            { kind: 'set', path: ['lastUsedProvider'], value: settings.provider },
            { kind: 'set', path: ['providers', settings.provider, 'settings'], value: settings },
            {
              kind: 'set',
              path: ['providers', settings.provider, 'tokenSource'],
              value: 'manual',
              isDefault: true,
            },
            {
              kind: 'set',
              // Cline 3.0 discards the whole file if a provider lacks it.
              path: ['providers', settings.provider, 'updatedAt'],
              value: '2026-01-01T00:00:00.000Z',
              isDefault: true,
            },
          ],
          holdsKey: facts.apiKey !== undefined,
        },
      ],
      steps: [],
      notes: [
        'This is for the command cline. In the extension of an editor, choose the provider OpenAI Compatible and enter the same base URL, key and model.',
        `Other models: cline --model <name>, such as ${listNames(facts)}.`,
      ],
    };
  },
  program: { commands: ['cline'], packages: ['cline'] },
};

function listNames(facts: ClientFacts): string {
  return listUsable(facts)
    .slice(0, 4)
    .map(({ id }) => id)
    .join(', ');
}

export const qwenCode: Client = {
  describe(facts) {
    const variables = listQwenVariables(facts);
    return {
      client: 'qwen-code',
      title: 'Qwen Code',
      variables,
      files: [
        {
          place: { home: '.qwen', file: 'settings.json' },
          format: 'json',
          edits: [
            {
              kind: 'set',
              path: ['modelProviders', 'openai'],
              value: listUsable(facts).map(toQwenEntry(facts)),
            },
            { kind: 'set', path: ['env', qwenKey], value: toKey(facts) },
            { kind: 'set', path: ['security', 'auth', 'selectedType'], value: 'openai' },
            { kind: 'set', path: ['model', 'name'], value: facts.defaultModel.id },
          ],
          holdsKey: facts.apiKey !== undefined,
        },
      ],
      steps: [],
      notes: ['Choose another of these models with /model.'],
    };
  },
  program: {
    commands: ['qwen'],
    packages: ['@qwen-code/qwen-code'],
    prepare: (facts) => ({ variables: listQwenVariables(facts), arguments: ['--auth-type', 'openai'] }),
  },
};

const qwenKey = 'COPILOT_CLI_API_KEY';

function listQwenVariables(facts: ClientFacts): Variable[] {
  return [
    { name: 'OPENAI_BASE_URL', value: toOpenaiUrl(facts) },
    { name: 'OPENAI_API_KEY', value: toKey(facts) },
    { name: 'OPENAI_MODEL', value: facts.defaultModel.id },
  ];
}

function toQwenEntry(facts: ClientFacts) {
  return (model: Model): JsonObject => {
    const window = findWindow(model);
    return {
      id: model.id,
      name: model.name,
      baseUrl: toOpenaiUrl(facts),
      envKey: qwenKey,
      generationConfig: {
        ...(window === undefined ? {} : { contextWindowSize: window }),
        // It knows what a model sees by names of its own list only.
        modalities: { image: model.abilities.includes('vision') },
      },
    };
  };
}

export const pi: Client = {
  describe(facts) {
    return {
      client: 'pi',
      title: 'pi',
      variables: [],
      files: [
        {
          place: { variable: 'PI_CODING_AGENT_DIR', home: '.pi/agent', file: 'models.json' },
          format: 'json',
          edits: [{ kind: 'set', path: ['providers', providerId], value: toPiProvider(facts) }],
          holdsKey: facts.apiKey !== undefined,
        },
      ],
      steps: [],
      notes: [
        `Choose a model with /model, or at the start: pi --model ${toShellWord(`${providerId}/${facts.defaultModel.id}`)}`,
      ],
    };
  },
  program: {
    commands: ['pi'],
    packages: ['@earendil-works/pi-coding-agent', '@mariozechner/pi-coding-agent'],
    prepare: (facts, folder) => ({
      variables: [],
      arguments: ['-e', `${folder}/provider.js`, '--provider', providerId, '--model', facts.defaultModel.id],
      files: [
        {
          name: 'provider.js',
          text: `export default (pi) => pi.registerProvider(${JSON.stringify(providerId)}, ${JSON.stringify(toPiProvider(facts))});\n`,
        },
      ],
    }),
  },
};

function toPiProvider(facts: ClientFacts): JsonObject {
  return {
    baseUrl: toOpenaiUrl(facts),
    api: 'openai-completions',
    apiKey: toKey(facts),
    models: listUsable(facts).map(({ id, name, abilities, outputTokens, ...model }) => {
      const window = findWindow({ id, name, abilities, outputTokens, ...model });
      return {
        id,
        name,
        reasoning: abilities.includes('reasoning'),
        input: ['text', ...(abilities.includes('vision') ? ['image'] : [])],
        ...(window === undefined ? {} : { contextWindow: window }),
        ...(outputTokens === undefined ? {} : { maxTokens: outputTokens }),
        cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
      };
    }),
  };
}

export const goose: Client = {
  describe(facts) {
    return {
      client: 'goose',
      title: 'goose',
      variables: listGooseVariables(facts),
      files: [
        {
          place: { windows: 'Block/goose/config', config: 'goose', file: 'config.yaml' },
          format: 'yaml',
          edits: listGooseVariables(facts)
            .filter(({ name }) => name !== 'OPENAI_API_KEY')
            .map(({ name, value }) => ({ kind: 'set', path: [name], value })),
          holdsKey: false,
        },
      ],
      steps: [
        `goose keeps keys in the keychain of the system: run goose configure, choose OpenAI, and enter ${toKey(facts)}.`,
      ],
      notes: ['The variables take precedence over config.yaml.'],
    };
  },
  program: {
    commands: ['goose'],
    packages: [],
    prepare: (facts) => ({ variables: listGooseVariables(facts) }),
  },
};

function listGooseVariables(facts: ClientFacts): Variable[] {
  return [
    { name: 'GOOSE_PROVIDER', value: 'openai' },
    { name: 'GOOSE_MODEL', value: facts.defaultModel.id },
    { name: 'OPENAI_HOST', value: facts.baseUrl },
    { name: 'OPENAI_BASE_PATH', value: 'v1/chat/completions' },
    { name: 'OPENAI_API_KEY', value: toKey(facts) },
  ];
}

/** GitHub's own command-line tool, with a provider of the person's own. */
export const copilot: Client = {
  describe(facts) {
    return {
      client: 'copilot',
      title: "GitHub's Copilot CLI",
      variables: listCopilotVariables(facts),
      files: [],
      steps: [],
      notes: [
        'With your Copilot subscription, this tool needs no server; use it so to see and limit what it sends.',
        'For another model, change COPILOT_MODEL and the two limits; COPILOT_PROVIDER_TYPE is anthropic for a Claude, else openai.',
      ],
    };
  },
  program: {
    commands: ['copilot'],
    packages: ['@github/copilot'],
    prepare: (facts) => ({
      variables: listCopilotVariables(facts),
      unset: [
        'COPILOT_PROVIDER_BEARER_TOKEN',
        'COPILOT_PROVIDER_API_KEY_COMMAND',
        'COPILOT_PROVIDER_TRANSPORT',
      ],
    }),
  },
};

function listCopilotVariables(facts: ClientFacts): Variable[] {
  const { id, endpoints, promptTokens, outputTokens } = facts.defaultModel;
  const isClaude = id.startsWith('claude-');
  return [
    { name: 'COPILOT_PROVIDER_BASE_URL', value: isClaude ? facts.baseUrl : toOpenaiUrl(facts) },
    { name: 'COPILOT_PROVIDER_TYPE', value: isClaude ? 'anthropic' : 'openai' },
    {
      name: 'COPILOT_PROVIDER_WIRE_API',
      value: endpoints.includes('/responses') ? 'responses' : 'completions',
    },
    { name: 'COPILOT_PROVIDER_API_KEY', value: toKey(facts) },
    { name: 'COPILOT_MODEL', value: id },
    ...(promptTokens === undefined
      ? []
      : [{ name: 'COPILOT_PROVIDER_MAX_PROMPT_TOKENS', value: String(promptTokens) }]),
    ...(outputTokens === undefined
      ? []
      : [{ name: 'COPILOT_PROVIDER_MAX_OUTPUT_TOKENS', value: String(outputTokens) }]),
  ];
}
