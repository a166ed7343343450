import { expect, it } from 'vitest';
import type { ChatRequest } from '../../../src/dialects/chat-request.ts';
import { fitRequest } from '../../../src/dialects/fit/fit-request.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';
import { able } from './fitting.ts';

const request: ChatRequest = {
  model: 'able',
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
};
const format = { type: 'json-schema', name: 'n', schema: {} } as const;

it.each<
  [
    what: string,
    fields: Partial<ChatRequest>,
    traits: Partial<ModelTraits>,
    fitted: object,
    notices: string[],
  ]
>([
  ['a limit below that of the model stays', { maxOutputTokens: 64_000 }, {}, { maxOutputTokens: 64_000 }, []],
  [
    'a limit above that of the model is lowered',
    { maxOutputTokens: 64_001 },
    {},
    { maxOutputTokens: 64_000 },
    ['The reply has at most 64000 tokens, the most that able writes.'],
  ],
  [
    'a limit stays where that of the model is not known',
    { maxOutputTokens: 99_999 },
    { maxOutputTokens: undefined },
    { maxOutputTokens: 99_999 },
    [],
  ],
  ['a schema stays', { responseFormat: format }, {}, { responseFormat: format }, []],
  [
    'a schema is left out where the model follows none',
    { responseFormat: format },
    { structuredOutput: false },
    {},
    ['The schema of the reply is left out: able follows none.'],
  ],
  [
    'JSON without a schema stays',
    { responseFormat: { type: 'json' } },
    { structuredOutput: false },
    { responseFormat: { type: 'json' } },
    [],
  ],
])('%s', (_, fields, traits, fitted, notices) => {
  const outcome = fitRequest({ ...request, ...fields }, { ...able, ...traits });
  expect(outcome.request).toEqual({ ...request, ...fitted });
  expect([...outcome.notices]).toEqual(notices);
});
