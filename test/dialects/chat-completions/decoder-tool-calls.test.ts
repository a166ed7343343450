import { describe, expect, it } from 'vitest';
import { createChatCompletionsReader } from '../../../src/dialects/chat-completions/read-reply.ts';
import type { ChatEvent, FinishReason } from '../../../src/dialects/chat-event.ts';

type Reply = {
  text: string;
  calls: { id: string | undefined; name: string | undefined; arguments: string }[];
  finish: FinishReason | undefined;
};

function decode(chunks: readonly unknown[]): ChatEvent[] {
  const decoder = createChatCompletionsReader();
  const events = chunks.flatMap((chunk) => decoder.push({ event: undefined, data: JSON.stringify(chunk) }));
  return [...events, ...decoder.end()];
}

function toReply(events: ChatEvent[]): Reply {
  const reply: Reply = { text: '', calls: [], finish: undefined };
  for (const event of events) {
    if (event.type === 'text-delta') reply.text += event.text;
    if (event.type === 'finish') reply.finish = event.reason;
    if (event.type !== 'tool-call-delta') continue;
    const { index, id, name } = event;
    const call = reply.calls[index] ?? { id, name, arguments: '' };
    reply.calls[index] = { ...call, arguments: call.arguments + event.arguments };
  }
  return reply;
}

const delta = (value: object, reason?: string) => ({
  choices: [{ index: 0, delta: value, ...(reason && { finish_reason: reason }) }],
  id: 'x',
  model: 'm',
});
const call = (value: object) => delta({ tool_calls: [value] });
const weather = { id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris"}' };
const time = { id: 'call_2', name: 'get_time', arguments: '{}' };

describe('a stream with tool calls', () => {
  it.each<[what: string, chunks: unknown[], reply: Reply]>([
    [
      'of one call in parts',
      [
        delta({
          content: null,
          role: 'assistant',
          tool_calls: [
            { function: { arguments: '', name: 'get_weather' }, id: 'call_1', index: 0, type: 'function' },
          ],
        }),
        call({ function: { arguments: '{"city":' }, index: 0 }),
        call({ function: { arguments: '"Paris"}' }, index: 0 }),
        delta({ content: null }, 'tool_calls'),
      ],
      { text: '', calls: [weather], finish: 'tool-calls' },
    ],
    [
      'whose index starts at 1, behind text',
      [
        delta({ content: 'Let me look.' }),
        call({ index: 1, id: 'call_1', function: { name: 'get_weather', arguments: '' } }),
        call({ index: 1, function: { arguments: '{"city":"Paris"}' } }),
        delta({}, 'tool_calls'),
      ],
      { text: 'Let me look.', calls: [weather], finish: 'tool-calls' },
    ],
    [
      'of two calls that are interleaved, the ids on every delta',
      [
        call({ index: 0, id: 'call_1', function: { name: 'get_weather', arguments: '{"city":' } }),
        call({ index: 1, id: 'call_2', function: { name: 'get_time', arguments: '{' } }),
        call({ index: 0, id: 'call_1', function: { name: 'get_weather', arguments: '"Paris"}' } }),
        call({ index: 1, id: 'call_2', function: { name: 'get_time', arguments: '}' } }),
        delta({}, 'tool_calls'),
      ],
      { text: '', calls: [weather, time], finish: 'tool-calls' },
    ],
    [
      'of two calls in one chunk',
      [
        delta(
          {
            tool_calls: [
              { index: 0, id: 'call_1', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
              { index: 1, id: 'call_2', function: { name: 'get_time', arguments: '{}' } },
            ],
          },
          'tool_calls',
        ),
      ],
      { text: '', calls: [weather, time], finish: 'tool-calls' },
    ],
    [
      'that ends with "stop", as Gemini does',
      [
        call({ index: 0, id: 'call_1', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }),
        delta({ content: '' }, 'stop'),
      ],
      { text: '', calls: [weather], finish: 'tool-calls' },
    ],
    [
      'that has no arguments for the first of two calls',
      [
        call({ index: 0, id: 'call_2', function: { name: 'get_time', arguments: '' } }),
        call({ index: 1, id: 'call_1', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }),
        delta({}, 'tool_calls'),
      ],
      { text: '', calls: [time, weather], finish: 'tool-calls' },
    ],
    [
      'that ends in the middle of the arguments at the output limit',
      [
        call({ index: 0, id: 'call_1', function: { name: 'get_weather', arguments: '{"ci' } }),
        delta({}, 'length'),
      ],
      { text: '', calls: [{ ...weather, arguments: '{"ci' }], finish: 'length' },
    ],
    [
      'that the content filter ends',
      [
        call({ index: 0, id: 'call_1', function: { name: 'get_weather', arguments: '' } }),
        delta({}, 'content_filter'),
      ],
      { text: '', calls: [{ ...weather, arguments: '' }], finish: 'content-filter' },
    ],
  ])('%s is put together', (_, chunks, reply) => {
    expect(toReply(decode(chunks))).toEqual(reply);
  });

  it('begins with the start, although a tool call is the first that is said', () => {
    const events = decode([
      call({ index: 0, id: 'a', function: { name: 'f', arguments: '' } }),
      delta({}, 'stop'),
    ]);
    expect(events[0]).toEqual({ type: 'start', id: 'x', model: 'm' });
  });

  it('has an empty list of calls where there is none', () => {
    const chunks = [delta({ content: 'Hi', tool_calls: null }), delta({ tool_calls: [] }, 'stop')];
    expect(toReply(decode(chunks))).toEqual({ text: 'Hi', calls: [], finish: 'stop' });
  });
});

describe('several choices in a chunk', () => {
  const text = { delta: { role: 'assistant', content: 'Let me look.' }, finish_reason: 'stop' };
  const tools = {
    delta: {
      content: null,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
      ],
    },
    finish_reason: 'tool_calls',
  };
  const merged: Reply = { text: 'Let me look.', calls: [weather], finish: 'tool-calls' };

  it.each<[what: string, choices: object[]]>([
    ['without an index', [text, tools]],
    [
      'with equal indexes',
      [
        { ...text, index: 0 },
        { ...tools, index: 0 },
      ],
    ],
    [
      'with indexes that count',
      [
        { ...text, index: 0 },
        { ...tools, index: 1 },
      ],
    ],
    ['with the tool calls first', [tools, text]],
  ])('are one message, %s', (_, choices) => {
    expect(toReply(decode([{ choices, id: 'x' }]))).toEqual(merged);
  });

  it('are one message over several chunks, too', () => {
    expect(toReply(decode([{ choices: [text] }, { choices: [tools] }]))).toEqual(merged);
  });
});

describe('a whole reply in place of a stream', () => {
  const body = {
    id: 'chatcmpl-abc',
    object: 'chat.completion',
    model: 'gpt-4o-2024-11-20',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: 'Hi', reasoning_text: 'Hm.', padding: 'abc' },
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 },
    copilot_usage: { total_nano_aiu: 11_600_000, token_details: [] },
  };

  it('is read like a stream of one chunk', () => {
    const usage = {
      inputTokens: 10,
      cachedInputTokens: undefined,
      cacheWriteTokens: undefined,
      outputTokens: 3,
      reasoningTokens: undefined,
    };
    expect(decode([body])).toEqual([
      { type: 'start', id: 'chatcmpl-abc', model: 'gpt-4o-2024-11-20' },
      { type: 'reasoning-delta', index: 0, text: 'Hm.' },
      { type: 'text-delta', text: 'Hi' },
      { type: 'usage', usage: { ...usage, credits: 0.0116 } },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  it('keeps two tool calls apart that have no index, and merges the choices of Claude', () => {
    const toolCall = ({ id, name, arguments: text }: typeof weather) => ({
      id,
      type: 'function',
      function: { name, arguments: text },
    });
    const choices = [
      { finish_reason: 'stop', message: { role: 'assistant', content: 'Let me look.' } },
      {
        finish_reason: 'tool_calls',
        message: { role: 'assistant', content: null, tool_calls: [toolCall(weather), toolCall(time)] },
      },
    ];
    expect(toReply(decode([{ ...body, choices }]))).toEqual({
      text: 'Let me look.',
      calls: [weather, time],
      finish: 'tool-calls',
    });
  });
});

describe('a call without a name', () => {
  const nameless = call({ index: 0, id: 'call_1', function: { arguments: '{}' } });

  it('is an error once the reply is complete, also beside another call', () => {
    expect(() => decode([nameless, delta({}, 'tool_calls')])).toThrow('a tool call has no name');
    const other = call({ index: 1, id: 'call_2', function: { name: 'get_time', arguments: '{}' } });
    expect(() => decode([nameless, other, delta({}, 'stop')])).toThrow('a tool call has no name');
  });

  it.each(['', ' ', '\n\t'])('may have a blank in its place: %j', (name) => {
    const blank = call({ index: 0, id: 'call_1', function: { name, arguments: '{}' } });
    expect(() => decode([blank, delta({}, 'tool_calls')])).toThrow('a tool call has no name');
  });

  it('may get one late, and a reply that was cut may lack it', () => {
    const late = call({ index: 0, function: { name: 'get_time', arguments: '' } });
    expect(decode([nameless, late, delta({}, 'tool_calls')]).at(-1)).toMatchObject({ reason: 'tool-calls' });
    expect(decode([nameless, delta({}, 'length')]).at(-1)).toMatchObject({ reason: 'length' });
  });
});
