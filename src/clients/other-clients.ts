import { findWindow, type Model } from '../copilot/model.ts';
import type { JsonObject } from '../json-value.ts';
import { listUsable } from './choose-models.ts';
import {
  type ClientFacts,
  type ClientSetup,
  providerId,
  toKey,
  toOpenaiUrl,
  type Variable,
} from './setup.ts';

export function describeContinue(facts: ClientFacts): ClientSetup {
  const embedder = facts.models.find(({ kind }) => kind === 'embeddings');
  return {
    client: 'continue',
    title: 'Continue',
    variables: [],
    files: [
      {
        place: { variable: 'CONTINUE_GLOBAL_DIR', home: '.continue', file: 'config.yaml' },
        format: 'yaml',
        edits: [
          { kind: 'set', path: ['name'], value: 'Local Config', isDefault: true },
          { kind: 'set', path: ['version'], value: '1.0.0', isDefault: true },
          { kind: 'set', path: ['schema'], value: 'v1', isDefault: true },
          {
            kind: 'list',
            path: ['models'],
            name: 'name',
            items: [
              ...listUsable(facts).map((model) => toChatEntry(model, facts)),
              ...(embedder ? [toContinueEntry(embedder, facts, ['embed'])] : []),
            ],
          },
        ],
        holdsKey: facts.apiKey !== undefined,
      },
    ],
    steps: [],
    notes: ['Choose the model below the prompt; the names of these models end with (copilot-cli).'],
  };
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
  const window = findWindow(model);
  return {
    ...toContinueEntry(model, facts, ['chat', 'edit', 'apply']),
    ...(capabilities.length > 0 ? { capabilities } : {}),
    ...(window === undefined ? {} : { defaultCompletionOptions: { contextLength: window } }),
  };
}

/** Zed needs a number. At worst, a small one makes a thread shorter than it could be. */
const unknownWindow = 128_000;

export function describeZed(facts: ClientFacts): ClientSetup {
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
}

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

export function describeCursor(facts: ClientFacts): ClientSetup {
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
}

export function describeOpenWebui(facts: ClientFacts): ClientSetup {
  const url = toOpenaiUrl(facts);
  return {
    client: 'openwebui',
    title: 'Open WebUI',
    variables: listOpenWebuiVariables(facts),
    files: [],
    steps: [
      'In Open WebUI, open Admin Panel, Settings, Connections.',
      'Switch on OpenAI API, and press + (Add Connection) beside Manage OpenAI API Connections.',
      `Enter the URL ${url} and the key ${toKey(facts)}, and save. The models appear by themselves.`,
    ],
    notes: [
      'Open WebUI reads the variables at its first start only; later, the settings in the Admin Panel apply.',
      `From a container, ${new URL(facts.baseUrl).hostname} is the container itself: run it with --network=host, or name the host (host.docker.internal with Docker Desktop).`,
    ],
  };
}

export function listOpenWebuiVariables(facts: ClientFacts): Variable[] {
  return [
    { name: 'OPENAI_API_BASE_URL', value: toOpenaiUrl(facts) },
    { name: 'OPENAI_API_KEY', value: toKey(facts) },
  ];
}

const folder = 'io.datasette.llm';

export function describeLlm(facts: ClientFacts): ClientSetup {
  const { apiKey, defaultModel } = facts;
  return {
    client: 'llm',
    title: 'llm',
    variables: [],
    files: [
      {
        place: {
          variable: 'LLM_USER_PATH',
          windows: folder,
          mac: `Library/Application Support/${folder}`,
          config: folder,
          file: 'extra-openai-models.yaml',
        },
        format: 'yaml',
        edits: [
          {
            kind: 'list',
            path: [],
            name: 'model_id',
            items: listUsable(facts).map((model) => toLlmEntry(model, facts)),
          },
        ],
        holdsKey: false,
      },
    ],
    steps: [
      ...(apiKey === undefined ? [] : [`Run: llm keys set ${providerId} --value ${apiKey}`]),
      `For a default model, run: llm models default ${toModelId(defaultModel)}`,
    ],
    notes: [`Try it: llm -m ${toModelId(defaultModel)} 'Say hello'`],
  };
}

/** Our name comes first, because llm has models of the same names. */
function toModelId({ id }: Model): string {
  return `${providerId}/${id}`;
}

function toLlmEntry(model: Model, facts: ClientFacts): JsonObject {
  const { id, abilities } = model;
  return {
    model_id: toModelId(model),
    model_name: id,
    api_base: toOpenaiUrl(facts),
    // Without this field llm sends a made-up key.
    ...(facts.apiKey === undefined ? {} : { api_key_name: providerId }),
    ...(abilities.includes('vision') ? { vision: true } : {}),
    ...(abilities.includes('reasoning') ? { reasoning: true } : {}),
    ...(abilities.includes('tools') ? { supports_tools: true } : {}),
    ...(abilities.includes('structured-output') ? { supports_schema: true } : {}),
  };
}
