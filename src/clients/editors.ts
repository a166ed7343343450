import { findWindow, type Model } from '../copilot/model.ts';
import type { JsonObject } from '../json-value.ts';
import { listUsable } from './choose-models.ts';
import {
  type Client,
  type ClientFacts,
  type Edit,
  providerId,
  providerName,
  toKey,
  toOpenaiUrl,
} from './setup.ts';

export const continueDev: Client = {
  describe(facts) {
    return {
      client: 'continue',
      title: 'Continue',
      variables: [],
      files: [
        {
          place: { variable: 'CONTINUE_GLOBAL_DIR', home: '.continue', file: 'config.yaml' },
          format: 'yaml',
          edits: [
            ...Object.entries(continueHead).map(
              ([name, value]): Edit => ({ kind: 'set', path: [name], value, isDefault: true }),
            ),
            { kind: 'list', path: ['models'], name: 'name', items: listContinueModels(facts) },
          ],
          holdsKey: facts.apiKey !== undefined,
        },
      ],
      steps: [],
      notes: ['Choose the model below the prompt; the names of these models end with (copilot-cli).'],
    };
  },
  program: {
    commands: ['cn'],
    packages: ['@continuedev/cli'],
    prepare: (facts, folder) => ({
      variables: [],
      arguments: ['--config', `${folder}/config.yaml`],
      // JSON is YAML.
      files: [
        { name: 'config.yaml', text: JSON.stringify({ ...continueHead, models: listContinueModels(facts) }) },
      ],
    }),
  },
};

const continueHead = { name: 'Local Config', version: '1.0.0', schema: 'v1' };

function listContinueModels(facts: ClientFacts): JsonObject[] {
  const embedder = facts.models.find(({ kind }) => kind === 'embeddings');
  return [
    ...listUsable(facts).map((model) => toChatEntry(model, facts)),
    ...(embedder ? [toContinueEntry(embedder, facts, ['embed'])] : []),
  ];
}

function toContinueEntry({ id, name }: Model, facts: ClientFacts, roles: string[]): JsonObject {
  return {
    name: `${name} (${providerId})`,
    provider: 'openai',
    model: id,
    apiBase: toOpenaiUrl(facts),
    apiKey: toKey(facts),
    roles,
  };
}

function toChatEntry(model: Model, facts: ClientFacts): JsonObject {
  const { abilities } = model;
  const capabilities = [
    ...(abilities.includes('tools') ? ['tool_use'] : []),
    ...(abilities.includes('vision') ? ['image_input'] : []),
  ];
  const limits = toContinueLimits(model);
  return {
    ...toContinueEntry(model, facts, ['chat', 'edit', 'apply']),
    ...(capabilities.length > 0 ? { capabilities } : {}),
    ...(Object.keys(limits).length === 0 ? {} : { defaultCompletionOptions: limits }),
  };
}

/**
 * Continue counts the answer to its context, and compacts before both together reach it. Without `maxTokens` its command line keeps less free
 * for the answer when it compacts (64,000) than when it sends (35 %), and drops the last messages of a long conversation, the prompt among them.
 */
function toContinueLimits(model: Model): JsonObject {
  const { contextTokens, outputTokens } = model;
  const window = findWindow(model);
  if (window === undefined) return {};
  const whole = Math.min(window + (outputTokens ?? 0), contextTokens ?? Number.POSITIVE_INFINITY);
  if (outputTokens === undefined || whole - outputTokens < leastForPrompt) return { contextLength: window };
  return { contextLength: whole, maxTokens: outputTokens };
}

/** Continue refuses to start with less, in tokens: it keeps 15,000 of them free. */
const leastForPrompt = 16_000;

/** Zed and VS Code need numbers. At worst, small ones make a conversation shorter than it could be. */
const unknownWindow = 128_000;
const unknownOutput = 16_000;

export const zed: Client = {
  describe(facts) {
    const key = toKey(facts);
    return {
      client: 'zed',
      title: 'Zed',
      // Zed derives the name of the variable from the provider's name.
      variables: [{ name: 'COPILOT_CLI_API_KEY', value: key }],
      files: [
        {
          place: { windows: 'Zed', mac: '.config/zed', config: 'zed', file: 'settings.json' },
          format: 'json',
          edits: [
            {
              kind: 'set',
              path: ['language_models', 'openai_compatible', providerId],
              value: { api_url: toOpenaiUrl(facts), available_models: listUsable(facts).map(toZedEntry) },
            },
          ],
          holdsKey: false,
        },
      ],
      steps: [
        `If Zed is not started from a shell that has COPILOT_CLI_API_KEY: open the settings, AI, LLM Providers, ${providerId}, and enter the API key ${key}.`,
        `Choose a model of ${providerId} in the Agent Panel.`,
      ],
      notes: ['Zed keeps keys in the keychain of the system, not in settings.json.'],
    };
  },
};

function toZedEntry(model: Model): JsonObject {
  const { id, name, abilities, outputTokens } = model;
  return {
    name: id,
    display_name: name,
    max_tokens: findWindow(model) ?? unknownWindow,
    ...(outputTokens === undefined ? {} : { max_output_tokens: outputTokens }),
    capabilities: {
      tools: abilities.includes('tools'),
      images: abilities.includes('vision'),
      parallel_tool_calls: abilities.includes('parallel-tools'),
      prompt_cache_key: false,
    },
  };
}

export const cursor: Client = {
  describe(facts) {
    // Cursor may send a name that it knows to its own service. With this prefix it cannot, and the server accepts it.
    const names = listUsable(facts).map(({ id }) => `copilot-${id}`);
    return {
      client: 'cursor',
      title: 'Cursor',
      variables: [],
      files: [],
      steps: [
        `Make the server reachable at a public https URL, with a tunnel to ${facts.baseUrl}, and let it demand a key: Cursor's servers send the requests, and they cannot reach this machine.`,
        'In Cursor, open Cursor Settings (not the settings of the editor) and choose Models.',
        `Under API Keys, enter this as OpenAI API Key, and switch it on: ${toKey(facts)}`,
        'Switch on Override OpenAI Base URL, and enter the URL of the tunnel followed by /v1.',
        `With Add Custom Model, add the names you want: ${names.join(', ')}`,
        'Choose one of them in the chat.',
      ],
      notes: [
        'While the override is on, all OpenAI models of Cursor go to this server. Tab completion stays with Cursor.',
        ...(facts.apiKey === undefined
          ? [
              'The server does not demand a key now: whoever knows the URL of the tunnel could spend your quota.',
            ]
          : []),
      ],
    };
  },
};

/** GitHub Copilot's chat in VS Code, with models that are not its own. Source: its "Custom Endpoint" provider, in chatLanguageModels.json. */
export const vscode: Client = {
  describe(facts) {
    return {
      client: 'vscode',
      title: 'VS Code',
      variables: [],
      files: [
        {
          place: {
            windows: 'Code/User',
            mac: 'Library/Application Support/Code/User',
            config: 'Code/User',
            file: 'chatLanguageModels.json',
          },
          format: 'json',
          edits: [{ kind: 'list', path: [], name: 'name', items: [toVscodeGroup(facts)] }],
          holdsKey: facts.apiKey !== undefined,
        },
      ],
      steps: ['In the chat of VS Code, choose a model from the group GitHub Copilot (copilot-cli).'],
      notes: [
        'With your Copilot subscription, VS Code needs no server for these models; use it so to see and limit what it sends.',
        'If the models do not appear, restart VS Code. Agent mode shows only models that can call tools.',
      ],
    };
  },
};

function toVscodeGroup(facts: ClientFacts): JsonObject {
  return {
    name: providerName,
    vendor: 'customendpoint',
    apiKey: toKey(facts),
    models: listUsable(facts).map((model) => {
      const { id, name, abilities, outputTokens, efforts } = model;
      return {
        id,
        name,
        url: `${toOpenaiUrl(facts)}/chat/completions`,
        apiType: 'chat-completions',
        toolCalling: abilities.includes('tools'),
        vision: abilities.includes('vision'),
        maxInputTokens: findWindow(model) ?? unknownWindow,
        maxOutputTokens: outputTokens ?? unknownOutput,
        streaming: true,
        ...(efforts.length > 0 ? { supportsReasoningEffort: efforts } : {}),
      };
    }),
  };
}

export const jetbrains: Client = {
  describe(facts) {
    return {
      client: 'jetbrains',
      title: 'JetBrains AI Assistant',
      variables: [],
      files: [],
      steps: [
        'Open Settings, Tools, AI Assistant, Models (in newer versions: Providers & API keys).',
        `Under Third-party AI providers, choose OpenAI-compatible, and enter the URL ${toOpenaiUrl(facts)} and the API key ${toKey(facts)}.`,
        'Press Test Connection, then Apply.',
        'Choose models for Core features and Instant helpers, or one of them in the chat.',
      ],
      notes: ['Completion in the editor stays with JetBrains.'],
    };
  },
};
