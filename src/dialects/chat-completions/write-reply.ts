import type { SseMessage } from '../../sse/decoder.ts';
import { createCustomInputReader, indexTools, toCustomInput } from '../caller-tools.ts';
import {
  type ChatEvent,
  type FinishEvent,
  type FinishReason,
  type ToolCallDeltaEvent,
  toNanoCredits,
  type Usage,
  type UsageEvent,
} from '../chat-event.ts';
import type { ToolDefinition } from '../chat-request.ts';
import { type ReplyOptions, type ReplyWriter, TruncatedStreamError } from '../dialect.ts';
import { mergeReasoning, type WireToolCall } from './write-messages.ts';

/** Events to OpenAI's chunks. Usage only on request: other clients fail on a chunk without choices. */
export function createChatCompletionsWriter(options: ReplyOptions): ReplyWriter {
  let id = options.id;
  let begun = false;
  let isRefused = false;
  let isOver = false;
  let usage: UsageEvent | undefined;
  /** By index; true if the call has arguments. */
  const calls = new Map<number, boolean>();
  const tools = indexTools(options.tools);
  /** By index, the calls that take one text. */
  const custom = new Map<number, CustomCall>();

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
    if (isFirst && tools.get(name ?? '')?.form?.type === 'custom')
      custom.set(index, { reader: createCustomInputReader(), said: '', text: '' });
    const customCall = custom.get(index);
    if (customCall) return writeCustomCall(event, customCall, isFirst);
    calls.set(index, calls.get(index) === true || text !== '');
    if (!isFirst) {
      const named = name === undefined ? { arguments: text } : { name, arguments: text };
      return toDelta({ tool_calls: [{ index, function: named }] });
    }
    const called = { name: name ?? '', arguments: text };
    const callId = event.id ?? createCallId(id, index);
    return toDelta({ tool_calls: [{ index, id: callId, type: 'function', function: called }] });
  }

  function writeCustomCall(
    { index, id: callId, name, arguments: text }: ToolCallDeltaEvent,
    call: CustomCall,
    isFirst: boolean,
  ): SseMessage {
    calls.set(index, true);
    const input = call.reader.push(text);
    call.text += text;
    call.said += input;
    if (!isFirst) return toDelta({ tool_calls: [{ index, custom: { input } }] });
    const first = { index, id: callId ?? createCallId(id, index), type: 'custom' };
    return toDelta({ tool_calls: [{ ...first, custom: { name, input } }] });
  }

  /** What could not be read as it came. */
  function completeCustomCalls(): SseMessage[] {
    return [...custom].flatMap(([index, { said, text }]) => {
      const input = toCustomInput(text);
      const rest = input.startsWith(said) ? input.slice(said.length) : '';
      return rest === '' ? [] : [toDelta({ tool_calls: [{ index, custom: { input: rest } }] })];
    });
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
        const completed = reason === 'tool_calls' ? [...completeCalls(), ...completeCustomCalls()] : [];
        isOver = true;
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
    fail: (error) => (isOver ? [] : [{ event: undefined, data: JSON.stringify(toErrorBody(error)) }]),
  };
}

/** Events to a reply in one piece. Throws TruncatedStreamError if they do not end. */
export function writeChatCompletionsReply(
  events: readonly ChatEvent[],
  options: ReplyOptions,
): Record<string, unknown> {
  const finish = events.find((event): event is FinishEvent => event.type === 'finish');
  if (!finish) throw new TruncatedStreamError('the reply was not finished');
  const start = events.find((event) => event.type === 'start');
  const usage = events.find((event): event is UsageEvent => event.type === 'usage');
  const id = start?.id ?? options.id;
  const calls = collectCalls(events, id);
  const tools = indexTools(options.tools);
  const refusal = joinTexts(events, true);
  const reason = toWireReason(finish.reason, { hasCalls: calls.length > 0, isRefused: refusal !== '' });
  return {
    id,
    object: 'chat.completion',
    created: options.created,
    model: options.model,
    choices: [
      {
        index: 0,
        message: toMessage(events, { calls, reason, refusal, tools }),
        logprobs: null,
        finish_reason: reason,
      },
    ],
    ...(usage ? toWireUsage(usage.usage) : {}),
  };
}

function toMessage(
  events: readonly ChatEvent[],
  {
    calls,
    reason,
    refusal,
    tools,
  }: {
    calls: WireToolCall[];
    reason: string;
    refusal: string;
    tools: ReadonlyMap<string, ToolDefinition>;
  },
): object {
  const content = joinTexts(events, false);
  return {
    role: 'assistant',
    content: content === '' && (calls.length > 0 || refusal !== '') ? null : content,
    refusal: refusal || null,
    ...mergeReasoning(collectThoughts(events)).fields,
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => complete(call, reason, tools)) }),
  };
}

/** The model's text, or its refusal. */
function joinTexts(events: readonly ChatEvent[], isRefusal: boolean): string {
  return events
    .map((event) =>
      event.type === 'text-delta' && (event.kind === 'refusal') === isRefusal ? event.text : '',
    )
    .join('');
}

/** A call in the form of its tool. Callers parse the arguments, so there must be some. A reply that was cut stays as it is. */
function complete(call: WireToolCall, reason: string, tools: ReadonlyMap<string, ToolDefinition>): object {
  const { name, arguments: text } = call.function;
  if (tools.get(name)?.form?.type === 'custom')
    return { id: call.id, type: 'custom', custom: { name, input: toCustomInput(text) } };
  return text === '' && reason === 'tool_calls' ? { ...call, function: { name, arguments: '{}' } } : call;
}

type CustomCall = { reader: ReturnType<typeof createCustomInputReader>; said: string; text: string };

function collectThoughts(events: readonly ChatEvent[]): { text: string; opaque?: string }[] {
  const thoughts = new Map<number, { text: string; opaque?: string }>();
  for (const event of events) {
    if (event.type !== 'reasoning-delta') continue;
    const thought = thoughts.get(event.index) ?? { text: '' };
    thought.text += event.text;
    if (event.opaque !== undefined) thought.opaque = event.opaque;
    thoughts.set(event.index, thought);
  }
  return [...thoughts.values()];
}

function collectCalls(events: readonly ChatEvent[], id: string): WireToolCall[] {
  const calls = new Map<number, { id?: string; name?: string; arguments: string }>();
  for (const event of events) {
    if (event.type !== 'tool-call-delta') continue;
    const call = calls.get(event.index) ?? { arguments: '' };
    if (event.id !== undefined) call.id = event.id;
    if (event.name !== undefined) call.name = event.name;
    call.arguments = event.whole ?? call.arguments + event.arguments;
    calls.set(event.index, call);
  }
  return [...calls].map(([index, call]) => ({
    id: call.id ?? createCallId(id, index),
    type: 'function',
    function: { name: call.name ?? '', arguments: call.arguments },
  }));
}

/** For a call that came without one: callers answer by it. No other reply may have the same. */
function createCallId(replyId: string, index: number): string {
  return `call_${replyId.replace(/[^a-zA-Z0-9_-]/g, '_').slice(-40)}_${index}`;
}

/** All reasons that callers know. Refusals in their own field end with `stop`. */
function toWireReason(
  reason: FinishReason,
  { hasCalls, isRefused }: { hasCalls: boolean; isRefused: boolean },
): string {
  if (reason === 'length') return 'length';
  if (reason === 'content-filter') return 'content_filter';
  if (reason === 'refusal') return isRefused ? 'stop' : 'content_filter';
  return hasCalls || reason === 'tool-calls' ? 'tool_calls' : 'stop';
}

const types: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  // A stream that was disconnected before its end: nothing was wrong with the request.
  [408, 'server_error'],
  [429, 'rate_limit_error'],
]);

/** A failure as OpenAI's clients read it, in a stream or in place of a reply. */
export function toErrorBody({
  status,
  code,
  message,
  param,
}: {
  status: number;
  code: string;
  message: string;
  /** The field of the request that is to blame. */
  param?: string | undefined;
}): { error: object } {
  const usual = status >= 400 && status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message, type: types.get(status) ?? usual, param: param ?? null, code } };
}

/** As a caller expects it: the three sums are always there. */
function toWireUsage(usage: Usage): { usage: WireUsage; copilot_usage?: { total_nano_aiu: number } } {
  const { inputTokens = 0, outputTokens = 0, reasoningTokens, credits } = usage;
  const { cachedInputTokens: read, cacheWriteTokens: written } = usage;
  const cache = {
    ...(read === undefined ? {} : { cached_tokens: read }),
    ...(written === undefined ? {} : { cache_write_tokens: written }),
  };
  return {
    usage: {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
      ...(read === undefined && written === undefined ? {} : { prompt_tokens_details: cache }),
      ...(reasoningTokens === undefined
        ? {}
        : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
    },
    ...(credits === undefined ? {} : { copilot_usage: { total_nano_aiu: toNanoCredits(credits) } }),
  };
}

type WireUsage = {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number; cache_write_tokens?: number };
  completion_tokens_details?: { reasoning_tokens: number };
};
