import { describe, expect, test } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';

const options = { model: 'claude-sonnet-4-6', id: 'msg_own', created: 1 };

const reply = {
  id: 'msg_bdrk_01abc',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-6',
  content: [
    { type: 'thinking', thinking: 'Hm', signature: 'sig' },
    { type: 'text', text: 'Hi' },
    { type: 'redacted_thinking', data: 'blob' },
    { type: 'tool_use', id: 'a', name: 'read', input: { path: 'x' } },
    { type: 'tool_use', id: 'b', name: 'list', input: {} },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: {
    input_tokens: 8,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: 5,
    output_tokens_details: { thinking_tokens: 0 },
  },
  copilot_usage: { total_nano_aiu: 5_200_000 },
};

const call = (index: number, args: string, id?: string, name?: string): ChatEvent => ({
  type: 'tool-call-delta',
  index,
  id,
  name,
  arguments: args,
});

describe('a whole reply', () => {
  test('is read as the stream that it would have been', () => {
    const stop_details = null;
    expect(messages.readReply({ ...reply, stop_details })).toEqual([
      { type: 'start', id: 'msg_bdrk_01abc', model: 'claude-sonnet-4-6' },
      { type: 'reasoning-delta', index: 0, text: 'Hm' },
      { type: 'reasoning-delta', index: 0, text: '', opaque: 'sig' },
      { type: 'text-delta', text: 'Hi' },
      { type: 'reasoning-delta', index: 1, text: '', opaque: 'blob', redacted: true },
      call(0, '', 'a', 'read'),
      call(0, '{"path":"x"}'),
      call(1, '', 'b', 'list'),
      call(1, '{}'),
      {
        type: 'usage',
        usage: {
          inputTokens: 8,
          cachedInputTokens: 0,
          cacheWriteTokens: 0,
          outputTokens: 5,
          reasoningTokens: 0,
          credits: 0.0052,
        },
      },
      { type: 'finish', reason: 'tool-calls' },
    ]);
  });

  test('is written from events as it was read', () => {
    expect(messages.writeReply(messages.readReply(reply), options)).toEqual(reply);
  });

  test('names a stop sequence', () => {
    const body = { ...reply, content: [], stop_reason: 'stop_sequence', stop_sequence: 'END' };
    expect(messages.readReply(body).at(-1)).toEqual({
      type: 'finish',
      reason: 'stop',
      stopSequence: 'END',
    });
    expect(messages.writeReply(messages.readReply(body), options)).toEqual(body);
  });

  test('joins deltas, keeps half arguments as text, and counts nothing where nothing was told', () => {
    const events: ChatEvent[] = [
      { type: 'start', id: undefined, model: undefined },
      { type: 'text-delta', text: 'H' },
      { type: 'text-delta', text: 'i' },
      call(0, '{"a":', 'a', 'read'),
      { type: 'finish', reason: 'length' },
    ];
    expect(messages.writeReply(events, options)).toMatchObject({
      id: 'msg_own',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'tool_use', id: 'a', name: 'read', input: { invalid_json: '{"a":' } },
      ],
      stop_reason: 'max_tokens',
      usage: { input_tokens: 0, output_tokens: 0 },
    });
  });

  test.each<[unknown, string]>([
    [{ type: 'error', error: { type: 'api_error', message: 'No' } }, 'No'],
    [{ error: { message: 'No', code: 'c' } }, 'No'],
    [{}, 'the reply is not a message'],
    [null, 'the reply is not a message'],
    [[], 'the reply is not a message'],
    [{ content: 'text' }, 'the reply is not a message'],
  ])('%j is an error', (body, message) => {
    expect(() => messages.readReply(body)).toThrow(expect.objectContaining({ name: 'StreamError', message }));
  });

  test('of strange parts is read as far as it can be', () => {
    const content = [
      null,
      1,
      'x',
      [],
      {},
      { type: 'text', text: 5 },
      { type: 'tool_use', id: 1, name: 'look', input: [] },
    ];
    expect(messages.readReply({ content, usage: 'x', stop_reason: {} })).toEqual([
      { type: 'start', id: undefined, model: undefined },
      { ...call(0, ''), name: 'look' },
      call(0, '{}'),
      { type: 'finish', reason: 'other' },
    ]);
  });
});
