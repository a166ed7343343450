import { chooseCodexModel } from './choose-models.ts';
import {
  type ClientFacts,
  type ClientSetup,
  providerId,
  providerName,
  toKey,
  toOpenaiUrl,
  type Variable,
} from './setup.ts';

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

/** The same settings for one run, which come before the file's. */
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
