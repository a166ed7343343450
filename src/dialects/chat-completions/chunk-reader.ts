import { isObject, type JsonObject, toText } from '../../json-value.ts';
import type { ChatEvent } from '../chat-event.ts';
import { StreamError, TruncatedStreamError } from '../stream-decoder.ts';
import { toFinish } from './finish-reasons.ts';
import { createToolCallTracker } from './tool-call-tracker.ts';
import { toUsage } from './usage.ts';

/** Chunks of one reply to events; a whole reply is one chunk. */
export type ChunkReader = {
  read(chunk: unknown): ChatEvent[];
  /** Whether the reply has begun. */
  isStarted(): boolean;
  /** `isComplete`: something else than a finish reason tells that nothing is missing. */
  end(isComplete: boolean): ChatEvent[];
};

/**
 * All choices of a chunk are parts of one reply (Claude sends text in one and tool calls in the next). Usage may come with
 * the finish, after it, or never, so both are told at the end. Any field may be missing, null, or something else.
 */
export function createChunkReader(): ChunkReader {
  const toolCalls = createToolCallTracker();
  let started = false;
  let finishReason: string | undefined;
  let isRefused = false;
  let usage: JsonObject | undefined;
  let billed: JsonObject | undefined;
  let block = 0;

  function readReasoning(delta: JsonObject, events: ChatEvent[]): void {
    const text = toText(delta.reasoning_text) ?? toText(delta.cot_summary) ?? '';
    const opaque = toText(delta.reasoning_opaque);
    if (opaque !== undefined) {
      // The seal closes a block: text that comes later is of another one.
      events.push({ type: 'reasoning-delta', index: block, text, opaque });
      block += 1;
    } else if (text !== '') {
      events.push({ type: 'reasoning-delta', index: block, text });
    }
  }

  function readDelta(delta: JsonObject, events: ChatEvent[]): void {
    readReasoning(delta, events);
    const text = toText(delta.content);
    if (text !== undefined) events.push({ type: 'text-delta', text });
    const refusal = toText(delta.refusal);
    if (refusal !== undefined) {
      isRefused = true;
      events.push({ type: 'text-delta', text: refusal, kind: 'refusal' });
    }
    if (!Array.isArray(delta.tool_calls)) return;
    for (const item of delta.tool_calls) {
      const event = toolCalls.read(item);
      if (event) events.push(event);
    }
  }

  function readChoice(choice: unknown, events: ChatEvent[]): void {
    if (!isObject(choice)) return;
    const delta = choice.delta ?? choice.message;
    if (isObject(delta)) readDelta(delta, events);
    const reason = toText(choice.finish_reason);
    if (reason === 'error') throw new StreamError('the model reported an error');
    // One choice says "stop" where another says why.
    if (reason !== undefined && (reason !== 'stop' || finishReason === undefined)) finishReason = reason;
  }

  return {
    read(chunk) {
      if (!isObject(chunk)) return [];
      throwReported(chunk.error);
      const events: ChatEvent[] = [];
      if (Array.isArray(chunk.choices)) for (const choice of chunk.choices) readChoice(choice, events);
      if (isObject(chunk.usage)) usage = chunk.usage;
      if (isObject(chunk.copilot_usage)) billed = chunk.copilot_usage;
      if (started) return events;
      const id = toText(chunk.id);
      const model = toText(chunk.model);
      if (events.length === 0 && id === undefined && model === undefined) return events;
      started = true;
      return [{ type: 'start', id, model }, ...events];
    },
    isStarted: () => started,
    end(isComplete) {
      if (finishReason === undefined && !isComplete)
        throw new TruncatedStreamError('the stream ended before the reply was finished');
      const events: ChatEvent[] = started ? [] : [{ type: 'start', id: undefined, model: undefined }];
      const finish = toFinish(finishReason, { hasCalls: !toolCalls.isEmpty(), isRefused });
      // A call that was cut stays as it is.
      if (finish.reason === 'tool-calls') events.push(...toolCalls.fillArguments());
      const counts = toUsage(usage, billed);
      if (counts) events.push({ type: 'usage', usage: counts });
      events.push(finish);
      return events;
    },
  };
}

/** The service reports a failure as an object or as a text. */
function throwReported(error: unknown): void {
  if (typeof error === 'string') throw new StreamError(error);
  if (!isObject(error)) return;
  const message = toText(error.message) ?? 'the stream reported an error';
  throw new StreamError(message, toText(error.code) ?? toText(error.type));
}
