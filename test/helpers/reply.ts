import type { ChatEvent, FinishReason } from '../../src/dialects/chat-event.ts';
import type { AssistantMessage, ReasoningPart, ToolCallPart } from '../../src/dialects/chat-request.ts';

export type Reply = {
  text: string;
  reasoning: ReasoningPart[];
  toolCalls: ToolCallPart[];
  finish: FinishReason | undefined;
  /** The reply as it goes back with the next request. */
  message: AssistantMessage;
};

/** All events of a reply of `model`, put together. */
export async function toReply(model: string, events: AsyncIterable<ChatEvent>): Promise<Reply> {
  const reasoning: ReasoningPart[] = [];
  const toolCalls: ToolCallPart[] = [];
  let text = '';
  let finish: FinishReason | undefined;
  for await (const event of events) {
    if (event.type === 'text-delta') text += event.text;
    if (event.type === 'finish') finish = event.reason;
    if (event.type === 'reasoning-delta') {
      reasoning[event.index] ??= { type: 'reasoning', text: '', model };
      const part = reasoning[event.index];
      if (part) part.text += event.text;
      if (part && event.opaque !== undefined) part.opaque = event.opaque;
    }
    if (event.type === 'tool-call-delta') {
      toolCalls[event.index] ??= { type: 'tool-call', id: '', name: '', arguments: '' };
      const call = toolCalls[event.index];
      if (!call) continue;
      call.id = event.id ?? call.id;
      call.name = event.name ?? call.name;
      call.arguments += event.arguments;
    }
  }
  const parts = [...reasoning, ...(text === '' ? [] : [{ type: 'text' as const, text }]), ...toolCalls];
  return { text, reasoning, toolCalls, finish, message: { role: 'assistant', parts } };
}
