import { describe, expect, it } from 'vitest';
import { parseModels } from '../../src/copilot/model.ts';
import {
  checkAnswers,
  chooseModel,
  createUnknownModelError,
  findModel,
  isAnswering,
} from '../../src/copilot/model-choice.ts';
import type { Catalogue } from '../../src/copilot/model-list.ts';
import { findModelId } from '../../src/copilot/model-spelling.ts';
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
      /a cannot chat.*embeddings/,
    ],
    ['is one for completions', { id: 'a', capabilities: { type: 'completion' } }, 'model', /a cannot chat/],
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

describe('a name with a slash', () => {
  const catalogue = {
    ...toCatalogue([
      chat('gpt-4o'),
      chat('gpt-5-mini', shown),
      chat('grok-4.6', shown),
      chat('claude-opus-5', shown),
    ]),
    endpoints: ['ollama'],
  };

  it.each([
    ['acme/gpt-4o', 'acme'],
    ['local/gpt-5-mini', 'local'],
    ['llama/ok', 'llama'],
    [' ACME/GPT-4o ', 'ACME'],
    ['acme/openai/gpt-4o', 'acme'],
    ['acme/copilot-gpt-4o', 'acme'],
    ['openai-eu/gpt-4o', 'openai-eu'],
    ['acme/', 'acme'],
    ['/gpt-4o', ''],
    ['ollama2/gpt-4o', 'ollama2'],
    ['fast', 'gone'],
  ])('%j never means a model of Copilot where there is no endpoint %s', (name, endpoint) => {
    const aliases = new Map([['fast', 'gone/gpt-4o']]);
    expect(() => findModel(name, { ...catalogue, aliases })).toThrow(
      expect.objectContaining({
        code: 'model',
        message: expect.stringMatching(
          new RegExp(endpoint === '' ? '^there is no model /gpt-4o$' : `^there is no endpoint ${endpoint},`),
        ),
        hint: hintSaying(/copilot-cli models/),
      }),
    );
  });

  it('that names no endpoint says how to add it', () => {
    expect(() => findModel('Acme/gpt-4o', catalogue)).toThrow(
      expect.objectContaining({ hint: hintSaying(/copilot-cli endpoints add acme --url URL/) }),
    );
  });

  it.each(['openai/mini', 'anthropic/opus', 'xai/grok', 'ollama/gpt-4o', 'github/acme/gpt-4o', 'google/'])(
    '%s has no part of a name after a vendor, and no model of another service',
    (name) => {
      expect(() => findModel(name, catalogue)).toThrow(
        expect.objectContaining({ code: 'model', message: expect.stringMatching(/^there is no model/) }),
      );
    },
  );

  it.each([
    ['openai/gpt-5-mini-2025-08-07', 'gpt-5-mini'],
    ['github-copilot/gpt-4o', 'gpt-4o'],
    ['copilot-cli/claude-opus-5', 'claude-opus-5'],
    ['OpenRouter/x-ai/Grok-4-6', 'grok-4.6'],
  ])('%s means %s by its vendor', (name, id) => {
    expect(findModel(name, catalogue).id).toBe(id);
  });
});

describe('a part of the name of a model', () => {
  const catalogue = toCatalogue([
    chat('claude-sonnet-4.6', shown),
    chat('claude-opus-4.6', shown),
    chat('claude-opus-5', shown),
    chat('claude-haiku-4.5', shown),
    chat('claude-haiku-9', { ...shown, ...switchedOff }),
    chat('claude-fable-5', { ...shown, ...switchedOff }),
    chat('gemini-3.7-flash', { ...shown, ...foreign }),
    // No part of a word is a part of the name.
    chat('gemini-3.7-pro', shown),
    chat('gpt-5-mini', shown),
    chat('gpt-5.4', shown),
    chat('gpt-4o-mini'),
    chat('gpt-4.1'),
    chat('kimi-k2.7-code', shown),
    { id: 'text-embedding-3-small', capabilities: { type: 'embeddings' } },
  ]);

  it.each([
    ['haiku', 'claude-haiku-4.5'],
    ['SONNET', 'claude-sonnet-4.6'],
    ['opus 5', 'claude-opus-5'],
    ['5 opus', 'claude-opus-5'],
    ['opus-4-6', 'claude-opus-4.6'],
    ['copilot-kimi', 'kimi-k2.7-code'],
    ['sonnet[1m]', 'claude-sonnet-4.6'],
    ['claude-haiku-latest', 'claude-haiku-4.5'],
    ['5.4', 'gpt-5.4'],
    // A listed model comes before a hidden one.
    ['mini', 'gpt-5-mini'],
    ['-mini', 'gpt-5-mini'],
    ['k2.7', 'kimi-k2.7-code'],
    ['3.7-pro', 'gemini-3.7-pro'],
    ['4o', 'gpt-4o-mini'],
    ['4.1', 'gpt-4.1'],
  ])('%s means the only usable model that has it: %s', (name, id) => {
    expect(findModel(name, catalogue).id).toBe(id);
  });

  it.each([
    ['opus', ['claude-opus-4.6', 'claude-opus-5']],
    ['gpt', ['gpt-5-mini', 'gpt-5.4']],
    ['gpt-5', ['gpt-5-mini', 'gpt-5.4']],
    ['gpt-4', ['gpt-4o-mini', 'gpt-4.1']],
    ['claude opus', ['claude-opus-4.6', 'claude-opus-5']],
  ])('%s is refused with the names of all that have it', (name, candidates) => {
    expect(() => findModel(name, catalogue)).toThrow(
      expect.objectContaining({
        code: 'model',
        message: `"${name}" is a part of ${candidates.length} models: ${candidates.join(', ')}`,
        details: { model: name, candidates },
      }),
    );
  });

  it.each([
    ['fable', 'forbidden', /claude-fable-5 is switched off/],
    ['flash', 'model', /gemini-3\.7-flash answers on/],
  ])('%s never means a model that cannot be used', (name, code, words) => {
    expect(() => findModel(name, catalogue)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(words) }),
    );
  });

  it.each([
    'embedding',
    'claude-sonnet-4',
    'claude-sonnet-4-5-20251101',
    'claude-sonnet-4.60',
    'kimi-k2',
    '6-opus',
    'sonnet-latest-20250929',
    '-',
    '',
  ])('%j means none: numbers are whole, and embeddings do not chat', (name) => {
    expect(() => findModel(name, catalogue)).toThrow(
      expect.objectContaining({ code: 'model', message: expect.stringMatching(/^there is no model/) }),
    );
  });
});

/** Every id of a catalogue, with what people and programs call it. */
const spellings: Record<string, string[]> = {
  'claude-sonnet-4.6': [
    'claude-sonnet-4.6',
    'claude-sonnet-4-6',
    'Claude-Sonnet-4.6',
    'CLAUDE-SONNET-4-6',
    ' claude-sonnet-4.6 ',
    'anthropic/claude-sonnet-4.6',
    'anthropic/claude-sonnet-4-6',
    'Anthropic/Claude-Sonnet-4.6',
    'copilot/claude-sonnet-4.6',
    'copilot-claude-sonnet-4.6',
    'copilot-claude-sonnet-4-6',
    'github-copilot/claude-sonnet-4.6',
    'github_copilot/claude-sonnet-4-6',
    'openrouter/anthropic/claude-sonnet-4.6',
    'claude-sonnet-4-6-20260217',
    'claude-sonnet-4.6-20260217',
    'claude-sonnet-4.6-2026-02-17',
    'claude-sonnet-4-6-latest',
    'claude-sonnet-4.6-latest',
    'claude-sonnet-4-6@20260217',
    'claude-sonnet-4-6@default',
    'claude-sonnet-4.6[1m]',
    'claude-sonnet-4-6[1m]',
    'claude-sonnet-4-6[1M]',
    'claude-sonnet-4-6-20260217[1m]',
    'anthropic/claude-sonnet-4-6-20260217[1m]',
    'anthropic/claude-sonnet-4-6@20260217',
    'copilot-claude-sonnet-4-6-20260217',
    'claude-4.6-sonnet',
    'claude-4-6-sonnet',
    'claude-4-6-sonnet-20260217',
    'claude-4-6-sonnet-latest',
  ],
  'claude-sonnet-5': [
    'claude-sonnet-5',
    'Claude-Sonnet-5',
    'anthropic/claude-sonnet-5',
    'claude-sonnet-5-20260801',
    'claude-sonnet-5-latest',
    'claude-sonnet-5@20260801',
    'claude-sonnet-5[1m]',
    'copilot-claude-sonnet-5',
    'claude-5-sonnet',
    'claude-5-sonnet-20260801',
  ],
  'claude-haiku-4.5': [
    'claude-haiku-4.5',
    'claude-haiku-4-5',
    'claude-haiku-4-5-20251001',
    'claude-haiku-4-5@20251001',
    'claude-haiku-4-5-latest',
    'anthropic/claude-haiku-4-5-20251001',
    'CLAUDE-HAIKU-4.5',
    'claude-4-5-haiku',
    'claude-4.5-haiku-20251001',
  ],
  'claude-opus-4.6': ['claude-opus-4.6', 'claude-opus-4-6', 'claude-opus-4-6-20260205', 'claude-4-6-opus'],
  'claude-opus-4.8': [
    'claude-opus-4.8',
    'claude-opus-4-8',
    'claude-opus-4-8[1m]',
    'anthropic/claude-opus-4.8',
  ],
  'claude-opus-5': ['claude-opus-5', 'claude-opus-5-latest', 'Claude-Opus-5', 'claude-5-opus'],
  'claude-3.7-sonnet': [
    'claude-3.7-sonnet',
    'claude-3-7-sonnet',
    'claude-3-7-sonnet-20250219',
    'claude-3-7-sonnet-latest',
    'claude-3-7-sonnet@20250219',
    'anthropic/claude-3.7-sonnet',
  ],
  'gemini-3.1-pro-preview': [
    'gemini-3.1-pro-preview',
    'gemini-3-1-pro-preview',
    'google/gemini-3.1-pro-preview',
    'models/gemini-3.1-pro-preview',
    'Gemini-3.1-Pro-Preview',
  ],
  'gemini-3.7-flash': [
    'gemini-3.7-flash',
    'gemini-3-7-flash',
    'google/gemini-3.7-flash',
    'GEMINI-3.7-FLASH',
    'gemini-3.7-flash-latest',
    'copilot-gemini-3.7-flash',
  ],
  'gpt-5-mini': [
    'gpt-5-mini',
    'GPT-5-mini',
    'openai/gpt-5-mini',
    'azure/gpt-5-mini',
    'gpt-5-mini-2025-08-07',
    'gpt-5-mini-latest',
    'copilot-gpt-5-mini',
    'copilot/gpt-5-mini',
  ],
  'gpt-5.3-codex': [
    'gpt-5.3-codex',
    'gpt-5-3-codex',
    'GPT-5.3-Codex',
    'openai/gpt-5.3-codex',
    'gpt-5.3-codex-20260205',
  ],
  'gpt-5.4': [
    'gpt-5.4',
    'gpt-5-4',
    'GPT-5.4',
    'openai/gpt-5.4',
    'openai/gpt-5-4',
    'gpt-5.4-2026-03-05',
    'gpt-5-4-2026-03-05',
    'gpt-5.4-latest',
    'copilot-gpt-5.4',
  ],
  'gpt-5.4-mini': ['gpt-5.4-mini', 'gpt-5-4-mini', 'GPT-5.4-Mini', 'openai/gpt-5.4-mini-2026-03-17'],
  'gpt-5.6-luna': ['gpt-5.6-luna', 'gpt-5-6-luna', 'GPT-5.6-Luna', 'openai/gpt-5.6-luna'],
  'gpt-4o': ['gpt-4o', 'GPT-4o', 'openai/gpt-4o', 'gpt-4o-latest', 'gpt-4o-2024-08-06', 'copilot-gpt-4o'],
  'gpt-4o-2024-11-20': ['gpt-4o-2024-11-20', 'GPT-4o-2024-11-20', 'openai/gpt-4o-2024-11-20'],
  'gpt-4o-mini': ['gpt-4o-mini', 'gpt-4o-mini-2024-07-18', 'openai/gpt-4o-mini'],
  'gpt-4.1': ['gpt-4.1', 'gpt-4-1', 'gpt-4.1-2025-04-14', 'openai/gpt-4.1'],
  'gpt-4-0613': ['gpt-4-0613', 'GPT-4-0613', 'openai/gpt-4-0613'],
  'gpt-3.5-turbo': ['gpt-3.5-turbo', 'gpt-3-5-turbo', 'openai/gpt-3.5-turbo'],
  'grok-4.6': ['grok-4.6', 'grok-4-6', 'Grok-4.6', 'xai/grok-4.6', 'x-ai/grok-4-6', 'grok-4.6-latest'],
  'kimi-k2.7-code': ['kimi-k2.7-code', 'kimi-k2-7-code', 'moonshotai/kimi-k2.7-code'],
  'mai-code-1-flash-picker': ['mai-code-1-flash-picker', 'microsoft/mai-code-1-flash-picker'],
  'text-embedding-3-small': ['text-embedding-3-small', 'openai/text-embedding-3-small'],
  'acme/Blue/llama-4': ['acme/Blue/llama-4', 'ACME/blue/llama-4'],
};
const ids = Object.keys(spellings);
const table = Object.entries(spellings).flatMap(([id, names]) => names.map((name) => [name, id] as const));

describe('the name of a model', () => {
  it.each(table)('%j means %s', (name, id) => {
    expect(findModelId(name, ids)).toBe(id);
    expect(findModelId(name, [...ids].reverse())).toBe(id);
  });

  it.each([
    '',
    ' ',
    '-',
    '[1m]',
    '@default',
    '-latest',
    'anthropic/',
    'copilot-',
    'claude',
    'sonnet',
    'claude-sonnet',
    'claude-sonnet-4',
    'claude-sonnet-4-20250514',
    'claude-sonnet-46',
    'claude-sonnet-4.60',
    'claude-sonnet-4.7',
    'claude-sonnet-6',
    'claude-opus-4.7',
    'claude-6-sonnet',
    'gpt',
    'gpt-5',
    'gpt-54',
    'gpt-5.45',
    'gpt-5.9',
    'gpt-4',
    'gpt-4o-large',
    'chatgpt-4o',
    'gemini-3.1-pro',
    'grok',
    'toString',
    'claude-sonnet-4.6 gpt-5.4',
  ])('%j means none', (name) => {
    expect(findModelId(name, ids)).toBeUndefined();
  });

  it.each<[name: string, ids: string[]]>([
    ['Claude-Sonnet-4.5', ['claude-sonnet-4.5', 'claude-sonnet-4-5']],
    ['claude-sonnet-4-5-20250929', ['claude-sonnet-4.5', 'claude-sonnet-4-5']],
    ['Gpt-5', ['gpt-5', 'GPT-5']],
    ['openai/gpt-5', ['gpt-5', 'GPT-5']],
  ])('%j means none where it can mean two: %j', (name, twins) => {
    expect(findModelId(name, twins)).toBeUndefined();
  });

  it.each(['claude-sonnet-4.5', 'claude-sonnet-4-5'])('%j means itself, whatever else is like it', (name) => {
    expect(findModelId(name, ['claude-sonnet-4-5', 'claude-sonnet-4.5'])).toBe(name);
  });

  it.each<[id: string]>([
    ['claude-haiku-3.5'],
    ['claude-3.5-haiku'],
    ['claude-3-5-haiku'],
    ['claude-haiku-3-5'],
  ])('that Anthropic began with the version means %s', (id) => {
    for (const name of [
      'claude-3-5-haiku',
      'claude-3-5-haiku-20241022',
      'anthropic/claude-3.5-haiku@20241022',
    ])
      expect(findModelId(name, [id, 'claude-haiku-4.5']), name).toBe(id);
  });

  it('means none in an empty catalogue', () => {
    expect(findModelId('gpt-5.4', [])).toBeUndefined();
  });
});

describe('the error for an unknown name', () => {
  it('names the three nearest', () => {
    const error = createUnknownModelError('claude-sonet-4.6', ids);
    expect(error).toMatchObject({
      code: 'model',
      exitCode: 6,
      hint: hintSaying(/copilot-cli models/),
    });
    expect(error.details).toEqual({ model: 'claude-sonet-4.6', nearest: expect.any(Array) });
    const nearest = error.details.nearest as string[];
    expect(nearest).toHaveLength(3);
    expect(nearest[0]).toBe('claude-sonnet-4.6');
    expect(ids).toEqual(expect.arrayContaining(nearest));
    for (const id of nearest) expect(error.message).toContain(id);
    expect(error.message).toContain('there is no model claude-sonet-4.6');
  });

  it.each([
    ['gpt-9', ['gpt-5.4', 'gpt-5.3', 'gpt-5-mini']],
    ['gpt-4.7', ['gpt-4o', 'gpt-4.1', 'gpt-5.4']],
    ['claude-sonnet-9', ['claude-sonnet-5', 'claude-sonnet-4.6', 'claude-opus-5']],
    ['claude-opsu', ['claude-opus-5', 'claude-sonnet-5', 'claude-sonnet-4.6']],
  ])('names higher versions before equally near ones: %s', (name, nearest) => {
    const catalogue = toCatalogue(
      [
        'gpt-4.1',
        'gpt-4o',
        'gpt-5-mini',
        'gpt-5.3',
        'gpt-5.4',
        'claude-opus-5',
        'claude-sonnet-4.6',
        'claude-sonnet-5',
      ].map((id) => chat(id, shown)),
    );
    expect(() => findModel(name, catalogue)).toThrow(
      expect.objectContaining({ details: { model: name, nearest } }),
    );
  });

  it('names as many as there are', () => {
    expect(createUnknownModelError('gpt-9', ['gpt-5.4', 'o3']).details.nearest).toEqual(['gpt-5.4']);
  });

  it.each(['x', 'free', 'tiny-1', 'gemma'])('names none that is not like it: %s', (name) => {
    const error = createUnknownModelError(name, [...ids, 'trajectory-compaction']);
    expect(error.details.nearest).toEqual([]);
    expect(error.message).toBe(`there is no model ${name}`);
  });

  it('is a whole sentence where there are none', () => {
    const { message, details } = createUnknownModelError('x', []);
    expect(details.nearest).toEqual([]);
    expect(message).toMatch(/there is no model x/);
    expect(message).not.toMatch(/(?:are|is|:|;)\s*$/);
  });
});
