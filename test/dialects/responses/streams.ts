import type { ChatEvent, FinishReason } from '../../../src/dialects/chat-event.ts';
import type { ModelTraits } from '../../../src/dialects/model-traits.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import { createSseDecoder, type SseMessage } from '../../../src/sse/decoder.ts';

export type Fields = Record<string, unknown>;
export type Frame = Fields & { type?: string };

/** A model that takes everything but sampling. */
export const traits: ModelTraits = {
  id: 'gpt-5.4-mini',
  maxOutputTokens: 128_000,
  efforts: ['low', 'medium', 'high'],
  adaptiveThinking: false,
  minThinkingBudget: undefined,
  maxThinkingBudget: undefined,
  vision: true,
  maxImages: undefined,
  structuredOutput: true,
  parallelToolCalls: true,
};

/** A model that does not think, and so takes sampling. */
export const plainTraits: ModelTraits = { ...traits, id: 'mai-code-1', efforts: [] };

export const readFrames = (frames: readonly unknown[]): ChatEvent[] => {
  const decoder = responses.createReplyReader();
  const events = frames.flatMap((frame) => decoder.push(toMessage(frame)));
  return [...events, ...decoder.end()];
};

/** A frame as the service writes it: its type is the name of the event, too. Text stands for itself. */
export const toMessage = (frame: unknown): SseMessage => {
  if (typeof frame === 'string') return { event: undefined, data: frame };
  const { type } = (frame ?? {}) as Frame;
  return { event: typeof type === 'string' ? type : undefined, data: JSON.stringify(frame) };
};

export const toBytes = (messages: readonly SseMessage[]): Uint8Array =>
  new TextEncoder().encode(
    messages
      .map(({ event, data }) => `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`)
      .join(''),
  );

export const readPackets = (packets: readonly Uint8Array[]): ChatEvent[] => {
  const sse = createSseDecoder();
  const decoder = responses.createReplyReader();
  const read = (messages: SseMessage[]): ChatEvent[] => messages.flatMap((message) => decoder.push(message));
  const events = packets.flatMap((packet) => read(sse.push(packet)));
  return [...events, ...read(sse.end()), ...decoder.end()];
};

let ids = 0;
/** Copilot seals ids anew for each event, so that no two are the same. */
const createId = (): string => `c2VhbGVk${ids++}==`;

export const response: Fields = {
  id: 'cmVzcG9uc2U=',
  object: 'response',
  created_at: 1793000000,
  status: 'in_progress',
  model: 'gpt-5.4-mini-2026-03-17',
  output: [],
  usage: null,
};

export const created: Frame = { type: 'response.created', sequence_number: 0, response };
export const inProgress: Frame = { type: 'response.in_progress', sequence_number: 1, response };
export const ping: Frame = { type: 'ping' };

export const added = (output_index: number, item: Fields): Frame => ({
  type: 'response.output_item.added',
  output_index,
  item: { id: createId(), ...item },
});

export const done = (output_index: number, item: Fields): Frame => ({
  type: 'response.output_item.done',
  output_index,
  item: { id: createId(), ...item },
});

export const textDelta = (output_index: number, delta: unknown): Frame => ({
  type: 'response.output_text.delta',
  item_id: createId(),
  output_index,
  content_index: 0,
  delta,
  logprobs: [],
  obfuscation: 'aX3f',
});

export const summaryDelta = (output_index: number, summary_index: number, delta: unknown): Frame => ({
  type: 'response.reasoning_summary_text.delta',
  item_id: createId(),
  output_index,
  summary_index,
  delta,
  obfuscation: 'q',
});

export const argumentsDelta = (output_index: number, delta: unknown): Frame => ({
  type: 'response.function_call_arguments.delta',
  item_id: createId(),
  output_index,
  delta,
});

export const call = (call_id: string, name: string, text = ''): Fields => ({
  type: 'function_call',
  status: 'completed',
  call_id,
  name,
  arguments: text,
});

export const message = (...texts: string[]): Fields => ({
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: texts.map((text) => ({ type: 'output_text', text, annotations: [], logprobs: [] })),
});

export const reasoning = (encrypted_content: string | undefined, ...texts: string[]): Fields => ({
  type: 'reasoning',
  summary: texts.map((text) => ({ type: 'summary_text', text })),
  encrypted_content,
});

export const completed = (fields: Fields = {}, beside: Fields = {}): Frame => ({
  type: 'response.completed',
  response: { ...response, status: 'completed', ...fields },
  ...beside,
});

export const incomplete = (reason: unknown): Frame => ({
  type: 'response.incomplete',
  response: { ...response, status: 'incomplete', incomplete_details: { reason } },
});

/** Thinking, text and two calls, with all that the service sends around them. */
export const fullStream: Frame[] = [
  created,
  inProgress,
  ping,
  added(0, { type: 'reasoning', summary: [], encrypted_content: 'not yet' }),
  { type: 'response.reasoning_summary_part.added', output_index: 0, summary_index: 0 },
  summaryDelta(0, 0, 'Hm '),
  summaryDelta(0, 0, 'grüß'),
  { type: 'response.reasoning_summary_text.done', output_index: 0, summary_index: 0, text: 'Hm grüß' },
  { type: 'response.reasoning_summary_part.done', output_index: 0, summary_index: 0 },
  done(0, reasoning('SEALED+/=', 'Hm grüß')),
  added(1, { ...message(), status: 'in_progress' }),
  { type: 'response.content_part.added', output_index: 1, content_index: 0 },
  textDelta(1, '世界 '),
  textDelta(1, '👋'),
  { type: 'response.output_text.done', output_index: 1, content_index: 0, text: '世界 👋' },
  { type: 'response.content_part.done', output_index: 1, content_index: 0 },
  done(1, { ...message('世界 👋'), phase: 'commentary' }),
  added(2, call('call_1', 'read')),
  argumentsDelta(2, '{"path":'),
  argumentsDelta(2, '"a"}'),
  { type: 'response.function_call_arguments.done', output_index: 2, arguments: '{"path":"a"}' },
  done(2, call('call_1', 'read', '{"path":"a"}')),
  added(3, call('call_2', 'now')),
  done(3, call('call_2', 'now', '{}')),
  completed(
    {
      usage: {
        input_tokens: 10,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 17,
      },
    },
    { copilot_usage: { total_nano_aiu: 11_600_000, token_details: [] } },
  ),
];

export const start: ChatEvent = { type: 'start', id: 'cmVzcG9uc2U=', model: 'gpt-5.4-mini-2026-03-17' };
export const text = (value: string): ChatEvent => ({ type: 'text-delta', text: value });
export const thinking = (index: number, value: string): ChatEvent => ({
  type: 'reasoning-delta',
  index,
  text: value,
});
export const sealed = (index: number, opaque: string, value = ''): ChatEvent => ({
  type: 'reasoning-delta',
  index,
  text: value,
  opaque,
});
export const callDelta = (index: number, value: string, id?: string, name?: string): ChatEvent => ({
  type: 'tool-call-delta',
  index,
  id,
  name,
  arguments: value,
});
export const finish = (reason: FinishReason): ChatEvent => ({
  type: 'finish',
  reason,
});

export const fullEvents: ChatEvent[] = [
  start,
  thinking(0, 'Hm '),
  thinking(0, 'grüß'),
  sealed(0, 'SEALED+/='),
  text('世界 '),
  text('👋'),
  callDelta(0, '', 'call_1', 'read'),
  callDelta(0, '{"path":'),
  callDelta(0, '"a"}'),
  callDelta(1, '', 'call_2', 'now'),
  callDelta(1, '{}'),
  {
    type: 'usage',
    usage: {
      inputTokens: 10,
      cachedInputTokens: 4,
      cacheWriteTokens: undefined,
      outputTokens: 7,
      reasoningTokens: 2,
      credits: 0.0116,
    },
  },
  finish('tool-calls'),
];
