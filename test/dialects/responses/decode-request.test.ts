import { describe, expect, it } from 'vitest';
import { type ChatRequest, createTextMessage, type Message } from '../../../src/dialects/chat-request.ts';
import { findInitiator } from '../../../src/dialects/initiator.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import type { Fields } from './streams.ts';

const decode = (fields: Fields) => responses.readRequest({ model: 'm', input: 'Hi', ...fields });
const user = createTextMessage('user', 'Hi');
const parameters = { type: 'object', properties: { path: { type: 'string' } } };
const text = (value: string) => ({ type: 'text' as const, text: value });
const callItem = { type: 'function_call', call_id: 'c', name: 'read', arguments: '{"a":1}' };
const call = { type: 'tool-call' as const, id: 'c', name: 'read', arguments: '{"a":1}' };
const tool = (parts: Message['parts'], callId = 'c') =>
  ({ role: 'tool', callId, parts, isError: false }) as Message;

describe('the body of a caller', () => {
  it('may be a model and a text', () => {
    expect(decode({})).toEqual({
      request: { model: 'm', messages: [user] },
      stream: false,
    });
  });

  it('may say null wherever it says nothing', () => {
    const names = [
      'instructions',
      'tools',
      'tool_choice',
      'parallel_tool_calls',
      'reasoning',
      'temperature',
      'top_p',
      'max_output_tokens',
      'text',
      'user',
      'metadata',
      'previous_response_id',
      'conversation',
      'prompt',
      'background',
      'include',
      'truncation',
      'store',
      'stream',
    ];
    expect(decode(Object.fromEntries(names.map((name) => [name, null])))).toEqual(decode({}));
  });

  it('may have fields that nobody knows', () => {
    expect(
      decode({ client_metadata: { a: 1 }, store: true, stream_options: { include_obfuscation: false } }),
    ).toEqual(decode({}));
  });

  it('is read as Codex writes it', () => {
    const body = {
      instructions: 'You are a coding agent.',
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Rules' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
        {
          type: 'reasoning',
          id: 'rs_1',
          summary: [{ type: 'summary_text', text: 'Hm' }],
          content: null,
          encrypted_content: 'S',
        },
        { type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text: 'Look' }] },
        { ...callItem, id: 'fc_1', status: null },
        { type: 'function_call_output', call_id: 'c', output: 'ok' },
      ],
      tools: [
        { type: 'function', name: 'read', description: 'd', strict: false, parameters },
        { type: 'web_search', external_web_access: false },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: false,
      reasoning: { effort: 'medium', summary: 'auto' },
      store: false,
      stream: true,
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: 'k',
      text: { verbosity: 'low' },
    };
    const request: ChatRequest = {
      model: 'm',
      messages: [
        createTextMessage('system', 'You are a coding agent.'),
        createTextMessage('system', 'Rules'),
        user,
        { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm', opaque: 'S' }, text('Look'), call] },
        tool([text('ok')]),
      ],
      tools: [{ name: 'read', description: 'd', parameters, strict: false }],
      toolChoice: 'auto',
      parallelToolCalls: false,
      reasoning: { effort: 'medium', summary: 'auto' },
      extras: {
        dialect: 'responses',
        fields: { prompt_cache_key: 'k', text: { verbosity: 'low' }, tools: [body.tools[1]] },
      },
    };
    expect(decode(body)).toEqual({ request, stream: true });
    expect(findInitiator(body, {})).toBe('agent');
  });

  it.each<[what: string, fields: Fields, expected: Partial<ChatRequest>]>([
    [
      'sampling and a limit',
      { temperature: 0, top_p: 1, max_output_tokens: 9 },
      { sampling: { temperature: 0, topP: 1 }, maxOutputTokens: 9 },
    ],
    ['a named function', { tool_choice: { type: 'function', name: 'x' } }, { toolChoice: { name: 'x' } }],
    [
      'a choice that only the service knows',
      { tool_choice: { type: 'allowed_tools' } },
      { extras: { dialect: 'responses', fields: { tool_choice: { type: 'allowed_tools' } } } },
    ],
    [
      'a tool without parameters',
      { tools: [{ type: 'function', name: 'x', parameters: null }] },
      { tools: [{ name: 'x', parameters: { type: 'object', properties: {} } }] },
    ],
    ['a text format', { text: { format: { type: 'text' } } }, { responseFormat: { type: 'text' } }],
    ['a JSON format', { text: { format: { type: 'json_object' } } }, { responseFormat: { type: 'json' } }],
    [
      'a schema',
      { text: { format: { type: 'json_schema', name: 'n', schema: {}, strict: null } } },
      { responseFormat: { type: 'json-schema', name: 'n', schema: {} } },
    ],
    [
      'the old name of summary',
      { reasoning: { generate_summary: 'concise' } },
      { reasoning: { summary: 'concise' } },
    ],
    ['who asks', { user: 'u', metadata: { a: 'b' } }, { user: 'u', metadata: { a: 'b' } }],
    [
      'fields of its own',
      {
        truncation: 'auto',
        top_logprobs: 2,
        include: ['reasoning.encrypted_content', 'x'],
        reasoning: { context: 'y' },
      },
      {
        extras: {
          dialect: 'responses',
          fields: { truncation: 'auto', top_logprobs: 2, include: ['x'], reasoning: { context: 'y' } },
        },
      },
    ],
    ['no instructions', { instructions: '' }, {}],
  ])('may hold %s', (_, fields, expected) => {
    expect(decode(fields).request).toEqual({ model: 'm', messages: [user], ...expected });
  });
});
