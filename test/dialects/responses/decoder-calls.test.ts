import { expect, it } from 'vitest';
import { chatCompletions } from '../../../src/dialects/chat-completions/dialect.ts';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
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

const frame = (type: string, fields: Fields): Fields => ({
  type: `response.${type}`,
  output_index: 0,
  ...fields,
});
const fn = (text: string): Fields => ({
  type: 'function_call',
  call_id: 'call_1',
  name: 'f',
  arguments: text,
});
const part = (text: string): Fields => frame('function_call_arguments.delta', { delta: text });
const whole = '{"path":"a"}';

it.each<[what: string, frames: unknown[], expected: string, closed: string | undefined]>([
  ['without deltas', [added(0, fn('')), done(0, fn(whole))], whole, undefined],
  [
    'without deltas or a finished item',
    [added(0, fn('')), frame('function_call_arguments.done', { arguments: whole })],
    whole,
    undefined,
  ],
  ['with deltas that are cut', [added(0, fn('')), part('{"pa'), done(0, fn(whole))], whole, undefined],
  [
    'with deltas and both ends',
    [
      added(0, fn('')),
      part(whole),
      frame('function_call_arguments.done', { arguments: whole }),
      done(0, fn(whole)),
    ],
    whole,
    undefined,
  ],
  ['with other deltas', [added(0, fn('')), part('{"path":"b"}'), done(0, fn(whole))], '{"path":"b"}', whole],
  [
    'with a text that is cut',
    [added(0, custom()), delta('say'), done(0, custom({ input }))],
    JSON.stringify({ input }),
    undefined,
  ],
  [
    'with another text',
    [added(0, custom()), delta('x'), done(0, custom({ input }))],
    '{"input":"x"}',
    JSON.stringify({ input }),
  ],
])('arguments %s are those of the end', (_, frames, expected, closed) => {
  const events = readFrames([created, ...frames, completed()]);
  expect(joinCall(events).arguments).toBe(expected);
  const deltas = events.filter((event) => event.type === 'tool-call-delta');
  expect(deltas.at(-1)?.whole).toBe(closed);
});

it('the callers of each dialect get the arguments of the end in a whole reply', () => {
  const events = readFrames([
    created,
    added(0, fn('')),
    part('{"path":"b"}'),
    done(0, fn(whole)),
    completed(),
  ]);
  const options = { model: 'm', id: 'id', created: 0 };
  for (const dialect of [responses, chatCompletions, messages]) {
    const reply = JSON.stringify(dialect.writeReply(events, options));
    expect(reply).toMatch(/path\\?":\\?"a/);
    expect(reply).not.toMatch(/path\\?":\\?"b/);
  }
  const writer = responses.createReplyWriter(options);
  const streamed = events.flatMap((event) => writer.push(event)).map(({ data }) => JSON.parse(data));
  const ends = streamed.filter(({ type }) => type === 'response.function_call_arguments.done');
  expect(ends).toMatchObject([{ arguments: whole }]);
});

it.each([
  ['in one piece', [], ''],
  ['that was announced', [added(0, { type: 'function_call', call_id: 'c', name: 'f', arguments: '' })], ''],
])('arguments that come as an object are their JSON: of a call %s', (_, frames) => {
  const item = { type: 'function_call', call_id: 'c', name: 'f', arguments: { city: 'Rome' } };
  const events = readFrames([created, ...frames, done(0, item), completed()]);
  expect(joinCall(events).arguments).toBe('{"city":"Rome"}');
});
