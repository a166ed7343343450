import type { ChatEvent } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';

/** Collects all events, for checks that need the whole reply. */
export async function gatherReply(events: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const gathered: ChatEvent[] = [];
  for await (const event of events) gathered.push(event);
  return gathered;
}

const maxQuotedLength = 500;

/**
 * The same for callers that do not print the reply. On a failure, passes on the usage, and adds the text to the failure's data and the
 * words of a refusal to its message.
 */
export async function* holdReply(events: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent, ChatEvent[]> {
  const held: ChatEvent[] = [];
  try {
    for await (const event of events) held.push(event);
  } catch (error) {
    yield* held.filter(({ type }) => type === 'start' || type === 'usage');
    throw error instanceof CliError ? withText(error, readText(held)) : error;
  }
  return held;
}

function withText(error: CliError, text: string): CliError {
  if (text === '') return error;
  if (error.details.finish_reason !== 'refusal') return error.withData({ text });
  const { code, hint, details } = error;
  const quoted = text.length > maxQuotedLength ? `${text.slice(0, maxQuotedLength)}…` : text;
  return new CliError(code, `${error.message}: ${quoted}`, { hint, details, data: { text }, cause: error });
}

export function readText(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
}

/** Replaces the text of a reply. */
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
