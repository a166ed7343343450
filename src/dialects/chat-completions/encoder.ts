import type { SseMessage } from '../../sse/decoder.ts';
import type { ChatEvent, ToolCallDeltaEvent, UsageEvent } from '../chat-event.ts';
import type { ReplyOptions, ReplyWriter } from '../dialect.ts';
import { toErrorBody } from './error-body.ts';
import { toWireReason } from './finish-reasons.ts';
import { createCallId } from './reply-encoder.ts';
import { toWireUsage } from './usage.ts';

/** Events to the chunks that OpenAI's clients expect. Usage is told to those who asked for it: others stumble over a chunk without choices. */
export function createChatCompletionsWriter(options: ReplyOptions): ReplyWriter {
  let id = options.id;
  let begun = false;
  let isRefused = false;
  let usage: UsageEvent | undefined;
  /** By index; true where the call has arguments. */
  const calls = new Map<number, boolean>();

  function toChunkMessage(
    choices: object[],
    rest: object = options.includeUsage ? { usage: null } : {},
  ): SseMessage {
    const { created, model } = options;
    const chunk = { id, object: 'chat.completion.chunk', created, model, choices, ...rest };
    return { event: undefined, data: JSON.stringify(chunk) };
  }

  function toDelta(delta: object, finishReason: string | null = null): SseMessage {
    return toChunkMessage([{ index: 0, delta, logprobs: null, finish_reason: finishReason }]);
  }

  function writeCall(event: ToolCallDeltaEvent): SseMessage {
    const { index, name, arguments: text } = event;
    const isFirst = !calls.has(index);
    calls.set(index, calls.get(index) === true || text !== '');
    if (!isFirst) {
      const named = name === undefined ? { arguments: text } : { name, arguments: text };
      return toDelta({ tool_calls: [{ index, function: named }] });
    }
    const called = { name: name ?? '', arguments: text };
    const callId = event.id ?? createCallId(id, index);
    return toDelta({ tool_calls: [{ index, id: callId, type: 'function', function: called }] });
  }

  /** Callers parse the arguments, so there must be some. A reply that was cut stays as it is. */
  function completeCalls(): SseMessage[] {
    const empty = [...calls].filter(([, hasArguments]) => !hasArguments);
    return empty.map(([index]) => toDelta({ tool_calls: [{ index, function: { arguments: '{}' } }] }));
  }

  function encode(event: ChatEvent): SseMessage[] {
    switch (event.type) {
      case 'start':
        return [];
      case 'text-delta':
        if (event.kind !== 'refusal') return [toDelta({ content: event.text })];
        isRefused = true;
        return [toDelta({ refusal: event.text })];
      case 'reasoning-delta': {
        const { text, opaque } = event;
        const seal = opaque === undefined ? {} : { reasoning_opaque: opaque };
        return [toDelta({ ...(text === '' ? {} : { reasoning_text: text }), ...seal })];
      }
      case 'tool-call-delta':
        return [writeCall(event)];
      case 'usage':
        usage = event;
        return [];
      case 'finish': {
        const reason = toWireReason(event.reason, { hasCalls: calls.size > 0, isRefused });
        const told = usage && options.includeUsage ? [toChunkMessage([], toWireUsage(usage.usage))] : [];
        const completed = reason === 'tool_calls' ? completeCalls() : [];
        return [...completed, toDelta({}, reason), ...told, { event: undefined, data: '[DONE]' }];
      }
    }
  }

  return {
    push(event) {
      if (begun) return encode(event);
      begun = true;
      if (event.type === 'start') id = event.id ?? id;
      return [toDelta({ role: 'assistant', content: '' }), ...encode(event)];
    },
    fail: (error) => [{ event: undefined, data: JSON.stringify(toErrorBody(error)) }],
  };
}
