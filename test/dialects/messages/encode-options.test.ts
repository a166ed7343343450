import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../src/dialects/chat-request.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';
import { encode, haiku, opus, read, sonnet, unknown } from './models.ts';

type Case = [
  name: string,
  traits: ModelTraits,
  request: Partial<ChatRequest>,
  fields: object,
  notices: string[],
];

/** What a request adds to the body of one that asks for nothing but an answer. */
function writeOptions(request: Partial<ChatRequest>, traits: ModelTraits) {
  const { body, notices } = encode(request, traits);
  const { model: _, messages: __, stream, ...fields } = body;
  expect(stream).toBe(true);
  if (request.maxOutputTokens !== undefined) return { fields, notices };
  const { max_tokens: ___, ...others } = fields;
  return { fields: others, notices };
}

function checkCases(cases: Case[]): void {
  test.each(cases)('%s', (_, traits, request, fields, expected) => {
    const encoded = writeOptions(request, traits);
    expect(encoded.fields).toEqual(fields);
    expect(encoded.notices).toEqual(expected.map((text) => expect.stringContaining(text)));
  });
}

describe('the length of the reply', () => {
  test('is the most that the model gives, or 8192 where that is not known', () => {
    expect(encode({}, sonnet).body.max_tokens).toBe(64_000);
    expect(encode({}, unknown).body.max_tokens).toBe(8192);
  });

  checkCases([
    ['as asked', sonnet, { maxOutputTokens: 5 }, { max_tokens: 5 }, []],
    ['without a known limit', unknown, { maxOutputTokens: 70_000 }, { max_tokens: 70_000 }, []],
    ['whole tokens', sonnet, { maxOutputTokens: 5.9 }, { max_tokens: 5 }, []],
    ['at least one token', sonnet, { maxOutputTokens: 0.5 }, { max_tokens: 1 }, []],
  ]);
});

describe('sampling', () => {
  checkCases([
    ['a temperature', sonnet, { sampling: { temperature: 0.1 } }, { temperature: 0.1 }, []],
    ['top-p and top-k', sonnet, { sampling: { topP: 0.5, topK: 4 } }, { top_p: 0.5, top_k: 4 }, []],
    ['both', sonnet, { sampling: { temperature: 0, topP: 0.5 } }, { temperature: 0 }, ['top-p is left out']],
    ['both, one at rest', sonnet, { sampling: { temperature: 0, topP: 1 } }, { temperature: 0 }, []],
    ['too hot', sonnet, { sampling: { temperature: 1.5 } }, { temperature: 1 }, ['temperature is 1']],
    [
      'what Claude does not know',
      sonnet,
      { sampling: { frequencyPenalty: 1, presencePenalty: 1, seed: 3 } },
      {},
      ['frequency penalty, presence penalty, seed'],
    ],
    [
      'while it thinks',
      sonnet,
      { sampling: { temperature: 0, topP: 0.9, topK: 4 }, reasoning: {} },
      { thinking: { type: 'adaptive' } },
      ['temperature, top-p, top-k'],
    ],
    [
      'at rest while it thinks',
      sonnet,
      { sampling: { temperature: 1 }, reasoning: {} },
      { thinking: { type: 'adaptive' } },
      [],
    ],
    ['on models that think by themselves only', opus, { sampling: { temperature: 0 } }, {}, ['temperature']],
  ]);
});

describe('tools', () => {
  const schema = { type: 'object', properties: {} };
  const tool = { name: 'read', input_schema: schema };

  checkCases([
    [
      'a schema is made whole',
      sonnet,
      { tools: [{ name: 'read', parameters: { $schema: 'x' } }] },
      { tools: [tool] },
      [],
    ],
    [
      'all fields',
      sonnet,
      { tools: [{ ...read, description: 'Reads', strict: true, cache: { ttl: '1h' } }] },
      {
        tools: [
          { ...tool, description: 'Reads', strict: true, cache_control: { type: 'ephemeral', ttl: '1h' } },
        ],
      },
      [],
    ],
    [
      'strict without structured output',
      haiku,
      { tools: [{ ...read, strict: true }] },
      { tools: [tool] },
      ['Strict tools'],
    ],
    ['strict turned off', haiku, { tools: [{ ...read, strict: false }] }, { tools: [tool] }, []],
    ['none', sonnet, { tools: [] }, {}, []],
    ['a choice without tools', sonnet, { toolChoice: 'auto', parallelToolCalls: false }, {}, []],
    ['a forced choice without tools', sonnet, { toolChoice: 'required' }, {}, ['there are no tools']],
  ]);

  test.each<[Partial<ChatRequest>, unknown]>([
    [{}, undefined],
    [{ toolChoice: 'auto' }, { type: 'auto' }],
    [{ toolChoice: 'none' }, { type: 'none' }],
    [{ toolChoice: 'required' }, { type: 'any' }],
    [{ toolChoice: { name: 'read' } }, { type: 'tool', name: 'read' }],
    [{ parallelToolCalls: true }, undefined],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [
      { parallelToolCalls: false, toolChoice: 'required' },
      { type: 'any', disable_parallel_tool_use: true },
    ],
    [{ parallelToolCalls: false, toolChoice: 'none' }, { type: 'none' }],
  ])('the choice %j is %j', (request, choice) => {
    expect(encode({ tools: [read], ...request }).body.tool_choice).toEqual(choice);
  });
});

describe('other options', () => {
  const schema = { type: 'object', properties: {}, additionalProperties: false };
  const format = { type: 'json-schema', name: 'city', schema, strict: true } as const;

  checkCases([
    ['stop sequences', sonnet, { stop: ['END', '\n'] }, { stop_sequences: ['END'] }, ['white space']],
    ['no stop sequences', sonnet, { stop: [] }, {}, []],
    ['the user', sonnet, { user: 'me' }, { metadata: { user_id: 'me' } }, []],
    ['other metadata', sonnet, { metadata: { a: 'b' } }, {}, ['Metadata is left out']],
    [
      'a schema for the reply, beside an effort',
      sonnet,
      { responseFormat: format, reasoning: { effort: 'low' } },
      {
        thinking: { type: 'adaptive' },
        output_config: { effort: 'low', format: { type: 'json_schema', schema } },
      },
      [],
    ],
    ['JSON without a schema', sonnet, { responseFormat: { type: 'json' } }, {}, ['JSON is left out']],
    ['plain text', sonnet, { responseFormat: { type: 'text' } }, {}, []],
    [
      'fields that Copilot takes, and others',
      sonnet,
      { extras: { dialect: 'messages', fields: { service_tier: 'auto', inference_geo: 'us', model: 'x' } } },
      { service_tier: 'auto' },
      ['inference_geo, model'],
    ],
    [
      'fields of another dialect',
      sonnet,
      { extras: { dialect: 'responses', fields: { speed: 'fast' } } },
      {},
      ['does not take it here: speed'],
    ],
  ]);

  test('context management goes with its beta, and clears no thinking where there is none', () => {
    const clearing = { type: 'clear_thinking_20251015', keep: 'all' };
    const edits = [clearing, { type: 'clear_tool_uses_20250919' }];
    const extras = { dialect: 'messages', fields: { context_management: { edits } } } as const;
    const thinking = encode({ extras, reasoning: {} });
    expect(thinking.body).toMatchObject({ context_management: { edits } });
    expect(thinking.headers).toEqual({ 'anthropic-beta': 'context-management-2025-06-27' });
    expect(encode({ extras }).body).toMatchObject({ context_management: { edits: edits.slice(1) } });
  });
});
