import { expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { added, completed, created, done, type Fields, finish, readFrames, start } from './streams.ts';

const input = 'say "hé"\n\\ \u{1f600}';

/** A call of which nothing has come. */
const custom = (fields: Fields = {}): Fields => ({
  type: 'custom_tool_call',
  call_id: 'call_1',
  name: 'apply_patch',
  input: '',
  ...fields,
});
const delta = (text: string): Fields => ({
  type: 'response.custom_tool_call_input.delta',
  output_index: 0,
  delta: text,
});
const search = { type: 'tool_search_call', call_id: 'call_2', arguments: { query: 'q' } };

/** The one call of these events. */
function joinCall(events: readonly ChatEvent[]) {
  const deltas = events.filter((event) => event.type === 'tool-call-delta');
  const [first] = deltas;
  return {
    id: first?.id,
    name: first?.name,
    arguments: deltas.map((event) => event.arguments).join(''),
  };
}

it.each<[what: string, frames: unknown[]]>([
  ['in one piece', [done(0, custom({ input }))]],
  ['that was announced', [added(0, custom()), done(0, custom({ input }))]],
  [
    'letter by letter',
    [added(0, custom()), ...[...input].map((letter) => delta(letter)), done(0, custom({ input }))],
  ],
  [
    'cut inside a letter',
    [added(0, custom()), ...input.split('').map((unit) => delta(unit)), done(0, custom({ input }))],
  ],
  ['that is the whole reply', []],
])('a text for a custom tool %s is one argument', (_, frames) => {
  const output = frames.length === 0 ? [custom({ input })] : [];
  const events = readFrames([created, ...frames, completed({ output })]);
  const call = joinCall(events);
  expect(call).toMatchObject({ id: 'call_1', name: 'apply_patch' });
  expect(JSON.parse(call.arguments)).toEqual({ input });
  expect(events.at(-1)).toEqual(finish('tool-calls'));
});

it.each([
  [
    'a function of a namespace',
    { type: 'function_call', namespace: 'n', name: 'f', arguments: '{}' },
    'n__f',
  ],
  [
    'a function of an MCP server',
    { type: 'function_call', namespace: 'mcp__n__', name: 'f', arguments: '{}' },
    'mcp__n__f',
  ],
  ['a search that the caller runs', { ...search, execution: 'client' }, 'tool_search'],
])('a call of %s has one name', (_, item, name) => {
  const events = readFrames([created, done(0, { call_id: 'call_2', ...item }), completed()]);
  expect(joinCall(events)).toEqual({
    id: 'call_2',
    name,
    arguments: typeof item.arguments === 'string' ? item.arguments : JSON.stringify(item.arguments),
  });
});

it('a search that the service runs is no call', () => {
  const frames = [created, done(0, { ...search, execution: 'server' }), completed()];
  expect(readFrames(frames)).toEqual([start, finish('stop')]);
});
