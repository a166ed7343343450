import { isObject, type JsonObject, toObject, toText } from '../../json-value.ts';
import type { ChatEvent, FinishReason } from '../chat-event.ts';
import { StreamError, TruncatedStreamError } from '../stream-decoder.ts';
import { toFailure } from './failure.ts';
import { createOutputReader } from './output-reader.ts';
import type { PlainDelta } from './plain-delta.ts';
import { readUsage } from './usage.ts';

export type FrameReader = {
  /** The events of one frame; any JSON that says nothing here gives none. Throws StreamError where it reports a failure. */
  read(frame: unknown): ChatEvent[];
  /** The same for a delta of which nothing else needed to be read. */
  readDelta(delta: PlainDelta): ChatEvent[];
  isFinished(): boolean;
};

export function createFrameReader(): FrameReader {
  const output = createOutputReader();
  let started = false;
  let finished = false;

  function start(response: unknown, events: ChatEvent[]): void {
    if (started) return;
    started = true;
    const { id, model } = toObject(response);
    events.unshift({ type: 'start', id: toText(id), model: toText(model) });
  }

  function finish(frame: JsonObject, { reason, detail }: Ending, events: ChatEvent[]): void {
    const response = toObject(frame.response);
    start(response, events);
    if (output.isEmpty()) output.readWhole(response.output, events);
    const usage = readUsage(frame);
    if (usage !== undefined) events.push({ type: 'usage', usage });
    events.push({
      type: 'finish',
      reason: reason === 'stop' ? output.toFinishReason() : reason,
      ...(detail !== undefined && { detail }),
    });
    finished = true;
  }

  function readFrame(frame: JsonObject, events: ChatEvent[]): void {
    switch (frame.type) {
      case 'response.created':
      case 'response.in_progress':
        start(frame.response, events);
        break;
      case 'response.completed':
        finish(frame, { reason: 'stop' }, events);
        break;
      case 'response.incomplete':
        finish(frame, toIncompleteEnding(frame.response), events);
        break;
      case 'response.failed':
      case 'response.cancelled':
      case 'error':
      case undefined:
        throwFailure(frame);
        break;
      default:
        output.read(frame, events);
    }
  }

  return {
    read(frame) {
      const events: ChatEvent[] = [];
      if (finished || !isObject(frame)) return events;
      readFrame(frame, events);
      if (!started && events.length > 0) start(undefined, events);
      return events;
    },
    readDelta(delta) {
      const events: ChatEvent[] = [];
      if (finished) return events;
      output.readDelta(delta, events);
      if (!started && events.length > 0) start(undefined, events);
      return events;
    },
    isFinished: () => finished,
  };
}

/** A whole reply says in its status what the type of a terminal event says. */
export function readReply(body: unknown): ChatEvent[] {
  if (!isObject(body)) throw new StreamError('the reply is not an object');
  const status = toText(body.status);
  const reader = createFrameReader();
  // An error instead of a reply has no status.
  const frame =
    status === undefined && body.error ? body : { type: `response.${status ?? 'completed'}`, response: body };
  const events = reader.read(frame);
  if (!reader.isFinished()) throw new TruncatedStreamError('the reply is not finished');
  return events;
}

type Ending = { reason: FinishReason; detail?: string | undefined };

function toIncompleteEnding(response: unknown): Ending {
  const { reason } = toObject(toObject(response).incomplete_details);
  if (reason === 'max_output_tokens') return { reason: 'length' };
  return reason === 'content_filter'
    ? { reason: 'content-filter' }
    : { reason: 'other', detail: toText(reason) };
}

/** A frame without a type is a failure only where it says so. */
function throwFailure(frame: JsonObject): void {
  const failure = toFailure(frame);
  if (failure !== undefined) throw failure;
}
