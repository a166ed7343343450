import { describe, expect, test } from 'vitest';
import type { ChatRequest, Message } from '../../../src/dialects/chat-request.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';
import { decode } from './models.ts';

const text = (value: string) => ({ type: 'text', text: value }) as const;
const read = (...list: unknown[]): Message[] => decode({ messages: list }).messages;

test('a body as Claude Code sends it becomes a request', () => {
  const body = {
    model: 'claude-sonnet-4-6',
    max_tokens: 32_000,
    stream: true,
    system: [
      text('x-anthropic-billing-header: cc_version=2.1; cch=4f2;'),
      { ...text('You are Claude Code.'), cache_control: { type: 'ephemeral', scope: 'global' } },
      { ...text('Be brief.'), cache_control: { type: 'ephemeral', ttl: '1h' } },
    ],
    messages: [
      {
        role: 'user',
        content: [text('<system-reminder>'), { ...text('Hi'), cache_control: { type: 'ephemeral' } }],
      },
    ],
    tools: [{ name: 'Bash', description: 'Runs', input_schema: { type: 'object', properties: {} } }],
    thinking: { type: 'adaptive' },
    output_config: { effort: 'high' },
    metadata: { user_id: 'user_1' },
    temperature: 1,
    context_management: { edits: [] },
    service_tier: null,
  };
  expect(messages.readRequest(body)).toEqual({
    stream: true,
    request: {
      model: 'claude-sonnet-4-6',
      maxOutputTokens: 32_000,
      messages: [
        {
          role: 'system',
          parts: [
            { ...text('You are Claude Code.'), cache: {} },
            { ...text('Be brief.'), cache: { ttl: '1h' } },
          ],
        },
        { role: 'user', parts: [text('<system-reminder>'), { ...text('Hi'), cache: {} }] },
      ],
      tools: [{ name: 'Bash', description: 'Runs', parameters: { type: 'object', properties: {} } }],
      reasoning: { effort: 'high' },
      sampling: { temperature: 1 },
      user: 'user_1',
      extras: { dialect: 'messages', fields: { context_management: { edits: [] } } },
    },
  });
});

test('null stands for what is left out', () => {
  const names = ['system', 'tools', 'tool_choice', 'thinking', 'output_config', 'metadata', 'stop_sequences'];
  const nulls = Object.fromEntries(
    [...names, 'temperature', 'top_p', 'top_k', 'stream', 'extra'].map((name) => [name, null]),
  );
  expect(decode(nulls)).toEqual(decode({}));
});

describe('messages', () => {
  test('plain texts are texts', () => {
    expect(decode({ system: 'Be brief', messages: [{ role: 'assistant', content: 'Hi' }] }).messages).toEqual(
      [
        { role: 'system', parts: [text('Be brief')] },
        { role: 'assistant', parts: [text('Hi')] },
      ],
    );
    expect(read({ role: 'system', content: 'Now' })).toEqual([{ role: 'system', parts: [text('Now')] }]);
  });

  test('images and documents', () => {
    const source = { type: 'base64', media_type: 'image/png', data: 'iVBO' };
    const content = [
      { type: 'image', source, cache_control: { type: 'ephemeral' } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      {
        type: 'document',
        source: { ...source, media_type: 'application/pdf' },
        title: 'Paper',
        context: 'x',
      },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Grüße' }, title: null },
    ];
    expect(read({ role: 'user', content })).toEqual([
      {
        role: 'user',
        parts: [
          { type: 'image', source: { mediaType: 'image/png', data: 'iVBO' }, cache: {} },
          { type: 'image', source: { url: 'https://example.com/a.png' } },
          { type: 'document', mediaType: 'application/pdf', data: 'iVBO', title: 'Paper' },
          { type: 'document', mediaType: 'text/plain', data: Buffer.from('Grüße').toString('base64') },
        ],
      },
    ]);
  });

  test('an answer keeps the order of its blocks', () => {
    const content = [
      { type: 'thinking', thinking: 'Hm', signature: 'sig' },
      { ...text('Let me'), citations: null },
      { type: 'redacted_thinking', data: 'blob' },
      { type: 'thinking', thinking: 'More', signature: '' },
      { type: 'tool_use', id: 'a', name: 'read', input: { path: 'x' }, cache_control: { type: 'ephemeral' } },
      { type: 'tool_use', id: 'b', name: 'list' },
    ];
    expect(read({ role: 'assistant', content })).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm', opaque: 'sig' },
          text('Let me'),
          { type: 'reasoning', text: '', opaque: 'blob', redacted: true },
          { type: 'reasoning', text: 'More' },
          { type: 'tool-call', id: 'a', name: 'read', arguments: '{"path":"x"}', cache: {} },
          { type: 'tool-call', id: 'b', name: 'list', arguments: '{}' },
        ],
      },
    ]);
  });

  test('results become messages of their own, before the rest', () => {
    const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } };
    const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } };
    const content = [
      { type: 'tool_result', tool_use_id: 'a', content: 'done', cache_control: { type: 'ephemeral' } },
      text('and'),
      { type: 'tool_result', tool_use_id: 'b', content: [text('no'), png, pdf], is_error: true },
      { type: 'tool_result', tool_use_id: 'c' },
      { type: 'tool_result', tool_use_id: 'd', content: [{ type: 'tool_reference', tool_name: 'Grep' }] },
    ];
    const image = { type: 'image', source: { mediaType: 'image/png', data: 'iVBO' } };
    const document = { type: 'document', mediaType: 'application/pdf', data: 'JVBE' };
    expect(read({ role: 'user', content })).toEqual([
      { role: 'tool', callId: 'a', parts: [text('done')], isError: false, cache: {} },
      { role: 'tool', callId: 'b', parts: [text('no'), image], isError: true },
      { role: 'tool', callId: 'c', parts: [], isError: false },
      { role: 'tool', callId: 'd', parts: [text('Grep')], isError: false },
      { role: 'user', parts: [text('and'), document] },
    ]);
  });
});

describe('options', () => {
  const schema = { type: 'object', properties: {} };
  const format = { type: 'json_schema', schema };
  const decoded = { type: 'json-schema', name: 'reply', schema } as const;

  test.each<[string, Record<string, unknown>, Partial<ChatRequest>]>([
    [
      'thinking with a budget',
      { thinking: { type: 'enabled', budget_tokens: 9 } },
      { reasoning: { budget: 9, summary: 'auto' } },
    ],
    [
      'thinking that is shown',
      { thinking: { type: 'adaptive', display: 'summarized' } },
      { reasoning: { summary: 'auto' } },
    ],
    ['adaptive thinking', { thinking: { type: 'adaptive' } }, { reasoning: {} }],
    [
      'thinking turned off',
      { thinking: { type: 'disabled' }, output_config: { effort: 'high' } },
      { reasoning: { effort: 'none' } },
    ],
    ['an effort alone', { output_config: { effort: 'low' } }, { reasoning: { effort: 'low' } }],
    ['a schema', { output_config: { format } }, { responseFormat: decoded }],
    ['a schema in its older place', { output_format: format }, { responseFormat: decoded }],
    [
      'sampling',
      { temperature: 0, top_p: 0.5, top_k: 3 },
      { sampling: { temperature: 0, topP: 0.5, topK: 3 } },
    ],
    ['stop sequences', { stop_sequences: ['END'] }, { stop: ['END'] }],
    ['the choice auto', { tool_choice: { type: 'auto' } }, { toolChoice: 'auto' }],
    ['the choice any', { tool_choice: { type: 'any' } }, { toolChoice: 'required' }],
    ['the choice none', { tool_choice: { type: 'none' } }, { toolChoice: 'none' }],
    ['the choice of a tool', { tool_choice: { type: 'tool', name: 'a' } }, { toolChoice: { name: 'a' } }],
    [
      'one call at a time',
      { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      { toolChoice: 'auto', parallelToolCalls: false },
    ],
    [
      'a tool with all fields',
      {
        tools: [
          {
            type: 'custom',
            name: 'a',
            input_schema: schema,
            strict: true,
            defer_loading: true,
            cache_control: { type: 'ephemeral' },
          },
        ],
      },
      { tools: [{ name: 'a', parameters: schema, strict: true, cache: {} }] },
    ],
    [
      'other fields',
      { inference_geo: 'us' },
      { extras: { dialect: 'messages', fields: { inference_geo: 'us' } } },
    ],
  ])('%s', (_, fields, expected) => {
    expect(decode(fields)).toEqual({ ...decode({}), ...expected });
  });

  test('a stream is wanted only where it is asked for', () => {
    const body = { model: 'claude', messages: [] };
    expect(messages.readRequest(body).stream).toBe(false);
    expect(messages.readRequest({ ...body, stream: true }).stream).toBe(true);
  });
});
