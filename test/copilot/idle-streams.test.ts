import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { recordChunks } from '../../scripts/bench/recorded-stream.ts';
import { createSeen, look } from '../../src/copilot/check-answer.ts';
import { nativeChatCompletions } from '../../src/dialects/chat-completions/native.ts';
import { nativeResponses } from '../../src/dialects/responses/native.ts';
import { createSseDecoder } from '../../src/sse/decoder.ts';
import { createEventCutter } from '../../src/sse/event-cutter.ts';

const streamCount = 50;
const kilobyte = 1024;
/** Without its end, behind which a relay keeps nothing anyway. */
const packet = Buffer.concat(recordChunks('responses', 1000).slice(0, 900));

/** The flag stays for other contexts alone. */
function measureMemory(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  // The bytes of what the first one finds are given back by the second.
  collect();
  collect();
  setFlagsFromString('--no-expose-gc');
  const { heapUsed, arrayBuffers } = memoryUsage();
  return (heapUsed + arrayBuffers) / kilobyte;
}

/** They read a packet, and are held like those of a stream that says nothing more. */
const readers: Record<string, () => unknown> = {
  'what cuts its bytes': () => {
    const cutter = createEventCutter();
    cutter.push(Uint8Array.from(packet));
    cutter.take();
    return cutter;
  },
  'what reads its events': () => {
    const decoder = createSseDecoder();
    decoder.push(Uint8Array.from(packet));
    return decoder;
  },
  'what looks whether it says anything': () => {
    const seen = createSeen();
    const text = packet.toString('latin1');
    const token = 8;
    for (let start = 0; start < text.length; start += token)
      look({ type: 'text-delta', text: text.slice(start, start + token) }, seen);
    return seen;
  },
  'what repairs its responses': () => {
    const relay = nativeResponses.createRelay?.({});
    relay?.push(packet.toString('latin1'));
    return relay;
  },
  'what repairs its chunks': () => {
    const relay = nativeChatCompletions.createRelay?.({});
    relay?.push(packet.toString('latin1'));
    return relay;
  },
};

it.each(Object.keys(readers))('%s keeps nothing of the last packet of a stream', (name) => {
  const read = readers[name] as () => unknown;
  expect(packet.length).toBeGreaterThan(100 * kilobyte);
  const held = [read()];
  const before = measureMemory();
  while (held.length <= streamCount) held.push(read());
  expect((measureMemory() - before) / streamCount).toBeLessThan(10);
  expect(held).toHaveLength(streamCount + 1);
});
