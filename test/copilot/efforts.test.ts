import { describe, expect, it } from 'vitest';
import { checkChosenEffort, listEfforts, takesEffort } from '../../src/copilot/efforts.ts';
import { parseModels } from '../../src/copilot/model.ts';

function createModel(supports: Record<string, unknown>) {
  const [model] = parseModels([{ id: 'm', capabilities: { type: 'chat', supports } }]).models;
  if (!model) throw new Error('no model');
  return model;
}

const gpt = createModel({ reasoning_effort: ['low', 'high'] });
const adaptive = createModel({
  adaptive_thinking: true,
  reasoning_effort: ['low', 'max'],
  max_thinking_budget: 32_000,
});
const budget = createModel({ min_thinking_budget: 1024, max_thinking_budget: 32_000 });
const both = createModel({ max_thinking_budget: 8000, reasoning_effort: ['high'] });
const plain = createModel({});

describe('the efforts that a person can choose', () => {
  it.each([
    ['a model with words', gpt, ['low', 'high']],
    ['a model that thinks adaptively', adaptive, ['none', 'low', 'max']],
    ['a model with a budget', budget, ['none', 'low 3200', 'medium 8000', 'high 16000', 'max 32000']],
    ['a model with words and a budget', both, ['none', 'high 4000']],
    ['a model without thinking', plain, []],
  ])('of %s', (_, model, expected) => {
    const shown = listEfforts(model).map((one) => [one.effort, one.budget].filter(Boolean).join(' '));
    expect(shown).toEqual(expected);
  });

  it.each([
    [budget, '1024', true],
    [budget, '1023', false],
    [budget, '32001', false],
    [budget, 'high', true],
    [adaptive, '8000', false],
    [adaptive, 'none', true],
    [gpt, 'none', false],
    [plain, 'low', false],
  ])('are what the model takes: %#', (model, effort, isTaken) => {
    expect(takesEffort(model, effort)).toBe(isTaken);
  });

  it('are named when another is asked for', () => {
    expect(() => checkChosenEffort(budget, '7')).toThrow(
      expect.objectContaining({
        code: 'usage',
        hint: 'It takes: none, low, medium, high, max, or 1024 to 32000 tokens',
      }),
    );
    expect(() => checkChosenEffort(plain, 'low')).toThrow(expect.objectContaining({ code: 'model' }));
  });
});
