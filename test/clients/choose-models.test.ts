import { describe, expect, it } from 'vitest';
import {
  chooseClaudeModels,
  chooseCodexModel,
  chooseSmallModel,
  listUsable,
} from '../../src/clients/choose-models.ts';
import type { ClientFacts } from '../../src/clients/setup.ts';
import { createFacts, createModels } from './facts.ts';

function toClaudeIds(facts: ClientFacts): Record<string, string> {
  const chosen = Object.entries(chooseClaudeModels(facts));
  return Object.fromEntries(chosen.flatMap(([role, model]) => (model ? [[role, model.id]] : [])));
}

describe('the models that Claude Code gets', () => {
  it('are the newest of each family, and no variant of one', () => {
    expect(toClaudeIds(createFacts())).toEqual({
      main: 'claude-sonnet-5',
      opus: 'claude-opus-4.8',
      sonnet: 'claude-sonnet-5',
      haiku: 'claude-haiku-4.5',
    });
  });

  it('count 4.10 as newer than 4.9', () => {
    const models = createModels('claude-opus-4.9', 'claude-opus-4.10', 'claude-opus-4.10-fast');
    expect(toClaudeIds(createFacts({ models }))).toMatchObject({ opus: 'claude-opus-4.10' });
  });

  it('are a variant if there is no plain one', () => {
    const models = createModels('claude-sonnet-5', 'claude-opus-4.8-fast');
    expect(toClaudeIds(createFacts({ models }))).toMatchObject({ opus: 'claude-opus-4.8-fast' });
  });

  it('stand in for one another, and a small GPT for Haiku', () => {
    const models = createModels('gpt-5-mini', 'gpt-5.5', 'claude-opus-4.8');
    expect(toClaudeIds(createFacts({ models }))).toEqual({
      main: 'claude-opus-4.8',
      opus: 'claude-opus-4.8',
      sonnet: 'claude-opus-4.8',
      haiku: 'gpt-5-mini',
    });
  });

  it('are the default model if the account has no Claude', () => {
    expect(toClaudeIds(createFacts({ models: createModels('gpt-5.5') }))).toEqual({
      main: 'gpt-5.5',
      opus: 'gpt-5.5',
      sonnet: 'gpt-5.5',
      haiku: 'gpt-5.5',
    });
  });

  it("begin with the person's choice, not with the one that the service suggests", () => {
    expect(toClaudeIds(createFacts({ modelOrigin: 'flag' }, 'gpt-5.5'))).toMatchObject({ main: 'gpt-5.5' });
    expect(toClaudeIds(createFacts({ modelOrigin: 'service' }, 'gpt-5.5'))).toMatchObject({
      main: 'claude-sonnet-5',
    });
  });
});

describe('the model that Codex gets', () => {
  it.each([
    ['the newest GPT', createFacts(), 'gpt-5.5'],
    ['the one that the person chose', createFacts({ modelOrigin: 'setting' }), 'claude-sonnet-5'],
    [
      'the default, where there is no GPT',
      createFacts({ models: createModels('claude-sonnet-5') }),
      'claude-sonnet-5',
    ],
    ['a large one rather than a small default', createFacts({}, 'gpt-5-mini'), 'gpt-5.5'],
  ])('is %s', (_, facts, id) => {
    expect(chooseCodexModel(facts).id).toBe(id);
  });
});

describe("the models in a client's list", () => {
  it('are those that chat and are listed', () => {
    const ids = listUsable(createFacts()).map(({ id }) => id);
    expect(ids).toContain('gpt-5.5');
    expect(ids).not.toContain('gpt-hidden');
    expect(ids).not.toContain('text-embedding-3-small');
  });

  it('have the default model among them, listed or not', () => {
    expect(listUsable(createFacts({}, 'gpt-hidden')).map(({ id }) => id)).toContain('gpt-hidden');
  });

  it('are none that is switched off', () => {
    const models = createModels('claude-haiku-4.5', 'gpt-5.5').map((model) =>
      model.id === 'claude-haiku-4.5' ? { ...model, policy: 'disabled' as const } : model,
    );
    expect(chooseSmallModel(createFacts({ models }, 'gpt-5.5')).id).toBe('gpt-5.5');
  });
});
