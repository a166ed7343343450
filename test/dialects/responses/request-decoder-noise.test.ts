import { expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { DialectError } from '../../../src/dialects/dialect.ts';
import { responses } from '../../../src/dialects/responses/responses.ts';
import { StreamError, TruncatedStreamError } from '../../../src/dialects/stream-decoder.ts';
import { SseLineTooLongError } from '../../../src/sse/decoder.ts';
import { createRandom } from '../../helpers/random.ts';
import { createRandomRequest } from './random-requests.ts';
import { createRandomStream } from './random-streams.ts';
import { decodePackets, traits } from './streams.ts';

const rounds = 200_000;

function countText(events: readonly ChatEvent[]): number {
  let count = 0;
  for (const event of events) {
    if (event.type === 'text-delta' || event.type === 'reasoning-delta') count += event.text.length;
    else if (event.type === 'tool-call-delta') count += event.arguments.length;
  }
  return count;
}

/** Blocks and calls are numbered as they appear, and only the first delta of a call names it. */
function isNumbered(events: readonly ChatEvent[]): boolean {
  let blocks = 0;
  let calls = 0;
  for (const event of events) {
    if (event.type === 'reasoning-delta' && event.index >= blocks && event.index !== blocks++) return false;
    if (event.type !== 'tool-call-delta') continue;
    const isFirst = event.index >= calls;
    if (isFirst && event.index !== calls++) return false;
    if (isFirst !== (event.name !== undefined)) return false;
  }
  return true;
}

/** What holds of every reply, whoever sent it. */
function isWellFormed(events: readonly ChatEvent[], size: number): boolean {
  const countOf = (type: string): number => events.filter((event) => event.type === type).length;
  const usage = events.findIndex(({ type }) => type === 'usage');
  return (
    events[0]?.type === 'start' &&
    events.at(-1)?.type === 'finish' &&
    countOf('start') + countOf('finish') === 2 &&
    (usage === -1 || usage === events.length - 2) &&
    isNumbered(events) &&
    countText(events) <= size
  );
}

it('200,000 broken streams are read to a reply, or fail in one of the ways that are told', () => {
  const random = createRandom(20_261_121);
  const outcomes = { reply: 0, StreamError: 0, TruncatedStreamError: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const bytes = createRandomStream(random);
    try {
      const events = decodePackets([bytes]);
      outcomes.reply += 1;
      if (!isWellFormed(events, bytes.length)) expect(events, `round ${round}`).toBe('well formed');
    } catch (error) {
      if (error instanceof StreamError) outcomes.StreamError += 1;
      else if (error instanceof TruncatedStreamError) outcomes.TruncatedStreamError += 1;
      else if (!(error instanceof SseLineTooLongError)) throw error;
    }
  }
  expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(rounds / 100);
});

const odd = [null, 0, 'x', '', [], {}, [null], { type: 'message' }, true];

it('a body in which one value is another is read, or its caller is told where it is wrong', () => {
  const random = createRandom(7);
  const outcomes = { read: 0, refused: 0 };
  for (let round = 0; round < 20_000; round += 1) {
    const { body } = responses.encodeRequest(createRandomRequest(random), traits);
    const places = listPlaces(body);
    const [parent, name] = random.pick(places);
    parent[name] = random.pick(odd);
    try {
      const { request } = responses.decodeRequest(body);
      responses.encodeRequest(request, traits);
      outcomes.read += 1;
    } catch (error) {
      if (!(error instanceof DialectError)) throw error;
      outcomes.refused += 1;
      expect(error.path).toBeTypeOf('string');
    }
  }
  expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(1000);
});

type Parent = Record<string, unknown>;

function listPlaces(value: unknown): [parent: Parent, name: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [[value as Parent, name], ...listPlaces(item)]);
}
