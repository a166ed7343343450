import { expect, it } from 'vitest';
import { chatCompletions } from '../../../src/dialects/chat-completions/dialect.ts';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import type { ChatRequest, Message } from '../../../src/dialects/chat-request.ts';
import { DialectError } from '../../../src/dialects/dialect.ts';
import { createRandom, type Random } from '../../helpers/random.ts';
import { itRepeats } from '../../helpers/sampled.ts';
import { toCarried } from './carried.ts';
import { able } from './models.ts';
import { createRandomEvents } from './random-events.ts';
import { createRandomRequest } from './random-requests.ts';
import { readPackets, toBytes, toSseText } from './streams.ts';

const options = { model: 'm', id: 'chatcmpl-1', created: 1793000000, includeUsage: true };

/** Through JSON, as over the wire. */
const readBody = (body: unknown): ChatRequest =>
  chatCompletions.readRequest(JSON.parse(JSON.stringify(body))).request;

itRepeats(2000, 'requests come back but for what the dialect cannot carry', (rounds) => {
  const random = createRandom(1);
  for (let run = 0; run < rounds; run += 1) {
    const { request, traits } = createRandomRequest(random);
    const before = JSON.stringify(request);
    const { body } = chatCompletions.writeRequest(request, traits);
    expect(readBody(body)).toEqual(toCarried(JSON.parse(before) as ChatRequest));
    expect(JSON.stringify(request)).toBe(before);
  }
});

/** Messages in any order, such as a torn history has. */
function shuffle(messages: readonly Message[], random: Random): Message[] {
  return Array.from({ length: messages.length }, () => random.pick(messages));
}

itRepeats(
  2000,
  'torn histories become bodies that say the same when they are read and written again',
  (rounds) => {
    const random = createRandom(2);
    for (let run = 0; run < rounds; run += 1) {
      const { request } = createRandomRequest(random);
      const torn = { ...request, messages: shuffle(request.messages, random) };
      try {
        const { body } = chatCompletions.writeRequest(torn, able);
        expect(chatCompletions.writeRequest(readBody(body), able).body).toEqual(body);
      } catch (error) {
        expect(error).toBeInstanceOf(DialectError);
      }
    }
  },
);

itRepeats(2000, 'replies come back from a stream as they were', (rounds) => {
  const random = createRandom(3);
  for (let run = 0; run < rounds; run += 1) {
    const events = createRandomEvents(random);
    const encoder = chatCompletions.createReplyWriter(options);
    const text = toSseText(events.flatMap((event) => encoder.push(event)));
    expect(readPackets([toBytes(text)])).toEqual({ events, error: undefined });
  }
});

/** A reply in one piece: what was thought, what was said, what was called. Of sealed thoughts, the last. */
function toWhole(events: readonly ChatEvent[]): ChatEvent[] {
  const [start] = events;
  const join = (kind: 'refusal' | undefined): ChatEvent[] => {
    const said = events.filter((event) => event.type === 'text-delta' && event.kind === kind);
    const text = said.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
    return said.length === 0 ? [] : [{ type: 'text-delta', text, ...(kind && { kind }) }];
  };
  const calls = events.filter((event) => event.type === 'tool-call-delta');
  return [
    ...(start ? [start] : []),
    ...toWholeThought(events),
    ...join(undefined),
    ...join('refusal'),
    ...calls
      .filter(({ id }) => id !== undefined)
      .map((call) => ({
        ...call,
        arguments: calls.map((other) => (other.index === call.index ? other.arguments : '')).join(''),
      })),
    ...events.filter(({ type }) => type === 'usage' || type === 'finish'),
  ];
}

function toWholeThought(events: readonly ChatEvent[]): ChatEvent[] {
  const thoughts = events.filter((event) => event.type === 'reasoning-delta');
  const seals = thoughts.filter(({ opaque }) => opaque !== undefined);
  const seal = seals.at(-1);
  const kept = seals.length > 1 ? thoughts.filter(({ index }) => index === seal?.index) : thoughts;
  if (kept.length === 0) return [];
  const text = kept.map((thought) => thought.text).join('');
  return [
    {
      type: 'reasoning-delta',
      index: 0,
      text,
      ...(seal?.opaque === undefined ? {} : { opaque: seal.opaque }),
    },
  ];
}

itRepeats(2000, 'replies come back in one piece', (rounds) => {
  const random = createRandom(4);
  for (let run = 0; run < rounds; run += 1) {
    const events = createRandomEvents(random);
    const reply: unknown = JSON.parse(JSON.stringify(chatCompletions.writeReply(events, options)));
    expect(chatCompletions.readReply(reply)).toEqual(toWhole(events));
  }
});

it('20,000 bodies of anything are read or refused with a DialectError', { tags: 'deep' }, () => {
  const random = createRandom(5);
  const values = [
    null,
    5,
    '',
    'x',
    true,
    [],
    {},
    [null],
    [{}],
    ['x'],
    { type: 'function' },
    { type: 'text', text: 5 },
  ];
  const disturb = (value: unknown, depth: number): unknown => {
    if (random.chance(depth === 0 ? 0 : 0.05)) return random.pick(values);
    if (Array.isArray(value)) return value.map((item) => disturb(item, depth + 1));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, disturb(item, depth + 1)]));
  };
  for (let run = 0; run < 20_000; run += 1) {
    const { request, traits } = createRandomRequest(random);
    const body = disturb(chatCompletions.writeRequest(request, traits).body, 0);
    try {
      chatCompletions.writeRequest(chatCompletions.readRequest(body).request, traits);
    } catch (error) {
      if (!(error instanceof DialectError)) throw new Error(`for ${JSON.stringify(body)}`, { cause: error });
    }
  }
});
