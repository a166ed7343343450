import { chooseSmallModel } from './choose-models.ts';
import { type ClientFacts, type ClientSetup, toKey, toOpenaiUrl, type Variable } from './setup.ts';

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
      'Aider warns that it does not know the prices of these models; --no-show-model-warnings keeps it quiet.',
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
