import { describe, expect, test } from 'vitest';
import type { Message, ToolMessage } from '../../../src/dialects/chat-request.ts';
import { encode, hello } from './models.ts';

const calls = (...list: [id: string, args?: string][]): Message => ({
  role: 'assistant',
  parts: list.map(([id, args = '{}']) => ({ type: 'tool-call', id, name: 'read', arguments: args })),
});
const result = (callId: string, fields: Partial<ToolMessage> = {}): ToolMessage => ({
  role: 'tool',
  callId,
  parts: [{ type: 'text', text: 'done' }],
  isError: false,
  ...fields,
});
const png = { type: 'image', source: { mediaType: 'image/png', data: 'iVBO' } } as const;

function writeTurns(...messages: Message[]) {
  return encode({ messages: [hello, ...messages] }).body.messages.slice(1);
}

/** The ids of calls, and of results, in order. */
function listIds(...messages: Message[]): { calls: string[]; results: string[] } {
  const blocks = writeTurns(...messages).flatMap(({ content }) => content);
  return {
    calls: blocks.flatMap((block) => (block.type === 'tool_use' ? block.id : [])),
    results: blocks.flatMap((block) => (block.type === 'tool_result' ? block.tool_use_id : [])),
  };
}

describe('arguments', () => {
  test.each([
    ['an object', '{"a":[1,{"b":null}]}', { a: [1, { b: null }] }, 0],
    ['nothing', '', {}, 0],
    ['half an object', '{"a":', { invalid_json: '{"a":' }, 1],
    ['a list', '[1]', { invalid_json: '[1]' }, 1],
    ['null', 'null', { invalid_json: 'null' }, 1],
  ])('%s', (_, args, input, count) => {
    const { body, notices } = encode({ messages: [hello, calls(['a', args]), result('a')] });
    expect(body.messages[1]?.content[0]).toEqual({ type: 'tool_use', id: 'a', name: 'read', input });
    expect(notices).toHaveLength(count);
  });
});

describe('results', () => {
  test('those of parallel calls stand first in the turn of the user, in one turn', () => {
    const turn = writeTurns(calls(['a'], ['b']), result('a'), result('b'), hello)[1];
    expect(turn?.content.map(({ type }) => type)).toEqual(['tool_result', 'tool_result', 'text']);
  });

  test('a result holds texts and images in order', () => {
    const parts = [{ type: 'text', text: 'a' } as const, png, { type: 'text', text: ' ' } as const];
    expect(writeTurns(calls(['a']), result('a', { parts }))[1]?.content).toEqual([
      {
        type: 'tool_result',
        tool_use_id: 'a',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } },
        ],
      },
    ]);
  });

  test('a failed one holds text alone, and its images follow all results', () => {
    const failed = result('a', { parts: [png], isError: true });
    expect(writeTurns(calls(['a'], ['b']), failed, result('b'))[1]?.content).toMatchObject([
      { type: 'tool_result', tool_use_id: 'a', is_error: true, content: [{ type: 'text' }] },
      { type: 'tool_result', tool_use_id: 'b' },
      { type: 'image' },
    ]);
  });

  test('an empty one has no content', () => {
    expect(writeTurns(calls(['a']), result('a', { parts: [] }))[1]?.content).toEqual([
      { type: 'tool_result', tool_use_id: 'a' },
    ]);
  });

  test('a call without a result gets one, and a result without a call is left out', () => {
    expect(listIds(calls(['a']), hello, result('a'), result('z'))).toEqual({ calls: ['a'], results: ['a'] });
    const { body, notices } = encode({ messages: [hello, calls(['a']), hello, result('z')] });
    expect(body.messages[2]?.content[0]).toMatchObject({ is_error: true });
    expect(notices).toHaveLength(2);
  });
});

describe('ids', () => {
  const long = 'x'.repeat(70);

  test.each([
    ['allowed ones are kept', ['toolu_1-A'], ['toolu_1-A']],
    ['other characters', ['functions.read:0'], ['functions_read_0']],
    ['those that become alike stay apart', ['a:b', 'a.b', 'a_b'], ['a_b', 'a_b_2', 'a_b_3']],
    ['too long ones', [long, `${long}y`], [long.slice(0, 64), `${long.slice(0, 62)}_2`]],
    ['an empty one', [''], ['call']],
  ])('%s', (_, ids, expected) => {
    const messages = [calls(...ids.map((id): [string] => [id])), ...ids.map((id) => result(id))];
    expect(listIds(...messages)).toEqual({ calls: expected, results: expected });
  });

  test('one that comes again in a later turn is another, for call and result', () => {
    const turn = [calls(['call_0']), result('call_0')];
    const ids = ['call_0', 'call_0_2', 'call_0_3'];
    expect(listIds(...turn, ...turn, ...turn)).toEqual({ calls: ids, results: ids });
  });

  test('a history that grows keeps the ids that it had', () => {
    const first = [calls(['a:1']), result('a:1')];
    const grown = [...first, calls(['a_1']), result('a_1')];
    expect(listIds(...grown).calls.slice(0, 1)).toEqual(listIds(...first).calls);
  });

  test('of two in one message the first is kept, for there is one result, and it is told', () => {
    const messages = [hello, calls(['a', '{"n":1}'], ['a', '{"n":2}']), result('a'), result('a')];
    const { body, notices } = encode({ messages });
    expect(body.messages[1]?.content).toMatchObject([{ id: 'a', input: { n: 1 } }]);
    expect(body.messages[2]?.content).toHaveLength(1);
    expect(notices).toContainEqual(expect.stringContaining('the first is kept'));
  });
});

describe('cache marks', () => {
  const cache = {};

  test('they stand on texts, images, calls, results, tools and the system', () => {
    const { body } = encode({
      messages: [
        { role: 'user', parts: [{ ...png, cache }] },
        { role: 'assistant', parts: [{ type: 'tool-call', id: 'a', name: 'read', arguments: '', cache }] },
        result('a', { cache: { ttl: '1h' } }),
        { role: 'user', parts: [{ type: 'text', text: 'x', cache }] },
      ],
    });
    const marks = body.messages.flatMap(({ content }) =>
      content.map((block) => ('cache_control' in block ? block.cache_control : undefined)),
    );
    const mark = { type: 'ephemeral' };
    expect(marks).toEqual([mark, mark, { type: 'ephemeral', ttl: '1h' }, mark]);
  });

  test('one inside a result is lifted to the result', () => {
    const parts = [{ type: 'text', text: 'x', cache: { ttl: '5m' } } as const, png];
    expect(writeTurns(calls(['a']), result('a', { parts }))[1]?.content[0]).toMatchObject({
      cache_control: { type: 'ephemeral', ttl: '5m' },
      content: [{ type: 'text', text: 'x' }, { type: 'image' }],
    });
    expect(
      JSON.stringify(writeTurns(calls(['a']), result('a', { parts }))).match(/cache_control/g),
    ).toHaveLength(1);
  });

  test('of more than four the last four are kept', () => {
    const marked = (text: string) => ({ type: 'text', text, cache }) as const;
    const { body, notices } = encode({
      tools: [{ name: 'read', parameters: {}, cache }],
      messages: [
        { role: 'system', parts: [marked('one')] },
        { role: 'user', parts: [marked('two'), marked('three'), marked('four')] },
      ],
    });
    expect(body.tools?.[0]).not.toHaveProperty('cache_control');
    expect(body.system?.[0]).toHaveProperty('cache_control');
    expect(body.messages[0]?.content.every((block) => 'cache_control' in block)).toBe(true);
    expect(notices).toEqual([]);
  });
});
