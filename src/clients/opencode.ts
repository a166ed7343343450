import type { Model } from '../copilot/model.ts';
import type { JsonObject } from '../json-value.ts';
import { chooseSmallModel, listUsable } from './choose-models.ts';
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
    notes: ['An opencode.json in a project comes before this file.'],
  };
}

/** The same settings for one run, which come before every file's. */
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
  // It makes room by what goes in, of which some models take less than their window holds.
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
