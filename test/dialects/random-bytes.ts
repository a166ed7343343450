import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import { type Dialect, StreamError, TruncatedStreamError } from '../../src/dialects/dialect.ts';
import { createSseDecoder } from '../../src/sse/decoder.ts';
import { createRandom } from '../helpers/random.ts';
import { createRandomStream } from './random-streams.ts';
import { findFlaw } from './well-formed.ts';
import type { Wire } from './wires.ts';

/** Between them, others have a turn: the runner wants to hear from a test. */
const batch = 20_000;
const longestMs = 2000;

const decoder = new TextDecoder();

type Outcome = 'reply' | 'StreamError' | 'TruncatedStreamError';

/** Feeds the packets to a decoder. Throws where it does what no caller expects. */
function readPackets(packets: readonly Uint8Array[], dialect: Dialect): Outcome {
  const sse = createSseDecoder();
  const stream = dialect.createReplyReader();
  const events: ChatEvent[] = [];
  let outcome: Outcome = 'reply';
  try {
    for (const packet of packets)
      for (const message of sse.push(packet)) events.push(...stream.push(message));
    for (const message of sse.end()) events.push(...stream.push(message));
    events.push(...stream.end());
  } catch (error) {
    if (!(error instanceof StreamError || error instanceof TruncatedStreamError)) throw error;
    outcome = error.name;
  }
  const flaw = findFlaw(events, outcome === 'reply');
  if (flaw !== undefined) throw new Error(`${flaw}: ${JSON.stringify(events)}`);
  return outcome;
}

/** Registers the tests of one decoder. They are three files because the runner gives each file a processor of its own. */
export function testRandomBytes({ dialect, corpus }: Wire): void {
  it('ten thousand random byte strings are read, or fail in a known way', () => readRandomBytes(10_000));

  // Of 400,000, the first hundred thousand reach every branch of the decoders that any of them reaches, but for one or two.
  it(
    'a quarter of a million random byte strings are read, or fail in a known way',
    {
      tags: 'deep',
      timeout: 180_000,
    },
    () => readRandomBytes(250_000),
  );

  async function readRandomBytes(count: number): Promise<void> {
    const { stackTraceLimit } = Error;
    onTestFinished(() => {
      Error.stackTraceLimit = stackTraceLimit;
    });
    // Most of the time would go into stacks that nobody reads.
    Error.stackTraceLimit = 0;
    const outcomes: Record<Outcome, number> = { reply: 0, StreamError: 0, TruncatedStreamError: 0 };
    let slowestMs = 0;
    for (let seed = 0; seed < count; seed += 1) {
      if (seed % batch === 0) await nextTurn();
      const packets = createRandomStream(createRandom(seed), corpus);
      const startedAt = performance.now();
      try {
        outcomes[readPackets(packets, dialect)] += 1;
      } catch (error) {
        throw new Error(`seed ${seed}: ${JSON.stringify(decoder.decode(Buffer.concat(packets)))}`, {
          cause: error,
        });
      }
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }
    expect(slowestMs).toBeLessThan(longestMs);
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(count / 100);
  }
}
