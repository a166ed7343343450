import { describe, expect, test } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import {
  begin,
  close,
  delta,
  end,
  finish,
  open,
  readBytes,
  readStream,
  say,
  start,
  streams,
  toBytes,
  type WireEvent,
} from './streams.ts';

const usage = {
  inputTokens: 8,
  cachedInputTokens: undefined,
  cacheWriteTokens: undefined,
  outputTokens: 5,
  reasoningTokens: undefined,
  credits: undefined,
};
const argument = (index: number, text: string): ChatEvent => ({
  type: 'tool-call-delta',
  index,
  id: undefined,
  name: undefined,
  arguments: text,
});
const call = (index: number, id: string | undefined, name: string | undefined): ChatEvent => ({
  type: 'tool-call-delta',
  index,
  id,
  name,
  arguments: '',
});
const think = (index: number, fields: object): ChatEvent =>
  ({ type: 'reasoning-delta', index, text: '', ...fields }) as ChatEvent;

const expected: Record<string, ChatEvent[]> = {
  text: [
    start,
    { type: 'text-delta', text: 'Grüße ' },
    { type: 'text-delta', text: '漢字🎉' },
    {
      type: 'usage',
      usage: {
        inputTokens: 128,
        cachedInputTokens: 100,
        cacheWriteTokens: 20,
        outputTokens: 5,
        reasoningTokens: 0,
        credits: 0.0052,
      },
    },
    { type: 'finish', reason: 'stop' },
  ],
  thinking: [
    start,
    think(0, { text: 'Hm, ' }),
    think(0, { text: 'let me see' }),
    think(0, { opaque: 'EqQB/seal==' }),
    think(1, { opaque: 'blob', redacted: true }),
    { type: 'text-delta', text: 'Yes' },
    { type: 'usage', usage },
    { type: 'finish', reason: 'stop', stopSequence: 'END' },
  ],
  tools: [
    start,
    { type: 'text-delta', text: 'Let me look.' },
    call(0, 'toolu_bdrk_1', 'read'),
    argument(0, '{"path": "a'),
    argument(0, '\\n}"}'),
    call(1, 'toolu_bdrk_2', 'list'),
    argument(1, '{}'),
    { type: 'usage', usage },
    { type: 'finish', reason: 'tool-calls' },
  ],
};

describe.each(Object.keys(streams))('the stream of %s', (name) => {
  const stream = streams[name] ?? [];

  test('gives its events', () => {
    expect(readStream(stream)).toEqual(expected[name]);
  });

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('gives the same cut in two at every byte, and in single bytes, with %s', (_, lineEnding) => {
    const bytes = toBytes(stream, lineEnding);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(readBytes(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(expected[name]);
    }
    expect(readBytes(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(expected[name]);
  });
});

describe('what may be otherwise', () => {
  const text: ChatEvent = { type: 'text-delta', text: 'Hi' };
  const last: ChatEvent[] = [
    { type: 'usage', usage },
    { type: 'finish', reason: 'stop' },
  ];
  const ended = [finish('end_turn'), end];

  test.each<[string, WireEvent[], ChatEvent[]]>([
    [
      'a block that begins with its text',
      [begin(), open(0, { type: 'text', text: 'Hi' }), ...ended],
      [start, text, ...last],
    ],
    ['no beginning of a block', [begin(), say(0, 'Hi'), ...ended], [start, text, ...last]],
    [
      'no beginning at all',
      [say(0, 'Hi'), ...ended],
      [{ type: 'start', id: undefined, model: undefined }, text, ...last],
    ],
    ['two beginnings', [begin(), begin(), say(0, 'Hi'), ...ended], [start, text, ...last]],
    ['a stop reason before more usage', [begin(), finish('end_turn'), finish(null), end], [start, ...last]],
    ['nothing said', [begin(), ...ended], [start, ...last]],
    ['texts that are empty', [begin(), say(0, ''), ...ended], [start, ...last]],
    ['no end but a stop reason', [begin(), say(0, 'Hi'), finish('end_turn')], [start, text, ...last]],
    ['more after the end', [begin(), ...ended, say(0, 'Hi'), ...ended, { type: 'error' }], [start, ...last]],
    [
      'blocks that are not closed',
      [begin(), open(0, { type: 'thinking', thinking: 'Hm', signature: 's' }), ...ended],
      [start, think(0, { text: 'Hm' }), think(0, { opaque: 's' }), ...last],
    ],
    [
      'thinking without a beginning',
      [begin(), delta(0, { type: 'thinking_delta', thinking: 'Hm' }), ...ended],
      [start, think(0, { text: 'Hm' }), ...last],
    ],
    [
      'a position that is used again',
      [
        begin(),
        open(0, { type: 'tool_use', id: 'a', name: 'x', input: {} }),
        open(0, { type: 'tool_use', id: 'b', name: 'y', input: {} }),
        delta(0, { type: 'input_json_delta', partial_json: '{}' }),
        ...ended,
      ],
      [start, call(0, 'a', 'x'), argument(0, '{}'), call(1, 'b', 'y'), argument(1, '{}'), ...last],
    ],
    [
      'arguments that come as an object',
      [
        begin(),
        open(0, { type: 'tool_use', id: 'a', name: 'x', input: {} }),
        delta(0, { type: 'input_json_delta', partial_json: { p: 1 } }),
        close(0),
        ...ended,
      ],
      [start, call(0, 'a', 'x'), argument(0, '{"p":1}'), ...last],
    ],
    [
      'arguments that come with the beginning',
      [begin(), open(0, { type: 'tool_use', id: 'a', name: 'x', input: { p: 1 } }), close(0), ...ended],
      [start, call(0, 'a', 'x'), argument(0, '{"p":1}'), ...last],
    ],
    [
      'blocks and deltas of other kinds',
      [
        begin(),
        open(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: { q: 1 } }),
        delta(0, { type: 'input_json_delta', partial_json: '{"q":1}' }),
        delta(0, { type: 'citations_delta', citation: {} }),
        close(0),
        open(1, { type: 'web_search_tool_result', tool_use_id: 's', content: [] }),
        close(1),
        { type: 'something_new', field: 1 },
        ...ended,
      ],
      [start, ...last],
    ],
    [
      'withheld thinking without its data',
      [begin(), open(0, { type: 'redacted_thinking' }), ...ended],
      [start, think(0, { redacted: true }), ...last],
    ],
  ])('%s', (_, stream, events) => {
    expect(readStream(stream)).toEqual(events);
  });

  test('the type of an event may stand in its name alone, and a [DONE] may follow', () => {
    const stream = [begin(), say(0, 'Hi'), ...ended].map(
      ({ type, ...fields }) => `event: ${type}\ndata: ${JSON.stringify(fields)}\n\n`,
    );
    const bytes = new TextEncoder().encode(`${stream.join('')}data: [DONE]\n\n`);
    expect(readBytes(bytes)).toEqual([start, text, ...last]);
  });

  test('comments and empty data are passed over', () => {
    const bytes = Buffer.concat([
      Buffer.from(': keep-alive\n\ndata: \n\ndata:  \n\n'),
      toBytes([begin(), ...ended]),
    ]);
    expect(readBytes(bytes)).toEqual([start, ...last]);
  });
});

describe('stop reasons', () => {
  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length', 'model_context_window_exceeded'],
    ['tool_use', 'tool-calls'],
    ['refusal', 'refusal'],
    ['pause_turn', 'other', 'pause_turn'],
    ['constructor', 'other', 'constructor'],
    [null, 'other'],
  ])('%s is %s', (wire, reason, detail?: string) => {
    expect(readStream([begin(), finish(wire), end]).at(-1)).toEqual({
      type: 'finish',
      reason,
      ...(detail && { detail }),
    });
  });
});

describe('usage', () => {
  const readUsage = (...stream: WireEvent[]) =>
    readStream(stream).flatMap((event) => (event.type === 'usage' ? event.usage : []));
  const nothing = { usage: undefined };

  test.each<[string, WireEvent[], object[]]>([
    ['none', [begin(), finish('end_turn', nothing), end], []],
    [
      'the last one wins, field by field',
      [
        begin({ input_tokens: 4, cache_read_input_tokens: 2, output_tokens: 1 }),
        finish('end_turn', { usage: { output_tokens: 7, input_tokens: null } }),
        end,
      ],
      [{ ...usage, inputTokens: 6, cachedInputTokens: 2, outputTokens: 7 }],
    ],
    [
      'a first one alone',
      [begin({ input_tokens: 4, output_tokens: 1 }), finish('end_turn', nothing), end],
      [{ ...usage, inputTokens: 4, outputTokens: 1 }],
    ],
    [
      'zeros at the beginning tell nothing',
      [begin(), finish('end_turn', { usage: { output_tokens: 7 } }), end],
      [{ ...usage, inputTokens: undefined, outputTokens: 7 }],
    ],
    [
      'input from the cache alone',
      [begin(), finish('end_turn', { usage: { cache_read_input_tokens: 90 } }), end],
      [{ ...usage, inputTokens: 90, cachedInputTokens: 90, outputTokens: undefined }],
    ],
    [
      'credits inside the usage',
      [begin(), finish('end_turn', { usage: { copilot_usage: { total_nano_aiu: 2e9 } } }), end],
      [{ ...usage, inputTokens: undefined, outputTokens: undefined, credits: 2 }],
    ],
    [
      'credits with the end',
      [begin(), finish('end_turn'), { ...end, copilot_usage: { total_nano_aiu: 5e8 } }],
      [{ ...usage, credits: 0.5 }],
    ],
    [
      'counts that are none',
      [begin(), finish('end_turn', { usage: { input_tokens: '8', output_tokens: {} } }), end],
      [],
    ],
  ])('%s', (_, stream, told) => {
    expect(readUsage(...stream)).toEqual(told);
  });
});

describe('a call without arguments', () => {
  const tool = (index: number, id: string): WireEvent =>
    open(index, { type: 'tool_use', id, name: 'x', input: {} });
  const readArguments = (events: WireEvent[]): string[] => {
    const texts: string[] = [];
    for (const event of readStream([begin(), ...events, end]))
      if (event.type === 'tool-call-delta') texts[event.index] = (texts[event.index] ?? '') + event.arguments;
    return texts;
  };

  test.each<[what: string, events: WireEvent[], expected: string[]]>([
    ['has none', [tool(0, 'a'), close(0), finish('tool_use')], ['{}']],
    ['that nobody closed has none', [tool(0, 'a'), finish('tool_use')], ['{}']],
    ['may have been cut in front of them', [tool(0, 'a'), close(0), finish('max_tokens')], ['']],
    ['may have been cut, and is not closed', [tool(0, 'a'), finish('max_tokens')], ['']],
    [
      'has none if another one follows, which was cut',
      [tool(0, 'a'), close(0), tool(1, 'b'), close(1), finish('max_tokens')],
      ['{}', ''],
    ],
    [
      'has none if words follow',
      [tool(0, 'a'), close(0), open(1, { type: 'text', text: 'Hi' }), close(1), finish('max_tokens')],
      ['{}'],
    ],
  ])('%s', (_, events, expected) => {
    expect(readArguments(events)).toEqual(expected);
  });
});
