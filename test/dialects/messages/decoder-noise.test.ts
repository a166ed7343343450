import { describe, expect, test } from 'vitest';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { messages } from '../../../src/dialects/messages/messages.ts';
import { StreamError, TruncatedStreamError } from '../../../src/dialects/stream-decoder.ts';
import { createSseDecoder, SseLineTooLongError } from '../../../src/sse/decoder.ts';
import { createRandom, type Random } from '../../helpers/random.ts';
import { streams, toBytes, type WireEvent } from './streams.ts';

/** One start first; usage and finish at most once, in this order, last; numbers without gaps. */
function checkOrder(events: readonly ChatEvent[]): void {
  let rank = 0;
  let thoughts = 0;
  let calls = 0;
  for (const event of events) {
    const next = { start: 1, usage: 3, finish: 4 }[event.type as 'start'] ?? 2;
    const isInOrder = next === 2 ? rank === 1 || rank === 2 : next > rank && (next === 1 || rank > 0);
    if (!isInOrder) throw new Error(`${event.type} out of order`);
    rank = next;
    if (event.type === 'reasoning-delta') thoughts = follow(event.index, thoughts);
    if (event.type === 'tool-call-delta') calls = follow(event.index, calls);
  }
}

function follow(index: number, count: number): number {
  if (index > count) throw new Error(`number ${index} after ${count} blocks`);
  return Math.max(count, index + 1);
}

function decodeNoise(bytes: Uint8Array): 'read' | 'refused' {
  const lines = createSseDecoder(1 << 20);
  const decoder = messages.createDecoder();
  const events: ChatEvent[] = [];
  try {
    for (const message of lines.push(bytes)) events.push(...decoder.push(message));
    for (const message of lines.end()) events.push(...decoder.push(message));
    events.push(...decoder.end());
    return 'read';
  } catch (error) {
    const isExpected =
      error instanceof StreamError ||
      error instanceof TruncatedStreamError ||
      error instanceof SseLineTooLongError;
    if (!isExpected) throw error;
    return 'refused';
  } finally {
    checkOrder(events);
  }
}

function spoilBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const spoiled = Uint8Array.from(bytes);
  for (let count = random.integer(3); count >= 0; count -= 1) {
    spoiled[random.integer(bytes.length - 1)] = random.chance(0.5) ? random.integer(255) : 34;
  }
  return random.chance(0.3) ? spoiled.subarray(random.integer(bytes.length), bytes.length) : spoiled;
}

const junk = [null, true, 0, -1, 1e300, '', 'text', [], [null], {}, { type: 'text' }, { type: 'tool_use' }];

/** A value in which some fields hold something else. */
function spoilValue(value: unknown, random: Random): unknown {
  if (random.chance(0.06)) return random.pick(junk);
  if (Array.isArray(value)) return value.map((item) => spoilValue(item, random));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, spoilValue(item, random)]));
}

describe('noise is read or refused, and breaks nothing', () => {
  const list = Object.values(streams);
  const encoded = list.map((stream) => toBytes(stream));

  test('100,000 streams with spoiled bytes', () => {
    const random = createRandom(1);
    const counts = { read: 0, refused: 0 };
    for (let round = 0; round < 100_000; round += 1) {
      counts[decodeNoise(spoilBytes(random.pick(encoded), random))] += 1;
    }
    expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(1000);
  });

  test('60,000 streams with spoiled values, in another order', () => {
    const random = createRandom(2);
    const counts = { read: 0, refused: 0 };
    for (let round = 0; round < 60_000; round += 1) {
      const stream = random.pick(list).map((event) => spoilValue(event, random) as WireEvent);
      if (random.chance(0.3)) stream.splice(random.integer(stream.length), 0, random.pick(stream));
      counts[decodeNoise(toBytes(stream.map((event) => event ?? { type: 'ping' })))] += 1;
    }
    expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(1000);
  });

  test('40,000 random byte strings', () => {
    const random = createRandom(3);
    for (let round = 0; round < 40_000; round += 1) {
      const bytes = Uint8Array.from({ length: random.integer(80) }, () => random.integer(255));
      expect(decodeNoise(Buffer.concat([Buffer.from(random.chance(0.5) ? 'data: ' : ''), bytes]))).toBe(
        'refused',
      );
    }
  });
});
