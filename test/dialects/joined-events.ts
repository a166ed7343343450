import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import type { AssistantMessage } from '../../src/dialects/chat-request.ts';

/**
 * The events with neighbouring deltas of the same thing in one, and without ids, which the service makes up. All deltas of a
 * call are in one, for calls may come interleaved.
 */
export function joinEvents(events: readonly ChatEvent[]): object[] {
  return joinDeltas(events).map(withoutIds);
}

function joinDeltas(events: readonly ChatEvent[]): ChatEvent[] {
  const joined: ChatEvent[] = [];
  for (const event of events) {
    const position = joined.findLastIndex((earlier) => canFollow(earlier, event, joined.at(-1)));
    const earlier = joined[position];
    if (earlier) joined[position] = mergeEvents(earlier, event);
    else joined.push(event);
  }
  return joined;
}

function canFollow(earlier: ChatEvent, event: ChatEvent, last: ChatEvent | undefined): boolean {
  if (earlier.type !== event.type) return false;
  const [index, next] = [earlier, event].map((delta) => ('index' in delta ? delta.index : 0));
  return index === next && (earlier === last || event.type === 'tool-call-delta');
}

function mergeEvents(earlier: ChatEvent, event: ChatEvent): ChatEvent {
  if (earlier.type === 'text-delta' && event.type === 'text-delta')
    return { ...earlier, text: earlier.text + event.text };
  if (earlier.type === 'reasoning-delta' && event.type === 'reasoning-delta')
    return { ...earlier, ...event, text: earlier.text + event.text };
  if (earlier.type === 'tool-call-delta' && event.type === 'tool-call-delta')
    return { ...earlier, arguments: earlier.arguments + event.arguments };
  throw new Error(`two events of the type ${event.type}`);
}

function withoutIds(event: ChatEvent): object {
  if (event.type === 'start') return { type: event.type };
  if (event.type === 'tool-call-delta') return { ...event, id: undefined };
  return event;
}

/** A reply as the message that the next request replays. */
export function toAssistantMessage(events: readonly ChatEvent[], model: string): AssistantMessage {
  const parts: AssistantMessage['parts'] = [];
  for (const event of joinDeltas(events)) {
    if (event.type === 'text-delta') parts.push({ type: 'text', text: event.text });
    else if (event.type === 'reasoning-delta') {
      const { text, opaque } = event;
      parts.push({ type: 'reasoning', text, model, ...(opaque === undefined ? {} : { opaque }) });
    } else if (event.type === 'tool-call-delta') {
      const { id = '', name = '', arguments: text } = event;
      parts.push({ type: 'tool-call', id, name, arguments: text });
    }
  }
  return { role: 'assistant', parts };
}
