import { describe, expect, it } from 'vitest';
import { createToolCallTracker } from '../../../src/dialects/chat-completions/read-reply.ts';

type Delta = {
  index?: number;
  id?: string | null;
  function?: { name?: string | null; arguments?: string | null } | null;
};
type Call = { id: string | undefined; name: string | undefined; arguments: string };

/** The calls that a consumer puts together from the deltas. */
function collect(deltas: readonly unknown[]): Call[] {
  const tracker = createToolCallTracker();
  const calls: Call[] = [];
  for (const delta of deltas) {
    const event = tracker.read(delta);
    if (!event) continue;
    const call = calls[event.index] ?? { id: undefined, name: undefined, arguments: '' };
    if (event.id !== undefined) expect(call.id).toBeUndefined();
    if (event.name !== undefined) expect(call.name).toBeUndefined();
    calls[event.index] = {
      id: call.id ?? event.id,
      name: call.name ?? event.name,
      arguments: call.arguments + event.arguments,
    };
  }
  return calls;
}

const begin = (index: number | undefined, id: string | undefined, name: string): Delta => ({
  ...(index !== undefined && { index }),
  ...(id !== undefined && { id }),
  function: { name, arguments: '' },
});
const go = (text: string, where: { index?: number; id?: string } = {}): Delta => ({
  ...where,
  function: { arguments: text },
});

const read = (text: string, id: string | undefined = 'a'): Call => ({ id, name: 'read', arguments: text });
const write = (text: string, id: string | undefined = 'b'): Call => ({ id, name: 'write', arguments: text });

describe('tool calls', () => {
  it.each<[what: string, deltas: Delta[], calls: Call[]]>([
    [
      'with ids on the first delta alone',
      [begin(0, 'a', 'read'), go('{"p":', { index: 0 }), go('1}', { index: 0 })],
      [read('{"p":1}')],
    ],
    [
      'with ids repeated on each delta',
      [begin(0, 'a', 'read'), go('{"p":', { index: 0, id: 'a' }), go('1}', { index: 0, id: 'a' })],
      [read('{"p":1}')],
    ],
    [
      'with an index that starts at 1',
      [begin(1, 'a', 'read'), go('{}', { index: 1 }), begin(2, 'b', 'write'), go('[]', { index: 2 })],
      [read('{}'), write('[]')],
    ],
    [
      'one after the other',
      [begin(0, 'a', 'read'), go('{}', { index: 0 }), begin(1, 'b', 'write'), go('[]', { index: 1 })],
      [read('{}'), write('[]')],
    ],
    [
      'interleaved',
      [
        begin(0, 'a', 'read'),
        begin(1, 'b', 'write'),
        go('{"p', { index: 0 }),
        go('[', { index: 1 }),
        go('":1}', { index: 0 }),
        go(']', { index: 1 }),
      ],
      [read('{"p":1}'), write('[]')],
    ],
    [
      'without an index, whose ids are repeated',
      [
        begin(undefined, 'a', 'read'),
        begin(undefined, 'b', 'write'),
        go('{}', { id: 'a' }),
        go('[]', { id: 'b' }),
      ],
      [read('{}'), write('[]')],
    ],
    [
      'without an index, whose ids come once',
      [begin(undefined, 'a', 'read'), go('{}'), begin(undefined, 'b', 'write'), go('['), go(']')],
      [read('{}'), write('[]')],
    ],
    [
      'without an index or an id',
      [begin(undefined, undefined, 'read'), go('{}'), begin(undefined, undefined, 'write'), go('[]')],
      [read('{}', undefined), write('[]', undefined)].map((call) => ({ ...call, id: undefined })),
    ],
    [
      'with everything in one delta',
      [{ index: 0, id: 'a', function: { name: 'read', arguments: '{"p":1}' } }],
      [read('{"p":1}')],
    ],
    ['without any argument text', [begin(0, 'a', 'read')], [read('')]],
    [
      'with the same index and other ids',
      [
        begin(0, 'a', 'read'),
        go('{}', { index: 0 }),
        begin(0, 'b', 'write'),
        go('[', { index: 0 }),
        go(']', { index: 0, id: 'b' }),
        go(' ', { index: 0, id: 'a' }),
      ],
      [read('{} '), write('[]')],
    ],
    [
      'with the same index, without ids',
      [
        begin(0, undefined, 'read'),
        go('{}', { index: 0 }),
        begin(0, undefined, 'write'),
        go('[]', { index: 0 }),
      ],
      [
        { id: undefined, name: 'read', arguments: '{}' },
        { id: undefined, name: 'write', arguments: '[]' },
      ],
    ],
    [
      'with the same index and the same name, in one piece each',
      [
        { index: 0, id: 'a', function: { name: 'read', arguments: '{"p":1}' } },
        { index: 0, id: 'b', function: { name: 'read', arguments: '{"p":2}' } },
      ],
      [read('{"p":1}'), read('{"p":2}', 'b')],
    ],
    [
      'with an id that comes late',
      [begin(0, undefined, 'read'), go('{', { index: 0, id: 'a' }), go('}', { index: 0, id: 'a' })],
      [read('{}')],
    ],
    [
      'with a late id and no index',
      [begin(undefined, undefined, 'read'), go('{', { id: 'a' }), go('}', { id: 'a' })],
      [read('{}')],
    ],
    [
      'with the name behind the id',
      [{ index: 0, id: 'a' }, begin(0, undefined, 'read'), go('{}', { index: 0 })],
      [read('{}')],
    ],
    [
      'with the name repeated',
      [begin(0, 'a', 'read'), { index: 0, function: { name: 'read', arguments: '{}' } }],
      [read('{}')],
    ],
    [
      'with an index from the second delta on',
      [begin(undefined, 'a', 'read'), go('{', { index: 0 }), go('}', { index: 0 })],
      [read('{}')],
    ],
    [
      'with an index on the first delta alone',
      [begin(0, 'a', 'read'), go('{}'), begin(1, 'b', 'write'), go('[]')],
      [read('{}'), write('[]')],
    ],
    [
      'with the same id twice, at two indexes',
      [begin(0, 'a', 'read'), begin(1, 'a', 'write'), go('{}', { index: 0 }), go('[]', { index: 1 })],
      [read('{}'), write('[]', 'a')],
    ],
    [
      'with null in place of what a delta does not have',
      [
        { index: 0, id: 'a', function: { name: 'read', arguments: null } },
        { index: 0, id: null, function: { name: null, arguments: '{}' } },
        { index: 0, id: null, function: null },
      ],
      [read('{}')],
    ],
  ])('%s are put together', (_, deltas, calls) => {
    expect(collect(deltas)).toEqual(calls);
  });

  it('have nothing to say where a delta is something else, or empty', () => {
    const odd = [
      null,
      5,
      'x',
      [],
      {},
      { index: 0 },
      { index: '0', id: 5, function: [] },
      { function: { name: '' } },
    ];
    expect(collect(odd)).toEqual([]);
    expect(collect([begin(0, 'a', 'read'), ...odd, go('{}', { index: 0 })])).toEqual([read('{}')]);
  });

  it('tell their id and name once, with the first delta', () => {
    const tracker = createToolCallTracker();
    const first = tracker.read({ index: 1, id: 'a', function: { name: 'read', arguments: '' } });
    const second = tracker.read({ index: 1, id: 'a', function: { name: 'read', arguments: '{}' } });
    expect(first).toEqual({ type: 'tool-call-delta', index: 0, id: 'a', name: 'read', arguments: '' });
    expect(second).toEqual({
      type: 'tool-call-delta',
      index: 0,
      id: undefined,
      name: undefined,
      arguments: '{}',
    });
  });

  it('are missing until the first has come', () => {
    const tracker = createToolCallTracker();
    expect(tracker.isEmpty()).toBe(true);
    tracker.read(begin(0, 'a', 'read'));
    expect(tracker.isEmpty()).toBe(false);
  });
});

it('arguments that come as an object are their JSON', () => {
  const deltas = [{ index: 0, id: 'a', function: { name: 'read', arguments: { city: 'Rome' } } }];
  expect(collect(deltas)).toEqual([read('{"city":"Rome"}')]);
});
