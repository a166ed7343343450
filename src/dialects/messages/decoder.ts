import { isObject } from '../../json-value.ts';
import type { ChatEvent } from '../chat-event.ts';
import { type ReplyReader, StreamError } from '../stream-decoder.ts';
import { createEventReader, toStreamError } from './event-reader.ts';
import { readPlainDelta } from './plain-delta.ts';

/** Events of `/v1/messages` to ours. The stream ends with `message_stop`; some proxies add a `[DONE]`. */
export function createMessagesReader(): ReplyReader {
  const reader = createEventReader();
  return {
    push({ event, data }) {
      if (reader.isDone() || data === '' || data === '[DONE]') return [];
      const text = reader.isStarted() ? readPlainDelta(data) : undefined;
      if (text !== undefined) return [{ type: 'text-delta', text }];
      const value = parse(data, event);
      if (!isObject(value)) return [];
      return reader.read(typeof value.type === 'string' ? value.type : event, value);
    },
    isDone: () => reader.isDone(),
    end: () => reader.end(),
  };
}

function parse(data: string, event: string | undefined): unknown {
  try {
    return JSON.parse(data);
  } catch {
    if (event === 'error') throw toStreamError(data);
    if (data.trim() === '' || data.trim() === '[DONE]') return undefined;
    throw new StreamError('an event of the stream is not JSON');
  }
}

/** A whole reply, read as if it had come in pieces. */
export function readMessagesReply(body: unknown): ChatEvent[] {
  if (!isObject(body) || !Array.isArray(body.content)) throw toReplyError(body);
  const { content, stop_reason, stop_sequence, usage, copilot_usage } = body;
  const reader = createEventReader();
  const events = reader.read('message_start', { message: { id: body.id, model: body.model } });
  for (const [index, content_block] of content.entries()) {
    events.push(...reader.read('content_block_start', { index, content_block }));
    events.push(...reader.read('content_block_stop', { index }));
  }
  reader.read('message_delta', { delta: { stop_reason, stop_sequence }, usage, copilot_usage });
  return [...events, ...reader.read('message_stop', {})];
}

function toReplyError(body: unknown): StreamError {
  const { type, error } = isObject(body) ? body : {};
  return type === 'error' || error ? toStreamError(error) : new StreamError('the reply is not a message');
}
