import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import { toObject } from '../../../src/json-value.ts';
import { callDelta, type Fields, type Frame, finish, fullEvents, sealed, text, thinking } from './streams.ts';

const options = { model: 'my-model', id: 'resp_1', created: 1793000000 };
const begin: ChatEvent = { type: 'start', id: undefined, model: undefined };

function encode(events: readonly ChatEvent[]): Frame[] {
  const encoder = responses.createReplyWriter(options);
  const messages = events.flatMap((event) => encoder.push(event));
  for (const { event, data } of messages) expect(event).toBe(JSON.parse(data).type);
  return messages.map(({ data }) => JSON.parse(data) as Frame);
}

const nameOf = ({ type, output_index }: Frame): string =>
  `${String(type).replace('response.', '')}${output_index === undefined ? '' : ` ${output_index}`}`;

const outputOf = (frames: Frame[]): Fields[] => (toObject(frames.at(-1)?.response).output as Fields[]) ?? [];

describe('the stream for a caller', () => {
  it('has the events of the service in their order, numbered from 0', () => {
    const frames = encode(fullEvents);
    expect(frames.map(({ sequence_number }) => sequence_number)).toEqual(frames.map((_, index) => index));
    expect(frames.map(nameOf)).toEqual([
      'created',
      'in_progress',
      'output_item.added 0',
      'reasoning_summary_part.added 0',
      'reasoning_summary_text.delta 0',
      'reasoning_summary_text.delta 0',
      'reasoning_summary_text.done 0',
      'reasoning_summary_part.done 0',
      'output_item.done 0',
      'output_item.added 1',
      'content_part.added 1',
      'output_text.delta 1',
      'output_text.delta 1',
      'output_text.done 1',
      'content_part.done 1',
      'output_item.done 1',
      'output_item.added 2',
      'function_call_arguments.delta 2',
      'function_call_arguments.delta 2',
      'output_item.added 3',
      'function_call_arguments.delta 3',
      'function_call_arguments.done 2',
      'output_item.done 2',
      'function_call_arguments.done 3',
      'output_item.done 3',
      'completed',
    ]);
  });

  it('names each item by one id, from its first event to the output', () => {
    const frames = encode(fullEvents);
    const ids = (outputOf(frames) as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(['rs_1_0', 'msg_1_1', 'fc_1_2', 'fc_1_3']);
    for (const { output_index, item_id, item } of frames) {
      if (output_index === undefined) continue;
      expect(item_id ?? (item as Fields).id).toBe(ids[output_index as number]);
    }
  });

  it('ends with the whole output, the usage and the bill', () => {
    expect(encode(fullEvents).at(-1)?.response).toMatchObject({
      id: 'cmVzcG9uc2U=',
      object: 'response',
      created_at: 1793000000,
      model: 'my-model',
      status: 'completed',
      error: null,
      store: false,
      parallel_tool_calls: true,
      incomplete_details: null,
      output: [
        {
          type: 'reasoning',
          summary: [{ type: 'summary_text', text: 'Hm grüß' }],
          encrypted_content: 'SEALED+/=',
        },
        {
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: '世界 👋', annotations: [], logprobs: [] }],
        },
        {
          type: 'function_call',
          status: 'completed',
          call_id: 'call_1',
          name: 'read',
          arguments: '{"path":"a"}',
        },
        { type: 'function_call', call_id: 'call_2', name: 'now', arguments: '{}' },
      ],
      usage: {
        input_tokens: 10,
        input_tokens_details: { cached_tokens: 4, cache_write_tokens: 0 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 17,
      },
      copilot_usage: { total_nano_aiu: 11_600_000 },
    });
  });

  it('goes by the id of the server where the events bring none', () => {
    expect(encode([begin]).map(({ response }) => (response as Fields).id)).toEqual(['resp_1', 'resp_1']);
  });

  it.each<[what: string, events: ChatEvent[], names: string[]]>([
    ['empty deltas make no items', [text(''), thinking(0, '')], []],
    [
      'thinking that is sealed after the text stays open for its seal',
      [thinking(0, 'Hm'), text('Hi'), sealed(0, 'S'), text('!')],
      [
        'output_item.added 0',
        'reasoning_summary_part.added 0',
        'reasoning_summary_text.delta 0',
        'reasoning_summary_text.done 0',
        'reasoning_summary_part.done 0',
        'output_item.added 1',
        'content_part.added 1',
        'output_text.delta 1',
        'output_item.done 0',
        'output_text.delta 1',
        'output_text.done 1',
        'content_part.done 1',
        'output_item.done 1',
      ],
    ],
    [
      'a block of thinking ends the one before, and the text',
      [sealed(0, 'S'), text('Hi'), sealed(1, 'T')],
      [
        'output_item.added 0',
        'output_item.done 0',
        'output_item.added 1',
        'content_part.added 1',
        'output_text.delta 1',
        'output_text.done 1',
        'content_part.done 1',
        'output_item.done 1',
        'output_item.added 2',
        'output_item.done 2',
      ],
    ],
    [
      'text behind a call is another message',
      [text('a'), callDelta(0, '{}', 'c', 'x'), text('b')],
      [
        'output_item.added 0',
        'content_part.added 0',
        'output_text.delta 0',
        'output_text.done 0',
        'content_part.done 0',
        'output_item.done 0',
        'output_item.added 1',
        'function_call_arguments.delta 1',
        'output_item.added 2',
        'content_part.added 2',
        'output_text.delta 2',
        'function_call_arguments.done 1',
        'output_item.done 1',
        'output_text.done 2',
        'content_part.done 2',
        'output_item.done 2',
      ],
    ],
  ])('%s', (_, events, names) => {
    expect(encode([begin, ...events, finish('stop')]).map(nameOf)).toEqual([
      'created',
      'in_progress',
      ...names,
      'completed',
    ]);
  });

  it('keeps the arguments of calls apart that come in turns', () => {
    const turns = [
      callDelta(0, '{"a"', 'c0', 'x'),
      callDelta(1, '[', 'c1', 'y'),
      callDelta(0, ':1}'),
      callDelta(1, ']'),
    ];
    expect(outputOf(encode([begin, ...turns, finish('tool-calls')]))).toMatchObject([
      { arguments: '{"a":1}' },
      { arguments: '[]' },
    ]);
  });

  it('gives a call an id of its own where it came without one', () => {
    const [item] = outputOf(encode([begin, callDelta(0, '{}', undefined, 'x'), finish('tool-calls')]));
    expect(item).toMatchObject({ call_id: 'call_1_0', name: 'x' });
  });

  it.each([
    ['length', 'max_output_tokens'],
    ['content-filter', 'content_filter'],
    ['refusal', 'content_filter'],
  ] as const)('that was cut by %s says so, and marks only the last item', (reason, details) => {
    const frames = encode([begin, callDelta(0, '', 'c', 'x'), callDelta(1, '{"a', 'd', 'y'), finish(reason)]);
    expect(frames.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason: details } },
    });
    expect(outputOf(frames)).toMatchObject([
      { status: 'completed', arguments: '{}' },
      { status: 'incomplete', arguments: '{"a' },
    ]);
  });
});
