import { expect, it } from 'vitest';
import { responses } from '../../../src/dialects/responses/dialect.ts';

const toPacket = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const relay = (packets: string[]): string => {
  const { push } = responses.native.createRelay?.({}) ?? { push: String };
  return packets.map((packet) => push(packet)).join('');
};
const delta = 'response.output_text.delta';

// Several events in one packet are read line by line.
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
  const hasPlace = 'item_id' in fields && 'output_index' in fields;
  expect(relay(packets)).toBe(
    packets
      .join('')
      .replace('"item_id":"b"', `"item_id":"${hasPlace ? 'a' : 'b'}"`)
      .replace(/"item_id":"c",("output_index":1,"delta":"")/, '"item_id":"a",$1'),
  );
});
