import { expect, it } from 'vitest';
import { findInitiator, toInitiator } from '../../../src/dialects/initiator.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import { createRandom } from '../../helpers/random.ts';
import { itRepeats } from '../../helpers/sampled.ts';
import { createRandomEvents, toComparable } from './random-events.ts';
import { createRandomRequest } from './random-requests.ts';
import { fullEvents, plainTraits, readPackets, toBytes, traits } from './streams.ts';

const options = { model: 'my-model', id: 'resp_1', created: 1793000000 };
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value));

itRepeats(2500, 'a request that was written and read again is the same', (rounds) => {
  for (let seed = 0; seed < rounds; seed += 1) {
    const request = createRandomRequest(createRandom(seed));
    const { body, notices } = responses.writeRequest(request, traits);
    expect(notices, `seed ${seed}`).toEqual([]);
    expect(responses.readRequest(copy(body)), `seed ${seed}`).toEqual({ request, stream: true });
    expect(findInitiator(body, {}), `seed ${seed}`).toBe(toInitiator(request.messages));
  }
});

it('sampling comes back from a model that takes it', () => {
  const request = { ...createRandomRequest(createRandom(1)), sampling: { temperature: 0.5, topP: 0 } };
  const { body } = responses.writeRequest(request, plainTraits);
  expect(responses.readRequest(body).request.sampling).toEqual({ temperature: 0.5, topP: 0 });
});

itRepeats(2500, 'a body that was read and written again is the same', (rounds) => {
  for (let seed = 0; seed < rounds; seed += 1) {
    const { body } = responses.writeRequest(createRandomRequest(createRandom(seed)), traits);
    const { request } = responses.readRequest(body);
    expect(responses.writeRequest(request, traits).body, `seed ${seed}`).toEqual(body);
  }
});

itRepeats(2500, 'a stream that was written and read again has the same events', (rounds) => {
  for (let seed = 0; seed < rounds; seed += 1) {
    const random = createRandom(seed);
    const events = createRandomEvents(random);
    const encoder = responses.createReplyWriter(options);
    const bytes = toBytes(events.flatMap((event) => encoder.push(event)));
    const cut = random.integer(bytes.length);
    const decoded = readPackets([bytes.subarray(0, cut), bytes.subarray(cut)]);
    expect(toComparable(decoded), `seed ${seed}`).toEqual(toComparable(withArguments(events)));
  }
});

itRepeats(2500, 'a whole reply that was written and read again says the same', (rounds) => {
  for (let seed = 0; seed < rounds; seed += 1) {
    const events = createRandomEvents(createRandom(seed));
    const decoded = responses.readReply(copy(responses.writeReply(events, options)));
    expect(toTexts(decoded), `seed ${seed}`).toEqual(toTexts(withArguments(events)));
  }
});

it('what the service sends passes through unchanged but for the name of the model', () => {
  const encoder = responses.createReplyWriter(options);
  const decoded = readPackets([toBytes(fullEvents.flatMap((event) => encoder.push(event)))]);
  const [start, ...rest] = fullEvents.map((event) =>
    event.type === 'usage' ? { ...event, usage: { ...event.usage, cacheWriteTokens: 0 } } : event,
  );
  expect(decoded).toEqual([{ ...start, model: 'my-model' }, ...rest]);
});

type Events = ReturnType<typeof createRandomEvents>;

/** A call that ends without arguments gets `{}`, unless it was the last thing before a reply was cut. */
function withArguments(events: Events): Events {
  const isCut = events.some((event) => event.type === 'finish' && /length|filter/.test(event.reason));
  const calls = new Map<number, string>();
  let last: number | undefined;
  for (const event of events) {
    if (event.type === 'tool-call-delta') {
      if (!calls.has(event.index)) last = event.index;
      calls.set(event.index, (calls.get(event.index) ?? '') + event.arguments);
    } else if (event.type === 'text-delta' || event.type === 'reasoning-delta') last = undefined;
  }
  const empty = [...calls].filter(([index, text]) => text === '' && !(isCut && index === last));
  const added = empty.map(([index]) => ({
    type: 'tool-call-delta' as const,
    index,
    id: undefined,
    name: undefined,
    arguments: '{}',
  }));
  return [...events.slice(0, 1), ...events.slice(1, -1), ...added, ...events.slice(-1)];
}

/** What a reply says, whatever pieces it came in. */
function toTexts(events: Events): unknown {
  const blocks = new Map<number, { text: string; opaque: string | undefined }>();
  let text = '';
  for (const event of events) {
    if (event.type === 'text-delta') text += event.text;
    if (event.type !== 'reasoning-delta') continue;
    const block = blocks.get(event.index) ?? { text: '', opaque: undefined };
    blocks.set(event.index, { text: block.text + event.text, opaque: event.opaque ?? block.opaque });
  }
  const { calls } = toComparable(events) as { calls: unknown };
  const rest = events.filter(({ type }) => type === 'start' || type === 'usage' || type === 'finish');
  return { text, blocks: [...blocks.values()], calls, rest };
}
