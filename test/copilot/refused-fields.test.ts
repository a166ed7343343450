import { describe, expect, it } from 'vitest';
import {
  createRefusalMemory,
  findRefusals,
  type Refusal,
  withoutRefused,
} from '../../src/copilot/refused-fields.ts';
import { UpstreamError } from '../../src/errors.ts';

const body = {
  model: 'm',
  messages: [
    {
      role: 'user',
      content: [{ type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } }],
      name: 'ann',
    },
  ],
  max_tokens: 100,
  temperature: 0.1,
  stop: ['END'],
  seed: 7,
  reasoning: { summary: 'auto' },
  text: { verbosity: 'low' },
  context_management: {},
  tools: [
    { name: 'a', eager_input_streaming: true, input_examples: [], defer_loading: true },
    { name: 'b', defer_loading: true },
  ],
};

const refuse = (message: string, param?: string) =>
  new UpstreamError('upstream', 'Copilot refused the request', {
    said: message,
    details: { status: 400, param },
  });
const find = (message: string, param?: string, endpoint = '/chat/completions') =>
  findRefusals(refuse(message, param), body, endpoint);

describe('a refusal names', () => {
  it.each<[words: string, expected: Refusal[], param?: string]>([
    ["Unsupported parameter: 'seed' is not supported with this model.", [{ path: 'seed' }]],
    [
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      [{ path: 'max_tokens', name: 'max_completion_tokens' }],
    ],
    [
      "Unsupported value: 'temperature' does not support 0.1 with this model. Only the default (1) value is supported.",
      [{ path: 'temperature' }],
    ],
    // Three sentences that the field reports do not name.
    [
      "Unsupported value: 'low' is not supported with the 'gpt-5-codex' model. Supported values are: 'medium'.",
      [{ path: 'text.verbosity' }],
      'text.verbosity',
    ],
    ["Unknown parameter: 'reasoning.summary'.", [{ path: 'reasoning.summary' }]],
    ['Unrecognized request argument supplied: seed', [{ path: 'seed' }]],
    [
      'Unrecognized request arguments supplied: seed, context_management',
      [{ path: 'seed' }, { path: 'context_management' }],
    ],
    [
      'Invalid JSON payload received. Unknown name "seed" at \'generation_config\': Cannot find field.',
      [{ path: 'seed' }],
    ],
    ["property 'seed' is unsupported", [{ path: 'seed' }]],
    ['`seed` is not supported with this model', [{ path: 'seed' }]],
    ['context_management: Extra inputs are not permitted', [{ path: 'context_management' }]],
    [
      'context_management: Extra inputs are not permitted, tools.0.custom.defer_loading: Extra inputs are not permitted',
      [{ path: 'context_management' }, { path: 'tools.0.custom.defer_loading' }],
    ],
    [
      "Unknown parameter: 'messages[0].content[0].cache_control'.",
      [{ path: 'messages.0.content.0.cache_control' }],
    ],
    ['messages.0.name: Extra inputs are not permitted', [{ path: 'messages.0.name' }]],
  ])('%s', (words, expected, param) => {
    expect(find(words, param)).toEqual(expected);
  });

  it('what models lack together, because it names only the first', () => {
    const lacked = "Unsupported parameter: 'stop' is not supported with this model.";
    expect(find(lacked)).toEqual([{ path: 'stop' }, { path: 'temperature' }]);
    expect(find('tools.0.custom.eager_input_streaming: Extra inputs are not permitted')).toEqual([
      { path: 'tools.0.custom.eager_input_streaming' },
      { path: 'tools.0.custom.input_examples' },
    ]);
  });

  it.each([
    ["Invalid value: 'web_search'. Supported values are: 'function', 'custom'.", 'tools[1].type'],
    ["Invalid value: 'image_generation'. Supported values are: 'function'.", 'tools.3.type'],
  ])('a hosted tool: %s', (words, param) => {
    expect(find(words, param)).toEqual([{ path: 'tools', type: /'(\w+)'/.exec(words)?.[1] }]);
  });
});

describe('a refusal is final', () => {
  it.each<[words: string, param?: string | undefined, endpoint?: string]>([
    ["Unsupported value: 'messages[0].role' does not support 'user' with this model."],
    ["Unsupported parameter: 'model' is not supported."],
    ["Unsupported parameter: 'tools[0].name' is not supported."],
    ['max_tokens: Extra inputs are not permitted', undefined, '/v1/messages'],
    ["Unsupported parameter: 'logit_bias' is not supported with this model."],
    ["The model 'm' is not supported.", 'model'],
    ['Function tools with reasoning_effort are not supported for gpt-5.4 in /v1/chat/completions.', 'seed'],
    ["Invalid value: 'telepathy'. Supported values are: 'low', 'high'.", 'reasoning.effort'],
    ['', 'seed'],
  ])('%s', (words, param, endpoint) => {
    expect(find(words, param, endpoint)).toEqual([]);
  });
});

describe('a body without what is refused', () => {
  it.each<[refusal: Refusal, lost: string[], expected: object]>([
    [{ path: 'context_management' }, ['context_management'], { ...body, context_management: undefined }],
    [
      { path: 'tools.0.custom.defer_loading' },
      ['tools.0.custom.defer_loading'],
      { ...body, tools: [{ name: 'a', eager_input_streaming: true, input_examples: [] }, { name: 'b' }] },
    ],
    [
      { path: 'messages.0.content.0.cache_control.ephemeral.type' },
      ['messages.0.content.0.cache_control.ephemeral.type'],
      {
        ...body,
        messages: [{ ...body.messages[0], content: [{ type: 'text', text: 'hi', cache_control: {} }] }],
      },
    ],
    [
      { path: 'max_tokens', name: 'max_completion_tokens' },
      [],
      { ...body, max_tokens: undefined, max_completion_tokens: 100 },
    ],
    [{ path: 'nowhere.at.all' }, [], body],
    [{ path: 'tools.0' }, [], body],
    [{ path: '' }, [], body],
    [{ path: 'tools', type: 'web_search' }, [], body],
  ])('%j', (refusal, lost, expected) => {
    const before = JSON.stringify(body);
    const kept = withoutRefused(body, [refusal]);
    expect(kept.lost).toEqual(lost);
    expect(kept.body).toEqual(expected);
    expect(JSON.stringify(body)).toBe(before);
  });

  it('goes without the tools of a type, and without a choice of them', () => {
    const search = { type: 'web_search' };
    const read = { type: 'function', name: 'read' };
    const refusals = [{ path: 'tools', type: 'web_search' }];
    const chosen = { tools: [search, read], tool_choice: search };
    expect(withoutRefused(chosen, refusals)).toEqual({ body: { tools: [read] }, lost: ['web_search'] });
    const lone = { input: 'hi', tools: [search], tool_choice: 'auto' };
    expect(withoutRefused(lone, refusals)).toEqual({ body: { input: 'hi' }, lost: ['web_search'] });
  });

  it('keeps a limit that already has the new name', () => {
    const both = { max_tokens: 1, max_completion_tokens: 2 };
    const { body: kept } = withoutRefused(both, [{ path: 'max_tokens', name: 'max_completion_tokens' }]);
    expect(kept).toEqual({ max_completion_tokens: 2 });
  });
});

it('a memory keeps refusals apart by model and endpoint, and forgets the oldest of too many', () => {
  const memory = createRefusalMemory();
  memory.learn('a', '/responses', [{ path: 'x' }]);
  expect(memory.list('a', '/responses')).toEqual([{ path: 'x' }]);
  expect([memory.list('b', '/responses'), memory.list('a', '/v1/messages')]).toEqual([[], []]);
  memory.learn(
    'a',
    '/responses',
    Array.from({ length: 60 }, (_, index) => ({ path: `f${index}` })),
  );
  expect(memory.list('a', '/responses')).toHaveLength(50);
  expect(memory.list('a', '/responses').at(-1)).toEqual({ path: 'f59' });
});
