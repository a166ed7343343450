import type { ChatEvent, FinishEvent, UsageEvent } from '../chat-event.ts';
import type { ReplyOptions } from '../dialect.ts';
import { TruncatedStreamError } from '../stream-decoder.ts';
import { toWireReason } from './finish-reasons.ts';
import { mergeReasoning } from './reasoning.ts';
import { toWireUsage } from './usage.ts';
import type { WireToolCall } from './wire.ts';

/** Events to a reply in one piece. Throws TruncatedStreamError where they do not end. */
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
        message: toMessage(events, { calls, reason, refusal }),
        logprobs: null,
        finish_reason: reason,
      },
    ],
    ...(usage ? toWireUsage(usage.usage) : {}),
  };
}

function toMessage(
  events: readonly ChatEvent[],
  { calls, reason, refusal }: { calls: WireToolCall[]; reason: string; refusal: string },
): object {
  const content = joinTexts(events, false);
  return {
    role: 'assistant',
    content: content === '' && (calls.length > 0 || refusal !== '') ? null : content,
    refusal: refusal || null,
    ...mergeReasoning(collectThoughts(events)).fields,
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => complete(call, reason)) }),
  };
}

/** What the model says, or the words with which it refuses. */
function joinTexts(events: readonly ChatEvent[], isRefusal: boolean): string {
  return events
    .map((event) =>
      event.type === 'text-delta' && (event.kind === 'refusal') === isRefusal ? event.text : '',
    )
    .join('');
}

/** Callers parse the arguments, so there must be some. A reply that was cut stays as it is. */
function complete(call: WireToolCall, reason: string): WireToolCall {
  const { name, arguments: text } = call.function;
  return text === '' && reason === 'tool_calls' ? { ...call, function: { name, arguments: '{}' } } : call;
}

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
    call.arguments += event.arguments;
    calls.set(event.index, call);
  }
  return [...calls].map(([index, call]) => ({
    id: call.id ?? createCallId(id, index),
    type: 'function',
    function: { name: call.name ?? '', arguments: call.arguments },
  }));
}

/** For a call that came without one: callers answer by it. No other reply may have the same. */
export function createCallId(replyId: string, index: number): string {
  return `call_${replyId.replace(/[^a-zA-Z0-9_-]/g, '_').slice(-40)}_${index}`;
}
