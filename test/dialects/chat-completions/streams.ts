import { createChatCompletionsReader } from '../../../src/dialects/chat-completions/read-reply.ts';
import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { createSseDecoder, type SseMessage } from '../../../src/sse/decoder.ts';

export type Outcome = { events: ChatEvent[]; error: unknown };

/** What a decoder makes of messages: the events until it fails, and the failure. */
export function readMessages(messages: Iterable<SseMessage>): Outcome {
  const decoder = createChatCompletionsReader();
  const events: ChatEvent[] = [];
  try {
    for (const message of messages) events.push(...decoder.push(message));
    events.push(...decoder.end());
  } catch (error) {
    return { events, error };
  }
  return { events, error: undefined };
}

/** What becomes of bytes that come in these packets. */
export function readPackets(packets: Iterable<Uint8Array>, maxLineLength?: number): Outcome {
  const sse = createSseDecoder(maxLineLength);
  return readMessages(listMessages());

  function* listMessages(): Generator<SseMessage> {
    for (const packet of packets) yield* sse.push(packet);
    yield* sse.end();
  }
}

/** Chunks as events. Throws what the decoder throws. */
export function readChunks(chunks: readonly unknown[], { done = true } = {}): ChatEvent[] {
  const lines = [...chunks.map((chunk) => JSON.stringify(chunk)), ...(done ? ['[DONE]'] : [])];
  const { events, error } = readMessages(lines.map((data) => ({ event: undefined, data })));
  if (error !== undefined) throw error;
  return events;
}

export function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Messages as they go over the wire. */
export function toSseText(messages: readonly SseMessage[]): string {
  return messages.map(({ data }) => `data: ${data}\n\n`).join('');
}

const reply = { created: 1793000000, id: 'chatcmpl-x', model: 'gpt-4o-2024-11-20' };

export function toChunk(choice: object, rest: object = {}): object {
  return { choices: [{ index: 0, ...choice }], ...reply, ...rest };
}
