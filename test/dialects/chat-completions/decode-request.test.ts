import { describe, expect, it } from 'vitest';
import { chatCompletions } from '../../../src/dialects/chat-completions/dialect.ts';
import type { ChatRequest, Message } from '../../../src/dialects/chat-request.ts';
import { decode } from './models.ts';

const wireCall = { id: 'c1', type: 'function', function: { name: 'read', arguments: '{"p":1}' } };
const call = { type: 'tool-call', id: 'c1', name: 'read', arguments: '{"p":1}' } as const;
const text = (content: string) => ({ type: 'text', text: content }) as const;
const png = 'data:image/png;base64,AAAA';
const image = { type: 'image', source: { mediaType: 'image/png', data: 'AAAA' } } as const;
const parameters = { type: 'object', properties: {} };
const noResult = { role: 'tool', callId: 'c1', isError: false } as const;

describe('a caller’s message', () => {
  it.each<[what: string, wire: object, message: Message]>([
    ['of the system', { role: 'system', content: 'Hi' }, { role: 'system', parts: [text('Hi')] }],
    [
      'of the developer',
      { role: 'developer', content: [text('Hi')] },
      { role: 'system', parts: [text('Hi')] },
    ],
    ['of null', { role: 'user', content: null }, { role: 'user', parts: [] }],
    [
      'of parts',
      { role: 'user', content: [text('a'), text('b')] },
      { role: 'user', parts: [text('a'), text('b')] },
    ],
    [
      'with an image',
      { role: 'user', content: [{ type: 'image_url', image_url: { url: png, detail: 'auto' } }] },
      { role: 'user', parts: [image] },
    ],
    [
      'with the address of an image',
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.b/c.png' } }] },
      { role: 'user', parts: [{ type: 'image', source: { url: 'https://a.b/c.png' } }] },
    ],
    [
      'with a document',
      {
        role: 'user',
        content: [
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
        ],
      },
      {
        role: 'user',
        parts: [{ type: 'document', mediaType: 'application/pdf', data: 'AAAA', title: 'a.pdf' }],
      },
    ],
    [
      'with parts of the Responses API',
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'a' },
          { type: 'input_image', image_url: png },
        ],
      },
      { role: 'user', parts: [text('a'), image] },
    ],
    [
      'of the assistant, with null beside its calls',
      { role: 'assistant', content: null, refusal: null, tool_calls: [wireCall] },
      { role: 'assistant', parts: [call] },
    ],
    [
      'of the assistant, without calls',
      { role: 'assistant', content: 'Hi', tool_calls: null },
      { role: 'assistant', parts: [text('Hi')] },
    ],
    [
      'of the assistant, that refuses',
      { role: 'assistant', content: null, refusal: 'No.' },
      { role: 'assistant', parts: [text('No.')] },
    ],
    [
      'of the assistant, with thinking',
      {
        role: 'assistant',
        content: 'Hi',
        reasoning_text: 'Hm.',
        reasoning_opaque: 'AA',
        tool_calls: [wireCall],
      },
      { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.', opaque: 'AA' }, text('Hi'), call] },
    ],
    [
      'of the assistant, with a seal alone',
      { role: 'assistant', content: 'Hi', reasoning_text: null, reasoning_opaque: 'AA' },
      { role: 'assistant', parts: [{ type: 'reasoning', text: '', opaque: 'AA' }, text('Hi')] },
    ],
    [
      'of the assistant, marked, with nothing that can be',
      {
        role: 'assistant',
        content: null,
        reasoning_text: 'Hm.',
        copilot_cache_control: { type: 'ephemeral' },
      },
      { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.' }] },
    ],
    [
      'of the assistant, with a call without arguments',
      { role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'read', arguments: '' } }] },
      { role: 'assistant', parts: [{ ...call, arguments: '{}' }] },
    ],
    [
      'of a tool',
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
      { ...noResult, parts: [text('one')] },
    ],
    [
      'of a tool, in parts',
      { role: 'tool', tool_call_id: 'c1', content: [text('one')] },
      { ...noResult, parts: [text('one')] },
    ],
    [
      'of a tool that failed',
      { role: 'tool', tool_call_id: 'c1', content: 'The tool failed: no such file' },
      { ...noResult, parts: [text('no such file')], isError: true },
    ],
    [
      'with a cache mark',
      { role: 'user', content: [text('a'), text('b')], copilot_cache_control: { type: 'ephemeral' } },
      { role: 'user', parts: [text('a'), { ...text('b'), cache: {} }] },
    ],
    [
      'of a tool, with a cache mark',
      { role: 'tool', tool_call_id: 'c1', content: 'one', copilot_cache_control: { type: 'ephemeral' } },
      { ...noResult, parts: [text('one')], cache: {} },
    ],
  ])('%s is read', (_, wire, message) => {
    expect(decode({ messages: [wire] }).messages).toEqual([message]);
  });

  it('may be one of several items of the Responses API, as Cursor sends them', () => {
    const input = [
      { role: 'user', content: 'Read it.' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yes.' }] },
      { type: 'function_call', call_id: 'c1', name: 'read', arguments: '{"p":1}' },
      { type: 'function_call_output', call_id: 'c1', output: 'one' },
    ];
    expect(decode({ messages: undefined, input }).messages).toEqual([
      { role: 'user', parts: [text('Read it.')] },
      { role: 'assistant', parts: [text('Yes.')] },
      { role: 'assistant', parts: [call] },
      { ...noResult, parts: [text('one')] },
    ]);
  });
});

describe('a caller’s field', () => {
  const tool = { name: 'read', description: 'Reads.', parameters, strict: true };

  it.each<[what: string, fields: Record<string, unknown>, request: Partial<ChatRequest>]>([
    ['tools', { tools: [{ type: 'function', function: tool }] }, { tools: [tool] }],
    ['tools, flat as Cursor writes them', { tools: [{ type: 'function', ...tool }] }, { tools: [tool] }],
    [
      'tools without parameters',
      { tools: [{ type: 'function', function: { name: 'now', parameters: null } }] },
      { tools: [{ name: 'now', parameters }] },
    ],
    ['tool_choice by word', { tool_choice: 'required' }, { toolChoice: 'required' }],
    ['tool_choice by type', { tool_choice: { type: 'auto' } }, { toolChoice: 'auto' }],
    [
      'tool_choice by name',
      { tool_choice: { type: 'function', function: { name: 'a' } } },
      { toolChoice: { name: 'a' } },
    ],
    [
      'tool_choice by name, flat',
      { tool_choice: { type: 'function', name: 'a' } },
      { toolChoice: { name: 'a' } },
    ],
    ['parallel_tool_calls', { parallel_tool_calls: false }, { parallelToolCalls: false }],
    ['max_tokens', { max_tokens: 5 }, { maxOutputTokens: 5 }],
    ['max_completion_tokens', { max_completion_tokens: 6, max_tokens: 5 }, { maxOutputTokens: 6 }],
    ['stop as a text', { stop: 'END' }, { stop: ['END'] }],
    ['stop as a list', { stop: ['a', 'b'] }, { stop: ['a', 'b'] }],
    ['reasoning_effort', { reasoning_effort: 'high' }, { reasoning: { effort: 'high' } }],
    ['reasoning', { reasoning: { effort: 'low' } }, { reasoning: { effort: 'low' } }],
    ['thinking_budget', { thinking_budget: 5000 }, { reasoning: { budget: 5000 } }],
    ['response_format of text', { response_format: { type: 'text' } }, { responseFormat: { type: 'text' } }],
    [
      'response_format of JSON',
      { response_format: { type: 'json_object' } },
      { responseFormat: { type: 'json' } },
    ],
    [
      'response_format with a schema',
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'a', schema: parameters, strict: true, description: null },
        },
      },
      { responseFormat: { type: 'json-schema', name: 'a', schema: parameters, strict: true } },
    ],
    [
      'sampling',
      { temperature: 0, top_p: 1, seed: 7, frequency_penalty: null },
      { sampling: { temperature: 0, topP: 1, seed: 7 } },
    ],
    ['user', { user: 'u' }, { user: 'u' }],
    ['metadata', { metadata: { a: 'b' } }, { metadata: { a: 'b' } }],
    ['n of 1', { n: 1 }, {}],
    [
      'null',
      {
        n: null,
        tools: null,
        stop: null,
        metadata: null,
        stream_options: null,
        logprobs: null,
        reasoning: null,
      },
      {},
    ],
    [
      'that is of this dialect alone',
      { logprobs: true, top_logprobs: 2, verbosity: 'low' },
      {
        extras: {
          dialect: 'chat-completions',
          fields: { logprobs: true, top_logprobs: 2, verbosity: 'low' },
        },
      },
    ],
  ])('%s is read', (_, fields, request) => {
    const messages: Message[] = [{ role: 'user', parts: [text('Hello')] }];
    expect(decode(fields)).toEqual({ model: 'm', messages, ...request });
  });

  it.each([
    [{}, false, false],
    [{ stream: true }, true, false],
    [{ stream: true, stream_options: { include_usage: true } }, true, true],
    [{ stream: null, stream_options: { include_usage: null } }, false, false],
  ])('tells whether a stream is wanted, and usage in it: %j', (fields, stream, includeUsage) => {
    const body = { model: 'm', messages: [], ...fields };
    expect(chatCompletions.readRequest(body)).toMatchObject({ stream, includeUsage });
  });
});
