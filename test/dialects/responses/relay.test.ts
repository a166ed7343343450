import { expect, it } from 'vitest';
import { responses } from '../../../src/dialects/responses/dialect.ts';

const toPacket = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const relay = (packets: string[]): string => {
  const { push } = responses.native.createRelay?.({}) ?? { push: String };
  return packets.map((packet) => push(packet)).join('');
};
const delta = 'response.output_text.delta';

it.each<[what: string, fields: object]>([
  ['its place before its text', { sequence_number: 2, item_id: 'b', output_index: 1, delta: 'Hi' }],
  ['no number', { item_id: 'b', output_index: 1, content_index: 0, delta: 'Hi' }],
  [
    'padding',
    { sequence_number: 2, item_id: 'b', output_index: 1, delta: 'Hi', logprobs: [], obfuscation: 'x' },
  ],
  ['escapes', { item_id: 'b', output_index: 1, delta: 'a\n"b\\' }],
  ['words like an id', { item_id: 'b', output_index: 1, delta: '"item_id":"c","output_index":7' }],
  ['its place behind its text', { delta: 'Hi', output_index: 1, item_id: 'b' }],
  ['a list', { item_id: 'b', output_index: 1, delta: 'Hi', logprobs: [{ token: 'Hi' }] }],
  ['a part', { item_id: 'b', output_index: 1, part: { type: 'output_text', text: '' } }],
  ['no place', { item_id: 'b', delta: 'Hi' }],
  ['no id', { output_index: 1, delta: 'Hi' }],
])('an event with %s is the same alone and among others', (_, fields) => {
  const packets = [
    toPacket('response.output_item.added', { output_index: 1, item: { id: 'a', type: 'message' } }),
    toPacket(delta, fields),
    toPacket(delta, { item_id: 'c', output_index: 1, delta: '' }),
  ];
  expect(relay(packets)).toBe(relay([packets.join('')]));
  const withReturns = packets.map((packet) => packet.replaceAll('\n', '\r\n'));
  expect(relay(withReturns).replaceAll('\r\n', '\n')).toBe(relay(packets));
  const hasPlace = 'item_id' in fields && 'output_index' in fields;
  expect(relay(packets)).toBe(
    packets
      .join('')
      .replace('"item_id":"b"', `"item_id":"${hasPlace ? 'a' : 'b'}"`)
      .replace(/"item_id":"c",("output_index":1,"delta":"")/, '"item_id":"a",$1'),
  );
});

it('the number of the last event is known, however the packets are cut', () => {
  const packets = [2, 3, 10].map((sequence_number) =>
    toPacket(delta, { sequence_number, delta: '"sequence_number":7' }),
  );
  for (const cut of [packets, [packets.join('')]]) {
    const opened = responses.native.createRelay?.({});
    expect(opened?.findPlace?.().sequence).toBe(0);
    for (const packet of cut) opened?.push(packet);
    expect(opened?.findPlace?.().sequence).toBe(11);
  }
});

it('nothing follows the last event, however the packets are cut', () => {
  const last = toPacket('response.completed', { response: { id: 'r', output: [{ type: 'message' }] } });
  const rest = [toPacket(delta, { item_id: 'a', output_index: 0, delta: 'late' }), 'data: [DONE]\n\n'];
  expect(relay([last, ...rest])).toBe(last);
  expect(relay([[last, ...rest].join('')])).toBe(last);
});

it('a ping among deltas becomes a comment', () => {
  const one = toPacket(delta, { item_id: 'a', output_index: 0, delta: 'shipping' });
  for (const written of ['event: ping\ndata: {"type":"ping"}\n\n', 'event:ping\ndata:{}\n\n'])
    expect(relay([one + written + one])).toBe(`${one}: ping\n\n${one}`);
});
