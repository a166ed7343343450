import type { ChatEvent } from '../../../src/dialects/chat-event.ts';
import { messages } from '../../../src/dialects/messages/dialect.ts';
import { createSseDecoder, type SseMessage } from '../../../src/sse/decoder.ts';

export type WireEvent = { type: string; [field: string]: unknown };

export const begin = (usage: object = { input_tokens: 0, output_tokens: 0 }): WireEvent => ({
  type: 'message_start',
  message: {
    id: 'msg_bdrk_01',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-6',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  },
});
export const open = (index: number, content_block: object): WireEvent => ({
  type: 'content_block_start',
  index,
  content_block,
});
export const delta = (index: number, fields: object): WireEvent => ({
  type: 'content_block_delta',
  index,
  delta: fields,
});
export const close = (index: number): WireEvent => ({ type: 'content_block_stop', index });
export const say = (index: number, text: string): WireEvent => delta(index, { type: 'text_delta', text });
export const finish = (stop_reason: unknown, fields: object = {}): WireEvent => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  usage: { input_tokens: 8, output_tokens: 5 },
  ...fields,
});
export const end: WireEvent = { type: 'message_stop' };

export const start: ChatEvent = { type: 'start', id: 'msg_bdrk_01', model: 'claude-sonnet-4-6' };

/** Streams with what was seen of Copilot, one habit of it each. */
export const streams: Record<string, WireEvent[]> = {
  text: [
    begin(),
    { type: 'ping' },
    open(0, { type: 'text', text: '' }),
    say(0, 'Grüße '),
    delta(0, { type: 'text_delta', text: '漢字🎉', copilot_annotations: { IPCodeCitations: [] } }),
    close(0),
    finish('end_turn', {
      usage: {
        input_tokens: 8,
        output_tokens: 5,
        cache_creation_input_tokens: 20,
        cache_read_input_tokens: 100,
        output_tokens_details: { thinking_tokens: 0 },
      },
      copilot_usage: { total_nano_aiu: 5_200_000, token_details: [] },
    }),
    { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 8, outputTokenCount: 5 } },
  ],
  thinking: [
    begin({ input_tokens: 9, output_tokens: 1 }),
    open(0, { type: 'thinking', thinking: '', signature: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'Hm, ' }),
    delta(0, { type: 'thinking_delta', thinking: 'let me see' }),
    delta(0, { type: 'signature_delta', signature: 'EqQB/seal==' }),
    close(0),
    open(1, { type: 'redacted_thinking', data: 'blob' }),
    close(1),
    open(2, { type: 'text', text: '' }),
    say(2, 'Yes'),
    close(2),
    finish('stop_sequence', { delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' } }),
    end,
  ],
  tools: [
    begin(),
    open(0, { type: 'text', text: '' }),
    say(0, 'Let me look.'),
    close(0),
    open(1, { type: 'tool_use', id: 'toolu_bdrk_1', name: 'read', input: {} }),
    delta(1, { type: 'input_json_delta', partial_json: '' }),
    delta(1, { type: 'input_json_delta', partial_json: '{"path": "a' }),
    delta(1, { type: 'input_json_delta', partial_json: '\\n}"}' }),
    close(1),
    open(2, { type: 'tool_use', id: 'toolu_bdrk_2', name: 'list', input: {} }),
    close(2),
    finish('tool_use'),
    end,
  ],
};

export function toSse(event: WireEvent): SseMessage {
  return { event: event.type, data: JSON.stringify(event) };
}

export function toBytes(stream: readonly WireEvent[], lineEnding = '\n'): Uint8Array {
  const lines = stream.flatMap((event) => [`event: ${event.type}`, `data: ${JSON.stringify(event)}`, '']);
  return new TextEncoder().encode(`${lines.join(lineEnding)}${lineEnding}`);
}

/** The events of a whole stream. */
export function readStream(stream: readonly WireEvent[]): ChatEvent[] {
  const decoder = messages.createReplyReader();
  const events = stream.flatMap((event) => decoder.push(toSse(event)));
  return [...events, ...decoder.end()];
}

/** The events of bytes that come in these pieces. */
export function readBytes(...pieces: Uint8Array[]): ChatEvent[] {
  const lines = createSseDecoder();
  const decoder = messages.createReplyReader();
  const events: ChatEvent[] = [];
  for (const piece of pieces) for (const message of lines.push(piece)) events.push(...decoder.push(message));
  for (const message of lines.end()) events.push(...decoder.push(message));
  return [...events, ...decoder.end()];
}
