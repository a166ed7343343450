import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type Dialect, StreamError } from '../../src/dialects/dialect.ts';
import { createSseDecoder } from '../../src/sse/decoder.ts';
import { wires } from './wires.ts';

const megabyte = 1024 * 1024;
const encoder = new TextEncoder();

/** Bytes in use once the garbage is out. */
function measureHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

/** What a reply may bring without coming to an end, and comments. */
function listHarmless(dialect: Dialect, packets: readonly Uint8Array[]): Uint8Array[] {
  const harmless = packets.filter((packet) => {
    const decoder = dialect.createReplyReader();
    try {
      for (const message of createSseDecoder().push(packet)) decoder.push(message);
    } catch {
      return false;
    }
    return !decoder.isDone?.();
  });
  return [
    ...harmless.map(toPartOfOne),
    encoder.encode(': keep-alive\n\n'),
    encoder.encode('data: {"type":"news","x":[]}\n\n'),
  ];
}

/** A packet of any reply as one of the same reply. */
function toPartOfOne(packet: Uint8Array): Buffer {
  const text = Buffer.from(packet).toString('latin1');
  return Buffer.from(
    text
      .replace(/"id":"(?:chatcmpl|msg)[^"]*"/g, '"id":""')
      .replaceAll('"message_start"', '"message_began"')
      .replaceAll('"response.created"', '"response.began"'),
    'latin1',
  );
}

function repeatUntil(length: number, packets: readonly Uint8Array[]): Uint8Array {
  const once = Buffer.concat(packets);
  return Buffer.concat(Array.from({ length: Math.ceil(length / once.length) }, () => once));
}

describe.each(wires)('the decoder of $dialect.path', ({ dialect, corpus }) => {
  it('takes no more memory for 20 MB than for 2', () => expectConstantMemory(2, 20));

  it('takes no more memory for 200 MB than for 20', { tags: 'deep', timeout: 60_000 }, () =>
    expectConstantMemory(20, 200),
  );

  function expectConstantMemory(few: number, many: number): void {
    const block = repeatUntil(megabyte, listHarmless(dialect, corpus.streams.flat()));
    const sse = createSseDecoder();
    const decoder = dialect.createReplyReader();
    let events = 0;
    const feed = (megabytes: number): void => {
      for (let fed = 0; fed < megabytes * megabyte; fed += block.length)
        for (const message of sse.push(block)) events += decoder.push(message).length;
    };
    feed(few);
    const before = measureHeap();
    feed(many - few);
    expect(measureHeap() - before).toBeLessThan(4 * megabyte);
    expect(events).toBeGreaterThan(500 * many);
    expect(decoder.isDone?.()).toBe(false);
  }
});

const parts: Record<string, ((index: number) => object)[]> = {
  '/chat/completions': [
    (index) => ({
      choices: [{ delta: { tool_calls: [{ index, id: `c${index}`, function: { name: 'x' } }] } }],
    }),
    (index) => ({ choices: [{ delta: { tool_calls: [{ function: { name: `x${index}` } }] } }] }),
    (index) => ({ choices: [{ delta: { tool_calls: [{ index, id: 'c', function: { arguments: '1' } }] } }] }),
  ],
  '/v1/messages': [
    (index) => ({ type: 'content_block_start', index, content_block: { type: 'tool_use', name: 'x' } }),
    (index) => ({ type: 'content_block_delta', index, delta: { type: 'thinking_delta', thinking: 'x' } }),
  ],
  '/responses': [
    (output_index) => ({ type: 'response.output_item.added', output_index, item: { type: 'message' } }),
    (output_index) => ({ type: 'response.output_text.delta', output_index, delta: 'x' }),
  ],
};

describe.each(wires)('the decoder of $dialect.path', ({ dialect }) => {
  it.each(parts[dialect.path] ?? [])('refuses a reply of ever more parts (%#)', (toFrame) => {
    const decoder = dialect.createReplyReader();
    const feed = (count: number): void => {
      for (let index = 0; index < count; index += 1)
        decoder.push({ event: undefined, data: JSON.stringify(toFrame(index)) });
    };
    feed(1000);
    expect(() => feed(100_000)).toThrow(StreamError);
  });
});
