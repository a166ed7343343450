import type { Model } from '../copilot/model.ts';
import { findWindow } from '../copilot/window.ts';
import type { JsonObject } from '../json-value.ts';
import { listUsable } from './choose-models.ts';
import { type ClientFacts, type ClientSetup, providerId, toKey, toOpenaiUrl } from './setup.ts';

/** Zed wants a number, and a small one at worst makes a thread shorter than it could be. */
const unknownWindow = 128_000;

export function describeZed(facts: ClientFacts): ClientSetup {
  const key = toKey(facts);
  return {
    client: 'zed',
    title: 'Zed',
    // Zed derives the name from the provider's.
    variables: [{ name: 'COPILOT_CLI_API_KEY', value: key }],
    files: [
      {
        place: { windows: 'Zed', mac: '.config/zed', config: 'zed', file: 'settings.json' },
        format: 'json',
        edits: [
          {
            kind: 'set',
            path: ['language_models', 'openai_compatible', providerId],
            value: { api_url: toOpenaiUrl(facts), available_models: listUsable(facts).map(toEntry) },
          },
        ],
        holdsKey: false,
      },
    ],
    steps: [
      `Where Zed is not started from a shell that has COPILOT_CLI_API_KEY: open the settings, AI, LLM Providers, ${providerId}, and enter the API key ${key}.`,
      `Choose a model of ${providerId} in the Agent Panel.`,
    ],
    notes: ['Zed keeps keys in the keychain of the system, not in settings.json.'],
  };
}

function toEntry(model: Model): JsonObject {
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
