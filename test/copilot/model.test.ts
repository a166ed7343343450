import { describe, expect, it } from 'vitest';
import { createUnlistedModel, findWindow, type Model, parseModels } from '../../src/copilot/model.ts';

const sonnet = {
  billing: { is_premium: true, multiplier: 1, restricted_to: ['pro', 'business'] },
  capabilities: {
    family: 'claude-sonnet-4.6',
    limits: {
      max_context_window_tokens: 1_000_000,
      max_non_streaming_output_tokens: 16_000,
      max_output_tokens: 64_000,
      max_prompt_tokens: 936_000,
      vision: {
        max_prompt_image_size: 3_145_728,
        max_prompt_images: 5,
        supported_media_types: ['image/jpeg', 'image/png', 'application/pdf'],
      },
    },
    object: 'model_capabilities',
    supports: {
      adaptive_thinking: true,
      max_thinking_budget: 32_000,
      min_thinking_budget: 1024,
      parallel_tool_calls: true,
      reasoning_effort: ['low', 'medium', 'high', 'max'],
      streaming: true,
      structured_outputs: true,
      tool_calls: true,
      vision: true,
    },
    tokenizer: 'o200k_base',
    type: 'chat',
  },
  id: 'claude-sonnet-4.6',
  is_chat_default: false,
  is_chat_fallback: true,
  model_picker_category: 'versatile',
  model_picker_enabled: true,
  name: 'Claude Sonnet 4.6',
  object: 'model',
  policy: { state: 'enabled', terms: 'Enable access to …' },
  preview: true,
  supported_endpoints: ['/v1/messages', '/chat/completions'],
  vendor: 'Anthropic',
  version: 'claude-sonnet-4.6',
};

function parseOne(entry: object): Model {
  const { models, unreadable } = parseModels([entry]);
  expect(unreadable).toBe(0);
  const [model] = models;
  if (!model) throw new Error('the entry was not read');
  return model;
}

describe('an entry of the catalogue', () => {
  it('is read in full', () => {
    expect(parseOne(sonnet)).toEqual({
      id: 'claude-sonnet-4.6',
      name: 'Claude Sonnet 4.6',
      vendor: 'Anthropic',
      family: 'claude-sonnet-4.6',
      tokenizer: 'o200k_base',
      version: 'claude-sonnet-4.6',
      kind: 'chat',
      endpoints: ['/v1/messages', '/chat/completions'],
      endpointsAssumed: false,
      contextTokens: 1_000_000,
      promptTokens: 936_000,
      outputTokens: 64_000,
      abilities: ['streaming', 'tools', 'parallel-tools', 'structured-output', 'vision', 'reasoning'],
      efforts: ['low', 'medium', 'high', 'max'],
      thinking: { adaptive: true, minBudget: 1024, maxBudget: 32_000 },
      imageTypes: ['image/jpeg', 'image/png', 'application/pdf'],
      maxImages: 5,
      maxImageBytes: 3_145_728,
      price: undefined,
      multiplier: 1,
      policy: 'enabled',
      preview: true,
      listed: true,
      serviceDefault: false,
      serviceFallback: true,
      requestHeaders: undefined,
    });
  });

  const bare: Model = {
    id: 'x',
    name: 'x',
    vendor: undefined,
    family: undefined,
    tokenizer: undefined,
    version: undefined,
    kind: 'chat',
    endpoints: ['/chat/completions'],
    endpointsAssumed: true,
    contextTokens: undefined,
    promptTokens: undefined,
    outputTokens: undefined,
    abilities: [],
    efforts: [],
    thinking: { adaptive: false, minBudget: undefined, maxBudget: undefined },
    imageTypes: [],
    maxImages: undefined,
    maxImageBytes: undefined,
    price: undefined,
    multiplier: undefined,
    policy: undefined,
    preview: false,
    listed: false,
    serviceDefault: false,
    serviceFallback: false,
    requestHeaders: undefined,
  };

  it.each<[what: string, entry: object]>([
    ['nothing but an id', { id: 'x' }],
    [
      'empty objects',
      { id: 'x', capabilities: {}, billing: {}, policy: {}, request_headers: {}, supported_endpoints: [] },
    ],
    ['empty capabilities', { id: 'x', capabilities: { limits: {}, supports: {} } }],
    [
      'values of other types than expected',
      {
        id: 'x',
        name: 7,
        vendor: null,
        version: ['1'],
        capabilities: { limits: 'none', supports: [], family: 0 },
        billing: 'free',
        policy: 'enabled',
        preview: 'yes',
        model_picker_enabled: 1,
        supported_endpoints: '/responses',
        request_headers: ['a'],
      },
    ],
    [
      'null for whatever is optional',
      {
        id: 'x',
        name: null,
        capabilities: { type: null, limits: null, supports: null },
        billing: null,
        policy: null,
        supported_endpoints: null,
        is_chat_default: null,
        request_headers: null,
      },
    ],
    ['a policy in a state of the future', { id: 'x', policy: { state: 'pending' } }],
    [
      'fields of the future',
      { id: 'x', new_field: { deep: [1] }, capabilities: { supports: { telepathy: true } } },
    ],
  ])('with %s is a model that answers as every model does', (_, entry) => {
    expect(parseOne(entry)).toEqual(bare);
  });

  it('for embeddings has no chat endpoint', () => {
    const entry = {
      id: 'text-embedding-3-small',
      capabilities: { type: 'embeddings', limits: { max_inputs: 512 }, supports: { dimensions: true } },
      model_picker_enabled: false,
    };
    expect(parseOne(entry)).toMatchObject({
      kind: 'embeddings',
      endpoints: [],
      endpointsAssumed: false,
      abilities: ['embeddings'],
      listed: false,
    });
  });

  it.each([
    ['completion', 'completion'],
    ['telepathy', 'other'],
  ])('of the type %s is of the kind %s', (type, kind) => {
    expect(parseOne({ id: 'x', capabilities: { type } })).toMatchObject({ kind, endpoints: [] });
  });

  it.each(['enabled', 'disabled', 'unconfigured'] as const)('keeps the policy %s', (state) => {
    expect(parseOne({ id: 'x', policy: { state } }).policy).toBe(state);
  });

  it.each<[what: string, supports: object]>([
    ['efforts', { reasoning_effort: ['low'] }],
    ['adaptive thinking', { adaptive_thinking: true }],
    ['thinking', { thinking: true }],
    ['a budget for thinking', { max_thinking_budget: 32_000 }],
  ])('with %s can reason', (_, supports) => {
    expect(parseOne({ id: 'x', capabilities: { supports } }).abilities).toEqual(['reasoning']);
  });

  it('has the headers that its requests must carry, in lower case', () => {
    const request_headers = { 'X-Model-Route': 'blue', 'x-number': 5 };
    expect(parseOne({ id: 'x', request_headers }).requestHeaders).toEqual({ 'x-model-route': 'blue' });
  });

  it('has a price where the account is billed by tokens', () => {
    const token_prices = { batch_size: 1_000_000, default: { input_price: 500, output_price: 2500 } };
    expect(parseOne({ id: 'x', billing: { token_prices } }).price).toMatchObject({
      input: 500,
      output: 2500,
    });
  });

  it('may have numbers written as text', () => {
    const entry = {
      id: 'x',
      capabilities: { limits: { max_output_tokens: '64000' } },
      billing: { multiplier: '0.33' },
    };
    expect(parseOne(entry)).toMatchObject({ outputTokens: 64_000, multiplier: 0.33 });
  });
});

describe('the entries of a catalogue', () => {
  it('that cannot be read are counted, and the rest is kept in its order', () => {
    const entries = [
      { id: 'b' },
      null,
      'x',
      7,
      [],
      {},
      { id: '' },
      { id: 5 },
      { name: 'no id' },
      { id: 'a' },
    ];
    const { models, unreadable } = parseModels(entries);
    expect(models.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(unreadable).toBe(8);
  });

  it.each([[undefined], [null], [{}], ['x'], [[]]])('are none in %j', (entries) => {
    expect(parseModels(entries)).toEqual({ models: [], unreadable: 0 });
  });
});

describe('a model that is not in the catalogue', () => {
  it('is one that answers as every model does', () => {
    expect(createUnlistedModel('new-model')).toMatchObject({
      id: 'new-model',
      kind: 'chat',
      endpoints: ['/chat/completions'],
      endpointsAssumed: true,
    });
  });

  it('has a name', () => {
    expect(() => createUnlistedModel('')).toThrow(expect.objectContaining({ code: 'model' }));
  });
});

it.each([
  [400_000, 272_000, 272_000],
  [200_000, undefined, 200_000],
  [undefined, 128_000, 128_000],
  [undefined, undefined, undefined],
])('a model of %s tokens, %s of them for the prompt, takes in %s', (contextTokens, promptTokens, window) => {
  expect(findWindow({ ...createUnlistedModel('model'), contextTokens, promptTokens })).toBe(window);
});
