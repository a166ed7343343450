import { describe, expect, test } from 'vitest';
import type { ChatEvent, FinishEvent, Usage } from '../../../src/dialects/chat-event.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';
import type { WireEvent } from './streams.ts';

const options = { model: 'claude-sonnet-4-6', id: 'msg_own', created: 1 };
const start: ChatEvent = { type: 'start', id: 'msg_1', model: 'claude-sonnet-4.6' };
const stop: ChatEvent = { type: 'finish', reason: 'stop' };
const text = (value: string): ChatEvent => ({ type: 'text-delta', text: value });
const think = (index: number, fields: object): ChatEvent =>
  ({ type: 'reasoning-delta', index, text: '', ...fields }) as ChatEvent;
const call = (index: number, args: string, id?: string, name = id && 'read'): ChatEvent => ({
  type: 'tool-call-delta',
  index,
  id,
  name,
  arguments: args,
});

/** The wire events of each of our events. */
function writeSteps(...events: ChatEvent[]): WireEvent[][] {
  const encoder = messages.createReplyWriter(options);
  return events.map((event) =>
    encoder.push(event).map((message) => {
      const wire = JSON.parse(message.data) as WireEvent;
      expect(message.event).toBe(wire.type);
      return wire;
    }),
  );
}

/** The content of a stream in short: `+` for the start of a block, then its deltas, then `-`. */
function summarize(...events: ChatEvent[]): string[] {
  const steps = writeSteps(start, ...events, stop).flat();
  return steps.flatMap(({ type, index, content_block, delta }) => {
    const block = content_block as { type: string; id?: string; data?: string } | undefined;
    const { type: _, ...fields } = (delta ?? {}) as Record<string, string>;
    if (type === 'content_block_start')
      return `+${index} ${block?.type}${block?.id ? ` ${block.id}` : ''}${block?.data ?? ''}`;
    if (type === 'content_block_delta') return Object.values(fields);
    return type === 'content_block_stop' ? `-${index}` : [];
  });
}

test('a plain answer is the stream that Anthropic documents', () => {
  const usage: Usage = {
    inputTokens: 128,
    cachedInputTokens: 100,
    cacheWriteTokens: 20,
    outputTokens: 5,
    reasoningTokens: 2,
    credits: 0.0052,
  };
  const events = writeSteps(start, text('Hi'), { type: 'usage', usage }, stop).flat();
  expect(events).toEqual([
    {
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-6',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: {
          input_tokens: 0,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
          output_tokens: 0,
        },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: {
        input_tokens: 8,
        cache_creation_input_tokens: 20,
        cache_read_input_tokens: 100,
        output_tokens: 5,
        output_tokens_details: { thinking_tokens: 2 },
      },
      copilot_usage: { total_nano_aiu: 5_200_000 },
    },
    { type: 'message_stop' },
  ]);
});

test('without an id of its own the reply has ours, and without usage it counts nothing', () => {
  const events = writeSteps({ type: 'start', id: undefined, model: undefined }, stop).flat();
  expect(events[0]).toMatchObject({ message: { id: 'msg_own' } });
  expect(events[1]).toMatchObject({ type: 'message_delta', usage: { output_tokens: 0 } });
});

test('more from the cache than there is input leaves no input, not less', () => {
  const usage: Usage = {
    inputTokens: 5,
    cachedInputTokens: 8,
    cacheWriteTokens: undefined,
    outputTokens: undefined,
    reasoningTokens: undefined,
    credits: undefined,
  };
  const [delta] = writeSteps({ type: 'usage', usage }, stop).flat();
  expect(delta?.usage).toEqual({ input_tokens: 0, cache_read_input_tokens: 8, output_tokens: 0 });
});

describe('blocks', () => {
  test.each<[string, ChatEvent[], string[]]>([
    ['text and text are one', [text('a'), text(''), text('b')], ['+0 text', 'a', 'b', '-0']],
    [
      'thinking ends with its signature',
      [think(0, { text: 'Hm' }), think(0, { text: '!', opaque: 's' }), text('a')],
      ['+0 thinking', 'Hm', '!', 's', '-0', '+1 text', 'a', '-1'],
    ],
    ['thinking that is signed and not shown', [think(0, { opaque: 's' })], ['+0 thinking', 's', '-0']],
    ['thinking that is not signed', [think(0, { text: 'Hm' })], ['+0 thinking', 'Hm', '-0']],
    [
      'withheld thinking has no text',
      [think(0, { text: 'x', opaque: 'blob', redacted: true })],
      ['+0 redacted_thinkingblob', '-0'],
    ],
    ['thinking of nothing', [think(0, {}), text('a')], ['+0 text', 'a', '-0']],
    [
      'several thoughts',
      [
        think(0, { text: 'a', opaque: 's' }),
        think(1, { opaque: 'blob', redacted: true }),
        think(2, { text: 'b' }),
      ],
      ['+0 thinking', 'a', 's', '-0', '+1 redacted_thinkingblob', '-1', '+2 thinking', 'b', '-2'],
    ],
    [
      'calls one after the other',
      [call(0, '', 'a'), call(0, '{}'), call(1, '{"b":', 'b'), call(1, '1}'), text('c')],
      ['+0 tool_use a', '{}', '-0', '+1 tool_use b', '{"b":', '1}', '-1', '+2 text', 'c', '-2'],
    ],
    [
      'calls in turns: the second waits for the first',
      [call(0, '{"a":"}', 'a'), call(1, '{"b"', 'b'), call(0, '"}'), call(1, ':1}')],
      ['+0 tool_use a', '{"a":"}', '"}', '-0', '+1 tool_use b', '{"b"', ':1}', '-1'],
    ],
    [
      'text within a call waits, too',
      [call(0, '{', 'a'), text('x'), text('y'), call(0, '}'), text('z')],
      ['+0 tool_use a', '{', '}', '-0', '+1 text', 'xy', 'z', '-1'],
    ],
    [
      'a call that gets no further than half',
      [call(0, '{"a', 'a'), text('x'), call(1, '{}', 'b')],
      ['+0 tool_use a', '{"a', '-0', '+1 text', 'x', '-1', '+2 tool_use b', '{}', '-2'],
    ],
    [
      'a call begins when its id and name are known',
      [call(0, '{'), call(0, '"a":', 'a', ''), call(0, '1}', undefined, 'read')],
      ['+0 tool_use a', '{"a":', '1}', '-0'],
    ],
    ['a call that never gets an id', [call(0, '{}')], ['+0 tool_use toolu_msg_own_0', '{}', '-0']],
  ])('%s', (_, events, summary) => {
    expect(summarize(...events)).toEqual(summary);
  });

  test('what can be written is written at once', () => {
    const steps = writeSteps(
      start,
      text('a'),
      call(0, '{"a"', 'a'),
      call(1, '{', 'b'),
      call(0, ':1}'),
      text('b'),
    );
    expect(steps.map((step) => step.map(({ type }) => type.replace('content_block_', '')))).toEqual([
      ['message_start'],
      ['start', 'delta'],
      ['stop', 'start', 'delta'],
      [],
      ['delta', 'stop', 'start', 'delta'],
      [],
    ]);
  });
});

describe('stop reasons', () => {
  const finish = (reason: FinishEvent['reason'], stopSequence?: string): ChatEvent => ({
    type: 'finish',
    reason,
    ...(stopSequence === undefined ? {} : { stopSequence }),
  });

  test.each<[ChatEvent, ChatEvent[], string]>([
    [finish('stop'), [], 'end_turn'],
    [finish('stop', 'END'), [], 'stop_sequence'],
    [finish('length'), [], 'max_tokens'],
    [finish('tool-calls'), [], 'tool_use'],
    [finish('content-filter'), [], 'refusal'],
    [finish('refusal'), [], 'refusal'],
    [finish('other'), [], 'end_turn'],
    [finish('stop'), [call(0, '{}', 'a')], 'tool_use'],
    [finish('length'), [call(0, '{', 'a')], 'max_tokens'],
  ])('%j after %j', (event, before, stop_reason) => {
    const stopSequence = 'stopSequence' in event ? event.stopSequence : null;
    expect(
      writeSteps(start, ...before, event)
        .flat()
        .at(-2),
    ).toMatchObject({
      type: 'message_delta',
      delta: { stop_reason, stop_sequence: stopSequence },
    });
  });
});

describe('a failure', () => {
  test.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [413, 'request_too_large'],
    [422, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [502, 'api_error'],
    [529, 'overloaded_error'],
  ])('of status %i is an error event of the type %s, and no end', (status, type) => {
    const encoder = messages.createReplyWriter(options);
    encoder.push(start);
    encoder.push(text('Hi'));
    const [message, ...others] = encoder.fail({ status, code: 'x', message: 'No' });
    expect(message?.event).toBe('error');
    expect(JSON.parse(message?.data ?? '')).toEqual({ type: 'error', error: { type, message: 'No' } });
    expect(others).toEqual([]);
  });
});
