import { describe, expect, it } from 'vitest';
import { type ChatRequest, createTextMessage } from '../../../src/dialects/chat-request.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import { type Fields, plainTraits, traits } from './streams.ts';

const request: ChatRequest = { model: 'gpt-5.4-mini', messages: [createTextMessage('user', 'Hi')] };
const tool = { name: 'read', parameters: { type: 'object', properties: {} } };
const parameters = { type: 'object', properties: {} };

const encode = (fields: Partial<ChatRequest>, model = traits) =>
  responses.writeRequest({ ...request, ...fields }, model);

describe('the body', () => {
  it('asks for a stream, for no storage and for thinking that can be replayed', () => {
    expect(encode({})).toEqual({
      body: {
        model: 'gpt-5.4-mini',
        input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
        include: ['reasoning.encrypted_content'],
        store: false,
        stream: true,
      },
      headers: {},
      notices: [],
      toolNames: new Map(),
      isMended: false,
    });
  });

  it.each<[what: string, fields: Partial<ChatRequest>, expected: Fields]>([
    [
      'a tool, flat and not strict',
      { tools: [tool] },
      { tools: [{ type: 'function', name: 'read', parameters, strict: false }] },
    ],
    [
      'a strict tool with its description',
      { tools: [{ ...tool, description: 'd', strict: true }] },
      { tools: [{ type: 'function', name: 'read', description: 'd', parameters, strict: true }] },
    ],
    [
      'a schema that is mended',
      { tools: [{ ...tool, parameters: { $schema: 'x', properties: { a: { type: 'array' } } } }] },
      {
        tools: [
          {
            type: 'function',
            name: 'read',
            strict: false,
            parameters: { type: 'object', properties: { a: { type: 'array', items: {} } } },
          },
        ],
      },
    ],
    ['no empty list of tools', { tools: [] }, {}],
    [
      'a choice',
      { tools: [tool], toolChoice: 'required' },
      { tools: [expect.anything()], tool_choice: 'required' },
    ],
    [
      'a choice by name',
      { tools: [tool], toolChoice: { name: 'read' } },
      { tools: [expect.anything()], tool_choice: { type: 'function', name: 'read' } },
    ],
    [
      'one call at a time',
      { tools: [tool], parallelToolCalls: false },
      { tools: [expect.anything()], parallel_tool_calls: false },
    ],
    [
      'effort and summary',
      { reasoning: { effort: 'low', summary: 'detailed' } },
      { reasoning: { effort: 'low', summary: 'detailed' } },
    ],
    ['text', { responseFormat: { type: 'text' } }, { text: { format: { type: 'text' } } }],
    ['JSON', { responseFormat: { type: 'json' } }, { text: { format: { type: 'json_object' } } }],
    [
      'a schema for the reply',
      { responseFormat: { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true } },
      { text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } } },
    ],
    ['a limit', { maxOutputTokens: 16 }, { max_output_tokens: 16 }],
    ['user and metadata', { user: 'u', metadata: { a: 'b' } }, { user: 'u', metadata: { a: 'b' } }],
    [
      'fields of its own',
      {
        extras: {
          dialect: 'responses',
          fields: { truncation: 'auto', text: { verbosity: 'low' }, include: ['x'] },
        },
        responseFormat: { type: 'json' },
      },
      {
        truncation: 'auto',
        text: { verbosity: 'low', format: { type: 'json_object' } },
        include: ['reasoning.encrypted_content', 'x'],
      },
    ],
    [
      'tools that the service runs, and a choice of one',
      {
        tools: [tool],
        extras: {
          dialect: 'responses',
          fields: { tools: [{ type: 'web_search' }], tool_choice: { type: 'web_search' } },
        },
      },
      { tools: [expect.anything(), { type: 'web_search' }], tool_choice: { type: 'web_search' } },
    ],
  ])('has %s', (_, fields, expected) => {
    const { body, notices } = encode(fields);
    expect(body).toEqual({ ...encode({}).body, ...expected });
    expect(notices).toEqual([]);
  });

  it('has sampling for a model that does not think', () => {
    const { body, notices } = encode({ sampling: { temperature: 0, topP: 0.5 } }, plainTraits);
    expect(body).toMatchObject({ temperature: 0, top_p: 0.5 });
    expect(notices).toEqual([]);
  });

  it('has no sampling for a model that takes a single effort', () => {
    const { body } = encode({ sampling: { temperature: 0 } }, { ...traits, efforts: ['high'] });
    expect(body).toEqual(encode({}).body);
  });

  it('is not undone by fields of its own', () => {
    const fields = { store: true, stream: false, model: 'other', input: 'other' };
    expect(encode({ extras: { dialect: 'responses', fields } })).toEqual(encode({}));
  });
});

describe('what the model or the dialect does not take is left out with a notice', () => {
  it.each<
    [
      what: string,
      fields: Partial<ChatRequest>,
      model: Partial<ModelTraits>,
      notice: string,
      expected: Fields,
    ]
  >([
    [
      'sampling of a model that thinks',
      { sampling: { temperature: 1, topP: 0.1 } },
      {},
      'Left out because gpt-5.4-mini takes no sampling: temperature, top_p.',
      {},
    ],
    [
      'sampling that the dialect has not',
      { sampling: { topK: 1, seed: 2, frequencyPenalty: 0, presencePenalty: 0 } },
      {},
      'Left out because /responses has no such setting: topK, seed, frequencyPenalty, presencePenalty.',
      {},
    ],
    [
      'a limit below 16',
      { maxOutputTokens: 1 },
      {},
      'The output limit is raised to 16 tokens, the least that /responses takes.',
      { max_output_tokens: 16 },
    ],
    ['stop sequences', { stop: ['x'] }, {}, 'Stop sequences are left out: /responses has none.', {}],
    [
      'a service tier',
      { extras: { dialect: 'responses', fields: { service_tier: 'flex' } } },
      {},
      'Left out, because Copilot does not take it here: service_tier.',
      {},
    ],
    [
      'fields of another dialect',
      { extras: { dialect: 'messages', fields: { a: 1, b: 2 } } },
      {},
      'Left out because only the dialect messages has it: a, b.',
      {},
    ],
  ])('%s', (_, fields, model, notice, expected) => {
    const { body, notices } = encode(fields, { ...traits, ...model });
    expect(notices).toEqual([notice]);
    expect(body).toEqual({ ...encode({}).body, ...expected });
  });

  it('says nothing where nothing was asked', () => {
    const none: Partial<ChatRequest> = {
      stop: [],
      reasoning: {},
      sampling: {},
      extras: { dialect: 'messages', fields: {} },
    };
    expect(encode(none)).toEqual(encode({}));
  });
});
