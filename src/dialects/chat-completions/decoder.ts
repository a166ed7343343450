import { isObject, toText } from '../../json-value.ts';
import type { ChatEvent, FinishReason, Usage } from '../chat-event.ts';
import { type StreamDecoder, StreamError, TruncatedStreamError } from '../stream-decoder.ts';
import { createToolCallTracker } from './tool-call-tracker.ts';
import type { ChatCompletionsChunk, ChatCompletionsDelta, ChatCompletionsUsage } from './wire.ts';

const finishReasons = new Map<string, FinishReason>([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
]);

/**
 * Chunks of `/chat/completions` to events. All choices of a chunk are parts of one reply (Claude sends text in one
 * and tool calls in the next). Usage may come with the finish, after it, or never, so both are told at the end.
 */
export function createChatCompletionsDecoder(): StreamDecoder {
  const toolCalls = createToolCallTracker();
  let started = false;
  let done = false;
  let finishReason: string | undefined;
  let usage: ChatCompletionsUsage | undefined;
  let nanoCredits: number | undefined;

  function readDelta(delta: ChatCompletionsDelta, events: ChatEvent[]): void {
    const reasoning = toText(delta.reasoning_text);
    const text = toText(delta.content);
    if (reasoning !== undefined) events.push({ type: 'reasoning-delta', text: reasoning });
    if (text !== undefined) events.push({ type: 'text-delta', text });
    if (!Array.isArray(delta.tool_calls)) return;
    for (const call of delta.tool_calls) if (isObject(call)) events.push(toolCalls.read(call));
  }

  return {
    push({ data }) {
      if (done) return [];
      if (data.trim() === '[DONE]') {
        done = true;
        return [];
      }
      const chunk = parseChunk(data);
      const events: ChatEvent[] = [];
      for (const choice of Array.isArray(chunk.choices) ? chunk.choices : []) {
        const delta = choice?.delta ?? choice?.message;
        if (delta) readDelta(delta, events);
        if (choice?.finish_reason === 'error') throw new StreamError('the model reported an error');
        finishReason = choice?.finish_reason ?? finishReason;
      }
      usage = chunk.usage ?? usage;
      nanoCredits = chunk.copilot_usage?.total_nano_aiu ?? nanoCredits;
      if (!started && (events.length > 0 || chunk.id || chunk.model)) {
        started = true;
        events.unshift({ type: 'start', id: chunk.id || undefined, model: chunk.model || undefined });
      }
      return events;
    },
    isDone: () => done,
    end() {
      // Some replies lack a finish reason; a stream that brought nothing but its end lacks the reply.
      if (finishReason === undefined && !(done && started))
        throw new TruncatedStreamError('the stream ended before the reply was finished');
      const events: ChatEvent[] = started ? [] : [{ type: 'start', id: undefined, model: undefined }];
      if (usage || nanoCredits !== undefined)
        events.push({ type: 'usage', usage: toUsage(usage, nanoCredits) });
      // Gemini ends a reply of tool calls with "stop".
      const said = finishReasons.get(finishReason ?? '') ?? 'other';
      const reason =
        toolCalls.isEmpty() || said === 'length' || said === 'content-filter' ? said : 'tool-calls';
      return [...events, { type: 'finish', reason }];
    },
  };
}

function parseChunk(data: string): ChatCompletionsChunk {
  let chunk: ChatCompletionsChunk | null;
  try {
    chunk = JSON.parse(data);
  } catch {
    throw new StreamError('a chunk of the stream is not JSON');
  }
  const error = chunk?.error;
  if (typeof error === 'string') throw new StreamError(error);
  if (error) throw new StreamError(error.message ?? 'the stream reported an error', error.code);
  return chunk ?? {};
}

function toUsage(usage: ChatCompletionsUsage | undefined, nanoCredits: number | undefined): Usage {
  return {
    inputTokens: usage?.prompt_tokens ?? undefined,
    cachedInputTokens: usage?.prompt_tokens_details?.cached_tokens ?? undefined,
    outputTokens: usage?.completion_tokens ?? undefined,
    reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens ?? undefined,
    // 1e9 nano-AIU are one credit.
    credits: nanoCredits === undefined ? undefined : nanoCredits / 1e9,
  };
}
