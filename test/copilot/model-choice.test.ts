import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../src/copilot/catalogue.ts';
import { parseModels } from '../../src/copilot/model.ts';
import { checkAnswers, chooseModel, findModel, isAnswering } from '../../src/copilot/model-choice.ts';
import { hintSaying } from '../helpers/hint-matcher.ts';

const toCatalogue = (entries: object[]): Catalogue => ({
  ...parseModels(entries),
  origin: 'account',
  fetchedAt: 0,
});

const chat = (id: string, fields: object = {}): object => ({
  id,
  supported_endpoints: ['/chat/completions'],
  capabilities: { type: 'chat' },
  ...fields,
});
const shown = { model_picker_enabled: true };
const isDefault = { is_chat_default: true };
const isFallback = { is_chat_fallback: true };
/** An endpoint that this program will never talk to. */
const foreign = { supported_endpoints: ['/v9/dreams'] };
const switchedOff = { policy: { state: 'disabled', terms: '…' } };
const notSwitchedOn = { policy: { state: 'unconfigured', terms: '…' } };

describe('the model that is chosen where nobody named one', () => {
  it.each<[what: string, entries: object[], id: string]>([
    ["the service's default", [chat('a', shown), chat('b', isFallback), chat('c', isDefault)], 'c'],
    [
      "the service's default, although it is hidden",
      [chat('a', shown), chat('b', { ...isDefault, model_picker_enabled: false })],
      'b',
    ],
    [
      "the service's fallback where its default cannot be talked to",
      [chat('a', shown), chat('b', isFallback), chat('c', { ...isDefault, ...foreign })],
      'b',
    ],
    [
      "the service's fallback where its default is switched off",
      [chat('a', isFallback), chat('b', { ...isDefault, ...switchedOff })],
      'a',
    ],
    [
      'the first that is listed where the service suggests none',
      [chat('a'), chat('b', shown), chat('c', shown)],
      'b',
    ],
    [
      'the first that is listed where no suggestion can answer',
      [
        chat('a', { ...isDefault, ...foreign }),
        chat('b', { ...isFallback, ...notSwitchedOn }),
        chat('c'),
        chat('d', shown),
      ],
      'd',
    ],
    ['the first of all where the service lists none', [chat('a', foreign), chat('b'), chat('c')], 'b'],
    [
      'none for embeddings',
      [{ id: 'a', capabilities: { type: 'embeddings' }, ...isDefault }, chat('b')],
      'b',
    ],
  ])('is %s', (_, entries, id) => {
    expect(chooseModel(toCatalogue(entries)).id).toBe(id);
  });

  it.each<[what: string, entries: object[]]>([
    ['has no models', []],
    [
      'has models that cannot answer',
      [chat('a', foreign), chat('b', switchedOff), { id: 'c', capabilities: { type: 'embeddings' } }],
    ],
  ])('is none where the account %s', (_, entries) => {
    expect(() => chooseModel(toCatalogue(entries))).toThrow(
      expect.objectContaining({ code: 'model', hint: hintSaying(/settings\/copilot/) }),
    );
  });
});

describe('a model', () => {
  it.each<[what: string, entry: object]>([
    ['is switched on', chat('a', { policy: { state: 'enabled' } })],
    ['has no policy', chat('a')],
    ['does not say where it answers', { id: 'a' }],
    [
      'answers on several endpoints',
      chat('a', { supported_endpoints: ['/v1/messages', '/chat/completions'] }),
    ],
    ['is hidden', chat('a', { model_picker_enabled: false })],
    ['is a preview', chat('a', { preview: true })],
  ])('answers where it %s', (_, entry) => {
    const [model] = toCatalogue([entry]).models;
    if (!model) throw new Error('the entry was not read');
    expect(isAnswering(model)).toBe(true);
    expect(() => checkAnswers(model)).not.toThrow();
  });

  it.each<[what: string, entry: object, code: string, words: RegExp]>([
    [
      'is one for embeddings',
      { id: 'a', capabilities: { type: 'embeddings' } },
      'model',
      /a does not chat.*embeddings/,
    ],
    ['is one for completions', { id: 'a', capabilities: { type: 'completion' } }, 'model', /a does not chat/],
    ['is switched off', chat('a', switchedOff), 'forbidden', /a is switched off/],
    ['is not switched on yet', chat('a', notSwitchedOn), 'forbidden', /a is not switched on yet/],
    ['answers elsewhere only', chat('a', foreign), 'model', /a answers on \/v9\/dreams only/],
    [
      'is switched off, and answers elsewhere only',
      chat('a', { ...foreign, ...switchedOff }),
      'forbidden',
      /switched off/,
    ],
  ])('does not answer where it %s', (_, entry, code, words) => {
    const [model] = toCatalogue([entry]).models;
    if (!model) throw new Error('the entry was not read');
    expect(isAnswering(model)).toBe(false);
    expect(() => checkAnswers(model)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(words), hint: hintSaying(/./) }),
    );
  });
});

describe('the model of a name', () => {
  const catalogue = toCatalogue([
    chat('claude-sonnet-4.6', foreign),
    chat('claude-sonnet-4.5'),
    chat('gpt-5-mini'),
    chat('gpt-5.4', switchedOff),
  ]);

  it.each([
    ['gpt-5-mini', 'gpt-5-mini'],
    ['openai/GPT-5-4', 'gpt-5.4'],
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4.5'],
  ])('%s is found, able to answer or not: %s', (name, id) => {
    expect(findModel(name, catalogue).id).toBe(id);
  });

  it('is an error with three names where there is none', () => {
    expect(() => findModel('claude-sonnet-4.9', catalogue)).toThrow(
      expect.objectContaining({
        code: 'model',
        details: { model: 'claude-sonnet-4.9', nearest: expect.arrayContaining(['claude-sonnet-4.5']) },
      }),
    );
  });
});
