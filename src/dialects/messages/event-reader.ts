import { isObject, type JsonObject, toText } from '../../json-value.ts';
import type { ChatEvent } from '../chat-event.ts';
import { StreamError, TruncatedStreamError } from '../stream-decoder.ts';
import { createBlockReader } from './block-reader.ts';
import { toFinish } from './stop-reasons.ts';
import { type Counts, readCounts, readCredits, readFirstCounts, toUsage } from './usage.ts';

/** The wire's events, parsed, to ours. */
export type EventReader = {
  read(type: string | undefined, event: JsonObject): ChatEvent[];
  end(): ChatEvent[];
  /** Whether the reply has begun. */
  isStarted(): boolean;
  isDone(): boolean;
};

/**
 * The usage of `message_start` may be partial or nothing but zeros; that of `message_delta` is whole, so it is told at the end.
 * Pings, citations, Copilot's annotations and Bedrock's measurements are passed over, and so is what is not known.
 */
export function createEventReader(): EventReader {
  const blocks = createBlockReader();
  const counts: Counts = {};
  let isStarted = false;
  let isDone = false;
  let stopReason: string | undefined;
  let stopSequence: string | undefined;

  function start(message: unknown, events: ChatEvent[]): void {
    if (isStarted) return;
    isStarted = true;
    const { id, model, usage } = isObject(message) ? message : {};
    events.push({ type: 'start', id: toText(id), model: toText(model) });
    readFirstCounts(counts, usage);
  }

  function readDelta(delta: unknown): void {
    if (!isObject(delta)) return;
    stopReason = toText(delta.stop_reason) ?? stopReason;
    stopSequence = toText(delta.stop_sequence) ?? stopSequence;
  }

  function finish(events: ChatEvent[]): void {
    isDone = true;
    start(undefined, events);
    blocks.stopAll(events);
    const usage = toUsage(counts);
    if (usage) events.push({ type: 'usage', usage });
    events.push({ ...toFinish(stopReason), ...(stopSequence === undefined ? {} : { stopSequence }) });
  }

  return {
    read(type, event) {
      const events: ChatEvent[] = [];
      if (!isStarted && isContent(type)) start(undefined, events);
      switch (type) {
        case 'content_block_delta':
          blocks.delta(event.index, event.delta, events);
          break;
        case 'content_block_start':
          blocks.start(event.index, event.content_block, events);
          break;
        case 'content_block_stop':
          blocks.stop(event.index, events);
          break;
        case 'message_start':
          start(event.message, events);
          break;
        case 'message_delta':
          readDelta(event.delta);
          readCounts(counts, event.usage);
          readCredits(counts, event);
          break;
        case 'message_stop':
          readCredits(counts, event);
          finish(events);
          break;
        default:
          if (type === 'error' || isFailure(event.error)) throw toStreamError(event.error ?? event);
      }
      return events;
    },
    end() {
      if (isDone) return [];
      if (stopReason === undefined)
        throw new TruncatedStreamError('the stream ended before the reply was finished');
      const events: ChatEvent[] = [];
      finish(events);
      return events;
    },
    isStarted: () => isStarted,
    isDone: () => isDone,
  };
}

function isContent(type: string | undefined): boolean {
  return type === 'content_block_start' || type === 'content_block_delta';
}

function isFailure(error: unknown): boolean {
  return isObject(error) || (typeof error === 'string' && error !== '');
}

/** The code where there is one; Anthropic itself has only the type. */
export function toStreamError(error: unknown): StreamError {
  if (typeof error === 'string' && error !== '') return new StreamError(error);
  const { message, code, type } = isObject(error) ? error : {};
  return new StreamError(toText(message) ?? 'the stream reported an error', toText(code) ?? toText(type));
}
