import type { ChatEvent } from '../chat-event.ts';
import { type ReplyReader, StreamError } from '../stream-decoder.ts';
import { createChunkReader } from './chunk-reader.ts';
import { toChunk } from './content-blocks.ts';
import { readPlainDelta } from './plain-delta.ts';

const lastMessage = '[DONE]';

/** The stream of `/chat/completions` to events. It ends with `[DONE]`, or, after a finish reason, without (Gemini). */
export function createChatCompletionsReader(): ReplyReader {
  const reader = createChunkReader();
  let begun = false;
  let done = false;

  return {
    push({ data }) {
      if (done || data === '') return [];
      const text = reader.isStarted() ? readPlainDelta(data) : undefined;
      if (text !== undefined) return [{ type: 'text-delta', text }];
      done = data.length < 16 && data.trim() === lastMessage;
      if (done) return [];
      begun = true;
      return reader.read(parseChunk(data));
    },
    isDone: () => done,
    // A stream that brought nothing but its end lacks the reply.
    end: () => reader.end(done && begun),
  };
}

function parseChunk(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new StreamError('a chunk of the stream is not JSON');
  }
}

/** A reply in one piece to events. One token's worth of reply may have no choices at all: it is empty, but complete. */
export function readChatCompletionsReply(body: unknown): ChatEvent[] {
  const reader = createChunkReader();
  const chunk = toChunk(body);
  const events = reader.read(chunk);
  if (!['choices', 'id', 'model', 'usage'].some((name) => chunk[name] !== undefined))
    throw new StreamError('the reply is not one of chat completions');
  return [...events, ...reader.end(true)];
}
