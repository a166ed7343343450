import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import type { Frame, ReplyStream } from './reply.ts';
import type { Transport } from './transport.ts';

// Events without pauses between them share a write, as they share packets on a real connection.
const blockBytes = 16 * 1024;
const mostLateMs = 50;
/** Between what a stalled stream sends. */
const stallPauseMs = 50;

/**
 * Writes a stream with back-pressure: no more than one block waits in memory for a slow reader. After `reset`
 * everything was handed to the socket, and the caller destroys it.
 */
export async function writeStream(
  response: ServerResponse,
  stream: ReplyStream,
  transport: Transport,
  signal: AbortSignal,
): Promise<'ended' | 'reset'> {
  response.flushHeaders();
  const clock = createPauseClock();
  let block = '';
  const flush = async () => {
    const text = block;
    block = '';
    if (text !== '') await writePackets(response, Buffer.from(text), transport, signal);
  };
  for (const frame of bendFrames(stream, transport)) {
    if (signal.aborted) return 'ended';
    if (frame === 'reset') {
      // A blank line means nothing in an event stream; its callback tells that all before it is gone.
      await flush();
      await new Promise((resolve) => response.write('\n', resolve));
      return 'reset';
    }
    if (frame === 'stall') {
      await flush();
      while (!signal.aborted) {
        response.write(transport.stall?.text);
        await delay(stallPauseMs, undefined, { signal });
      }
      return 'ended';
    }
    const pause = clock.pauseFor(frame.waitMs ?? 0);
    if (pause > 0) {
      await flush();
      await delay(pause, undefined, { signal });
    }
    block += toEventText(frame, transport);
    if (block.length >= blockBytes || transport.dripMs) await flush();
  }
  await flush();
  if (transport.endDelayMs) await delay(transport.endDelayMs, undefined, { signal });
  response.end();
  return 'ended';
}

/**
 * Timers are late and know no fractions of a millisecond. What one pause takes too long, the next ones take less, so that
 * a stream keeps its pace; a reader who held it up for longer does not get the rest at once.
 */
function createPauseClock(): { pauseFor(waitMs: number): number } {
  let due = performance.now();
  return {
    pauseFor(waitMs) {
      if (waitMs === 0) return 0;
      const now = performance.now();
      due = Math.max(due, now - mostLateMs) + waitMs;
      return due - now < 1 ? 0 : Math.ceil(due - now);
    },
  };
}

function* bendFrames(stream: ReplyStream, transport: Transport): Generator<Frame | 'reset' | 'stall'> {
  let count = 0;
  for (const frame of stream.frames) {
    if (transport.cutAfterEvents === count) return;
    if (transport.cutBeforeFinish && frame.part === 'finish') return;
    if (transport.omitDone && frame.part === 'done') continue;
    if (transport.resetAfterEvents === count) yield 'reset';
    if (transport.stall?.afterEvents === count) yield 'stall';
    if (transport.errorEventAt === count) {
      yield toErrorFrame(stream.errorFrame, transport.errorBody);
      return;
    }
    yield transport.malformedAt === count ? breakJson(frame) : frame;
    count += 1;
  }
}

function toErrorFrame(frame: Frame, body: unknown): Frame {
  return body === undefined ? frame : { ...frame, data: JSON.stringify(body) };
}

function breakJson(frame: Frame): Frame {
  return { ...frame, data: frame.data.slice(0, Math.max(1, Math.floor(frame.data.length / 2))) };
}

function toEventText(frame: Frame, transport: Transport): string {
  const lines = [
    ...(transport.comments ? [': keep-alive', ''] : []),
    ...(frame.event === undefined ? [] : [`event: ${frame.event}`]),
    `data: ${frame.data}`,
    '',
    '',
  ];
  return lines.join(transport.crlf ? '\r\n' : '\n');
}

async function writePackets(
  response: ServerResponse,
  bytes: Buffer,
  transport: Transport,
  signal: AbortSignal,
): Promise<void> {
  const size = transport.packetBytes ?? bytes.length;
  for (let start = 0; start < bytes.length && !signal.aborted; start += size) {
    if (!response.write(bytes.subarray(start, start + size))) {
      await once(response, 'drain', { signal });
    }
    if (transport.dripMs) await delay(transport.dripMs, undefined, { signal });
    // Writes of one turn can leave as one packet.
    else if (transport.packetBytes) await setImmediate();
  }
}
