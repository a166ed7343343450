import type { ChatEvent } from '../dialects/chat-event.ts';

/** All events of a reply, for what can be judged only as a whole. */
export async function gatherReply(events: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const gathered: ChatEvent[] = [];
  for await (const event of events) gathered.push(event);
  return gathered;
}

export function readText(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
}

/** The same reply with another text, in the place of the first words. */
export async function* replayWithText(events: readonly ChatEvent[], text: string): AsyncGenerator<ChatEvent> {
  let isTold = false;
  for (const event of events) {
    if (event.type !== 'text-delta') yield event;
    else if (!isTold) {
      isTold = true;
      yield { type: 'text-delta', text };
    }
  }
}
