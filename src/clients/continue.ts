import type { Model } from '../copilot/model.ts';
import { findWindow } from '../copilot/window.ts';
import type { JsonObject } from '../json-value.ts';
import { listUsable } from './choose-models.ts';
import { type ClientFacts, type ClientSetup, providerId, toKey, toOpenaiUrl } from './setup.ts';

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
              ...(embedder ? [toEntry(embedder, facts, ['embed'])] : []),
            ],
          },
        ],
        holdsKey: facts.apiKey !== undefined,
      },
    ],
    steps: [],
    notes: ['Choose the model below the prompt; each of these has (copilot-cli) behind its name.'],
  };
}

function toEntry({ id, name }: Model, facts: ClientFacts, roles: string[]): JsonObject {
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
    ...toEntry(model, facts, ['chat', 'edit', 'apply']),
    ...(capabilities.length > 0 ? { capabilities } : {}),
    ...(window === undefined ? {} : { defaultCompletionOptions: { contextLength: window } }),
  };
}
