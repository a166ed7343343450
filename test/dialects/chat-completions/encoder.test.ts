import { describe, expect, it } from 'vitest';
import { chatCompletions } from '../../../src/dialects/chat-completions/dialect.ts';
import type { ChatEvent, FinishReason, Usage } from '../../../src/dialects/chat-event.ts';
import type { ReplyOptions } from '../../../src/dialects/dialect.ts';

const options: ReplyOptions = { model: 'm', id: 'chatcmpl-1', created: 1793000000 };
const usage: Usage = {
  inputTokens: 10,
  cachedInputTokens: 4,
  cacheWriteTokens: 2,
  outputTokens: 3,
  reasoningTokens: 1,
  credits: 0.0116,
};
const wireUsage = {
  prompt_tokens: 10,
  completion_tokens: 3,
  total_tokens: 13,
  prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
  completion_tokens_details: { reasoning_tokens: 1 },
};
const start: ChatEvent = { type: 'start', id: undefined, model: undefined };
const stop: ChatEvent = { type: 'finish', reason: 'stop' };
const say = (text: string): ChatEvent => ({ type: 'text-delta', text });
const call = (index: number, id: string | undefined, name: string | undefined, text: string): ChatEvent => ({
  type: 'tool-call-delta',
  index,
  id,
  name,
  arguments: text,
});

type Chunk = { id: string; choices: { delta: Record<string, unknown>; finish_reason: string | null }[] };

function encode(events: ChatEvent[], extra: Partial<ReplyOptions> = {}): string[] {
  const encoder = chatCompletions.createReplyWriter({ ...options, ...extra });
  const messages = events.flatMap((event) => encoder.push(event));
  expect(messages.every(({ event }) => event === undefined)).toBe(true);
  return messages.map(({ data }) => data);
}

function writeChunks(events: ChatEvent[], extra: Partial<ReplyOptions> = {}): Chunk[] {
  const data = encode(events, extra);
  expect(data.at(-1)).toBe('[DONE]');
  return data.slice(0, -1).map((text) => JSON.parse(text) as Chunk);
}

const deltasOf = (chunks: Chunk[]) => chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
const reasonOf = (chunks: Chunk[]) =>
  chunks.flatMap(({ choices }) => choices.map((choice) => choice.finish_reason)).at(-1);

describe('a stream for a caller', () => {
  it('has every field in every chunk, the role in the first, and its end', () => {
    const envelope = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1793000000, model: 'm' };
    const choice = { index: 0, logprobs: null };
    const chunks = writeChunks([start, say('Hi'), { type: 'usage', usage }, stop]);
    expect(chunks).toEqual([
      {
        ...envelope,
        choices: [{ ...choice, delta: { role: 'assistant', content: '' }, finish_reason: null }],
      },
      { ...envelope, choices: [{ ...choice, delta: { content: 'Hi' }, finish_reason: null }] },
      { ...envelope, choices: [{ ...choice, delta: {}, finish_reason: 'stop' }] },
    ]);
  });

  it('has the id of the reply where there is one, and the model by the caller’s name', () => {
    const chunks = writeChunks([{ type: 'start', id: 'x', model: 'dated' }, stop]);
    expect(chunks).toMatchObject([
      { id: 'x', model: 'm' },
      { id: 'x', model: 'm' },
    ]);
  });

  it('tells the usage in a last chunk without choices where it was asked to', () => {
    const chunks = writeChunks([start, { type: 'usage', usage }, stop], { includeUsage: true });
    expect(chunks).toMatchObject([
      { usage: null },
      { usage: null, choices: [{ finish_reason: 'stop' }] },
      { choices: [], usage: wireUsage, copilot_usage: { total_nano_aiu: 11_600_000 } },
    ]);
  });

  it('tells no usage where there is none', () => {
    expect(writeChunks([start, stop], { includeUsage: true }).map(({ choices }) => choices.length)).toEqual([
      1, 1,
    ]);
  });

  it('has thinking and its seal', () => {
    const chunks = writeChunks([
      start,
      { type: 'reasoning-delta', index: 0, text: 'Hm.' },
      { type: 'reasoning-delta', index: 0, text: '', opaque: 'AA' },
      stop,
    ]);
    expect(deltasOf(chunks).slice(1, 3)).toEqual([{ reasoning_text: 'Hm.' }, { reasoning_opaque: 'AA' }]);
  });

  it('names a tool call once', () => {
    const chunks = writeChunks([start, call(0, 'c1', 'read', ''), call(0, undefined, undefined, '{}'), stop]);
    expect(deltasOf(chunks).slice(1, 3)).toEqual([
      { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'read', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
    ]);
    expect(reasonOf(chunks)).toBe('tool_calls');
  });

  it('gives a tool call without an id one of its own', () => {
    const deltas = deltasOf(
      writeChunks([start, call(0, undefined, 'a', '{}'), call(1, undefined, 'b', '{}'), stop]),
    );
    expect(deltas).toMatchObject([
      {},
      { tool_calls: [{ id: 'call_chatcmpl-1_0' }] },
      { tool_calls: [{ id: 'call_chatcmpl-1_1' }] },
      {},
    ]);
  });

  it('gives a tool call without arguments an empty object, unless it was cut', () => {
    const events = [start, call(0, 'a', 'now', ''), call(1, 'b', 'read', '{}')];
    expect(deltasOf(writeChunks([...events, stop])).slice(-2)).toEqual([
      { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
      {},
    ]);
    expect(writeChunks([...events, { type: 'finish', reason: 'length' }])).toHaveLength(4);
  });

  it.each<[reason: FinishReason, wire: string]>([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool-calls', 'tool_calls'],
    ['content-filter', 'content_filter'],
    ['refusal', 'content_filter'],
    ['other', 'stop'],
  ])('ends for a reason that callers know: %s is %s', (reason, wire) => {
    expect(reasonOf(writeChunks([start, say('x'), { type: 'finish', reason }]))).toBe(wire);
  });

  it.each([
    [429, 'rate_limited', 'rate_limit_error'],
    [401, 'expired', 'authentication_error'],
    [400, 'x', 'invalid_request_error'],
    [502, 'truncated', 'server_error'],
  ])('breaks with an error, and without an end: %d', (status, code, type) => {
    const encoder = chatCompletions.createReplyWriter(options);
    encoder.push(start);
    const messages = encoder.fail({ status, code, message: 'It broke.' });
    expect(messages).toEqual([
      {
        event: undefined,
        data: JSON.stringify({ error: { message: 'It broke.', type, param: null, code } }),
      },
    ]);
  });
});

describe('a whole reply for a caller', () => {
  const writeReply = (events: ChatEvent[]) => chatCompletions.writeReply(events, options);

  it('has every field', () => {
    expect(
      writeReply([
        { type: 'start', id: 'x', model: 'dated' },
        { type: 'reasoning-delta', index: 0, text: 'H' },
        { type: 'reasoning-delta', index: 0, text: 'm.', opaque: 'AA' },
        say('Hel'),
        say('lo'),
        { type: 'usage', usage },
        stop,
      ]),
    ).toEqual({
      id: 'x',
      object: 'chat.completion',
      created: 1793000000,
      model: 'm',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'Hello',
            refusal: null,
            reasoning_text: 'Hm.',
            reasoning_opaque: 'AA',
          },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: wireUsage,
      copilot_usage: { total_nano_aiu: 11_600_000 },
    });
  });

  it('has tool calls beside a content of null', () => {
    const events = [
      start,
      call(0, undefined, 'now', ''),
      call(1, 'b', 'read', '{"p"'),
      call(1, undefined, undefined, ':1}'),
      stop,
    ];
    expect(writeReply(events)).toMatchObject({
      id: 'chatcmpl-1',
      choices: [
        {
          message: {
            content: null,
            tool_calls: [
              { id: 'call_chatcmpl-1_0', type: 'function', function: { name: 'now', arguments: '{}' } },
              { id: 'b', type: 'function', function: { name: 'read', arguments: '{"p":1}' } },
            ],
          },
          finish_reason: 'tool_calls',
        },
      ],
    });
  });

  it('is an empty text where the model said nothing', () => {
    const reply = writeReply([start, stop]);
    expect(reply).toMatchObject({ choices: [{ message: { content: '' } }] });
    expect(reply).not.toHaveProperty('usage');
  });

  it('is none where the reply was not finished', () => {
    expect(() => writeReply([start, say('half')])).toThrow(
      expect.objectContaining({ name: 'TruncatedStreamError' }),
    );
  });
});
