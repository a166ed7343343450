import { expect, it } from 'vitest';
import type { ChatRequest, ReasoningOptions } from '../../../src/dialects/chat-request.ts';
import { fitReasoning } from '../../../src/dialects/fit/reasoning.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';
import { able, createFitting } from './fitting.ts';

const byEffort: Partial<ModelTraits> = { id: 'gpt', efforts: ['low', 'medium', 'high'] };
const byItself: Partial<ModelTraits> = {
  id: 'opus',
  efforts: ['low', 'medium', 'high', 'max'],
  adaptiveThinking: true,
  maxThinkingBudget: 32_000,
};
const byBudget: Partial<ModelTraits> = { id: 'haiku', minThinkingBudget: 1024, maxThinkingBudget: 32_000 };

type Case = [
  what: string,
  traits: Partial<ModelTraits>,
  reasoning: ReasoningOptions,
  fitted: ReasoningOptions | undefined,
  notices?: string[],
  fields?: Partial<ChatRequest>,
];

it.each<Case>([
  [
    'a listed effort stays',
    byEffort,
    { effort: 'high', summary: 'auto' },
    { effort: 'high', summary: 'auto' },
  ],
  [
    'a greater effort becomes the greatest listed one',
    byEffort,
    { effort: 'max' },
    { effort: 'high' },
    ['The effort max is sent as the effort high: gpt takes low, medium, high.'],
  ],
  [
    'of two that are as near, the greater is chosen',
    byItself,
    { effort: 'xhigh' },
    { effort: 'max' },
    ['The effort xhigh is sent as the effort max: opus takes low, medium, high, max.'],
  ],
  [
    'no effort becomes the least, where a model always thinks',
    byEffort,
    { effort: 'none' },
    { effort: 'low' },
    ['The effort none is sent as the effort low: gpt takes low, medium, high.'],
  ],
  [
    'no effort is no thinking, where a model thinks only when it is asked to',
    byItself,
    { effort: 'none' },
    undefined,
  ],
  ['no effort is no budget', byBudget, { effort: 'none' }, undefined],
  [
    'a word that nobody knows is left out',
    byEffort,
    { effort: 'turbo', summary: 'auto' },
    { summary: 'auto' },
    ['The effort turbo is left out: gpt takes low, medium, high.'],
  ],
  [
    'an effort is left out where there are none',
    {},
    { effort: 'high' },
    {},
    ['The effort high is left out: able takes none.'],
  ],
  [
    'a budget is left out where there is neither',
    {},
    { budget: 2000 },
    {},
    ['The thinking budget of 2000 tokens is left out: able takes none.'],
  ],
  [
    'a budget becomes an effort',
    byEffort,
    { budget: 16_000 },
    { effort: 'high' },
    ['The thinking budget of 16000 tokens is sent as the effort high: gpt takes low, medium, high.'],
  ],
  [
    'a budget becomes an effort where a model thinks by itself',
    byItself,
    { budget: 2000 },
    { effort: 'low' },
    ['The thinking budget of 2000 tokens is sent as the effort low: opus takes low, medium, high, max.'],
  ],
  ['an effort beside a budget wins', byItself, { budget: 2000, effort: 'max' }, { effort: 'max' }],
  ['a budget stays', byBudget, { budget: 5000 }, { budget: 5000 }],
  [
    'a small budget grows',
    byBudget,
    { budget: 10 },
    { budget: 1024 },
    ['The thinking budget is 1024 tokens: haiku takes 1024 to 32000 here.'],
  ],
  [
    'a large budget shrinks',
    byBudget,
    { budget: 99_999 },
    { budget: 32_000 },
    ['The thinking budget is 32000 tokens: haiku takes 1024 to 32000 here.'],
  ],
  [
    'a budget leaves room for the answer',
    byBudget,
    { budget: 5000 },
    { budget: 4999 },
    ['The thinking budget is 4999 tokens: haiku takes 1024 to 4999 here.'],
    { maxOutputTokens: 5000 },
  ],
  [
    'a reply that has no room for a budget has none',
    byBudget,
    { budget: 5000 },
    {},
    ['Thinking is left out: it needs 1024 tokens of the 1024 of the reply.'],
    { maxOutputTokens: 1024 },
  ],
  ['an effort becomes a share of the budget', byBudget, { effort: 'high' }, { budget: 16_000 }],
  ['the least effort becomes the least budget', byBudget, { effort: 'minimal' }, { budget: 1024 }],
  ['thinking without a measure is a quarter of the budget', byBudget, {}, { budget: 8000 }],
  [
    'an effort stays beside its budget where the model lists it',
    { ...byBudget, efforts: ['high'] },
    { effort: 'high' },
    { effort: 'high', budget: 16_000 },
  ],
])('%s', (_, traits, reasoning, fitted, notices = [], fields = {}) => {
  const fitting = createFitting({ ...traits });
  const request: ChatRequest = { model: able.id, messages: [], ...fields, reasoning };
  expect(fitReasoning(request, fitting).reasoning).toEqual(fitted);
  expect([...fitting.notices]).toEqual(notices);
});
