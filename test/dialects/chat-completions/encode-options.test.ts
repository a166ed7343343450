import { describe, expect, it } from 'vitest';
import type { ChatRequest, ToolDefinition } from '../../../src/dialects/chat-request.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';
import { able, encode, unknown } from './models.ts';

const tool: ToolDefinition = {
  name: 'read',
  parameters: { type: 'object', properties: { p: { type: 'string' } } },
};
const wireTool = { type: 'function', function: { name: 'read', parameters: tool.parameters } };
const thinking: ModelTraits = {
  ...able,
  id: 'thinking',
  efforts: ['low', 'high'],
  maxThinkingBudget: undefined,
};
const schema = { type: 'object', properties: {} };

/** All of the body that is not the same in every one. */
function writeFields(
  request: Partial<ChatRequest>,
  traits = able,
): { fields: Record<string, unknown>; notices: string[] } {
  const { body, notices } = encode(request, traits);
  const { model: _, messages: __, stream: ___, ...fields } = body;
  return { fields, notices };
}

describe('a body', () => {
  it('holds nothing that a model may refuse where nothing is asked for', () => {
    expect(encode()).toEqual({
      body: { model: 'able', messages: [{ role: 'user', content: 'Hello' }], stream: true },
      headers: {},
      notices: [],
      toolNames: new Map(),
      isMended: false,
    });
  });

  it.each<[what: string, request: Partial<ChatRequest>, fields: Record<string, unknown>]>([
    ['tools', { tools: [tool] }, { tools: [wireTool] }],
    [
      'all of a tool',
      { tools: [{ ...tool, description: 'Reads.', strict: true }] },
      {
        tools: [
          { type: 'function', function: { ...wireTool.function, description: 'Reads.', strict: true } },
        ],
      },
    ],
    [
      'repaired schemas',
      { tools: [{ name: 'list', parameters: { $schema: 'x', properties: { names: { type: 'array' } } } }] },
      {
        tools: [
          {
            type: 'function',
            function: {
              name: 'list',
              parameters: { type: 'object', properties: { names: { type: 'array', items: {} } } },
            },
          },
        ],
      },
    ],
    [
      'required tools',
      { tools: [tool], toolChoice: 'required' },
      { tools: [wireTool], tool_choice: 'required' },
    ],
    [
      'one tool by its name',
      { tools: [tool], toolChoice: { name: 'read' } },
      { tools: [wireTool], tool_choice: { type: 'function', function: { name: 'read' } } },
    ],
    [
      'one call at a time',
      { tools: [tool], parallelToolCalls: false },
      { tools: [wireTool], parallel_tool_calls: false },
    ],
    ['the limits of the reply', { maxOutputTokens: 1, stop: ['END'] }, { max_tokens: 1, stop: ['END'] }],
    ['no stop words where the list is empty', { stop: [] }, {}],
    ['a JSON reply', { responseFormat: { type: 'json' } }, { response_format: { type: 'json_object' } }],
    ['no format for plain text', { responseFormat: { type: 'text' } }, {}],
    [
      'the schema of the reply',
      { responseFormat: { type: 'json-schema', name: 'a', schema, strict: true, description: 'A.' } },
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'a', schema, strict: true, description: 'A.' },
        },
      },
    ],
    [
      'sampling',
      { sampling: { temperature: 0, topP: 0.5, frequencyPenalty: 1, presencePenalty: -1, seed: 7 } },
      { temperature: 0, top_p: 0.5, frequency_penalty: 1, presence_penalty: -1, seed: 7 },
    ],
    ['the user', { user: 'u' }, { user: 'u' }],
    ['a thinking budget', { reasoning: { budget: 2000 } }, { thinking_budget: 2000 }],
    [
      'fields of its own dialect that Copilot takes',
      {
        extras: {
          dialect: 'chat-completions',
          fields: { snippy: { enabled: false }, intent: true, prediction: { type: 'content', content: 'x' } },
        },
      },
      { snippy: { enabled: false }, intent: true, prediction: { type: 'content', content: 'x' } },
    ],
  ])('holds %s', (_, request, fields) => {
    expect(writeFields(request)).toEqual({ fields, notices: [] });
  });

  it('holds the effort where the model lists it', () => {
    expect(writeFields({ reasoning: { effort: 'high', summary: 'auto' } }, thinking)).toEqual({
      fields: { reasoning_effort: 'high' },
      notices: [],
    });
  });
});

describe('what a model cannot take', () => {
  it.each<[what: string, traits: ModelTraits, request: Partial<ChatRequest>, fields: object, notice: RegExp]>(
    [
      [
        'sampling',
        thinking,
        { sampling: { temperature: 0, seed: 1 } },
        {},
        /thinking samples by itself: temperature, seed/,
      ],
      ['top-k', able, { sampling: { topK: 5, temperature: 1 } }, { temperature: 1 }, /Top-k/],
      ['metadata', able, { metadata: { a: 'b' } }, {}, /Metadata/],
      [
        'unknown fields of its own dialect',
        able,
        {
          extras: { dialect: 'chat-completions', fields: { store: true, logprobs: true, verbosity: 'low' } },
        },
        {},
        /Left out.*: store, logprobs, verbosity\./,
      ],
      [
        'fields of another dialect',
        able,
        { extras: { dialect: 'responses', fields: { logprobs: true, truncation: 'auto' } } },
        {},
        /Left out.*: logprobs, truncation\./,
      ],
    ],
  )('is left out or changed with a notice: %s', (_, traits, request, fields, notice) => {
    const encoded = writeFields(request, traits);
    expect(encoded.fields).toEqual(fields);
    expect(encoded.notices).toEqual([expect.stringMatching(notice)]);
  });

  it('is not told where nothing is lost', () => {
    expect(writeFields({ tools: [tool], parallelToolCalls: false }, unknown).notices).toEqual([]);
    expect(writeFields({ maxOutputTokens: 99_999 }, unknown)).toEqual({
      fields: { max_tokens: 99_999 },
      notices: [],
    });
  });
});
