import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';
import { begin, close, delta, end, finish, open, readStream, say, start, type WireEvent } from './streams.ts';

const called = (index: number, id: string, name: string, text: string): ChatEvent => ({
  type: 'tool-call-delta',
  index,
  id,
  name,
  arguments: text,
});
const text = (value: string): ChatEvent => ({ type: 'text-delta', text: value });
const block = (index: number, fields: object): WireEvent[] => [open(index, fields), close(index)];
const read = (...events: WireEvent[]): ChatEvent[] =>
  readStream([begin(), ...events, finish('end_turn'), end]).filter(
    ({ type }) => type === 'text-delta' || type === 'tool-call-delta',
  );

describe('a call of a tool of the service', () => {
  it.each(['mcp_tool_use', 'server_tool_use', 'quantum_tool_use'])(
    'that nobody answered is told: %s',
    (type) => {
      const use = { type, id: 's', name: 'search', input: {}, server_name: 'x' };
      expect(
        read(
          open(0, use),
          delta(0, { type: 'input_json_delta', partial_json: '{"q":' }),
          delta(0, { type: 'input_json_delta', partial_json: '1}' }),
          close(0),
          open(1, { type: 'text', text: '' }),
          say(1, 'Hi'),
          close(1),
        ),
      ).toEqual([text('Hi'), called(0, 's', 'search', '{"q":1}')]);
    },
  );

  it('is told with the input that came with its beginning, and behind the calls of the caller', () => {
    const events = [
      ...block(0, { type: 'mcp_tool_use', id: 's', name: 'search', input: { q: 1 } }),
      ...block(1, { type: 'tool_use', id: 't', name: 'read', input: {} }),
    ];
    expect(read(...events)).toEqual([
      called(0, 't', 'read', ''),
      { type: 'tool-call-delta', index: 0, id: undefined, name: undefined, arguments: '{}' },
      called(1, 's', 'search', '{"q":1}'),
    ]);
  });

  it('goes by its kind if it has no name', () => {
    expect(read(...block(0, { type: 'computer_tool_use', id: 's' }))).toEqual([
      called(0, 's', 'computer', '{}'),
    ]);
  });

  it.each([
    ['server_tool_use', 'web_search_tool_result'],
    ['mcp_tool_use', 'mcp_tool_result'],
    ['server_tool_use', 'code_execution_tool_result'],
  ])('that the reply answers is not told: %s, %s', (type, result) => {
    const events = [
      ...block(0, { type, id: 's', name: 'search', input: {} }),
      ...block(1, { type: result, tool_use_id: 's', content: [] }),
      ...block(2, { type: 'text', text: 'Hi' }),
    ];
    expect(read(...events)).toEqual([text('Hi')]);
  });

  it('is told if the answer is one to another call', () => {
    const events = [
      ...block(0, { type: 'server_tool_use', id: 's', name: 'search', input: {} }),
      ...block(1, { type: 'web_search_tool_result', tool_use_id: 'r', content: [] }),
    ];
    expect(read(...events)).toEqual([called(0, 's', 'search', '{}')]);
  });

  it('is told in a whole reply', () => {
    const reply = {
      id: 'm',
      model: 'claude',
      content: [{ type: 'mcp_tool_use', id: 's', name: 'search', input: {} }],
      stop_reason: 'end_turn',
    };
    expect(messages.readReply(reply)).toContainEqual(called(0, 's', 'search', '{}'));
  });
});

describe('content that stands in the beginning of a message', () => {
  const beginWith = (content: unknown): WireEvent => {
    const event = begin();
    return { ...event, message: { ...(event.message as object), content } };
  };

  it.each<[content: unknown, events: ChatEvent[]]>([
    [[{ type: 'text', text: 'Hi' }], [text('Hi')]],
    [
      [
        { type: 'text', text: 'Hi' },
        { type: 'text', text: ' you' },
      ],
      [text('Hi'), text(' you')],
    ],
    ['Hi', [text('Hi')]],
    [
      [{ type: 'tool_use', id: 't', name: 'read', input: { a: 1 } }],
      [
        called(0, 't', 'read', ''),
        { type: 'tool-call-delta', index: 0, id: undefined, name: undefined, arguments: '{"a":1}' },
      ],
    ],
    [null, []],
    [{}, []],
  ])('is the reply if nothing else comes: %j', (content, events) => {
    const read = readStream([beginWith(content), finish('end_turn'), end]);
    expect(read.slice(0, 1 + events.length)).toEqual([start, ...events]);
  });

  it('is not said twice', () => {
    const stream = [beginWith([{ type: 'text', text: 'Hi' }]), ...block(0, { type: 'text', text: 'Hi' })];
    const read = readStream([...stream, finish('end_turn'), end]);
    expect(read.filter(({ type }) => type === 'text-delta')).toEqual([text('Hi')]);
  });
});
