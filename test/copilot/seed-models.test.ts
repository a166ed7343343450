import { expect, it } from 'vitest';
import { parseModels } from '../../src/copilot/model.ts';
import { isAnswering } from '../../src/copilot/model-choice.ts';
import { listSeedEntries } from '../../src/copilot/seed-models.ts';

const { models, unreadable } = parseModels(listSeedEntries());
const ids = models.map(({ id }) => id);

it('holds entries that can all be read, each under an id of its own, in order', () => {
  expect(unreadable).toBe(0);
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(ids.length).toBeGreaterThan(5);
});

it.each(models)('says of $id what it is called, who makes it and what it takes', (model) => {
  expect(model).toMatchObject({
    name: expect.not.stringMatching(model.id),
    vendor: expect.stringMatching(/\w/),
    kind: 'chat',
    listed: true,
    policy: undefined,
    price: undefined,
    abilities: ['streaming', 'tools'],
  });
  expect(model.contextTokens).toBeGreaterThanOrEqual(model.outputTokens ?? Number.NaN);
  for (const endpoint of model.endpoints)
    expect(['/chat/completions', '/responses', '/v1/messages']).toContain(endpoint);
});

it.each([
  ['claude-haiku-4.5', ['/chat/completions', '/v1/messages']],
  ['gemini-3.1-pro-preview', ['/chat/completions']],
  ['gpt-5-mini', ['/chat/completions', '/responses']],
  ['gpt-5.3-codex', ['/responses']],
])('knows where %s answers', (id, endpoints) => {
  expect(models.find((model) => model.id === id)?.endpoints.toSorted()).toEqual(endpoints);
});

it('has models that this program can ask', () => {
  expect(models.filter(isAnswering).length).toBeGreaterThan(0);
});
