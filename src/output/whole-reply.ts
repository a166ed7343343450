import type { TextDeltaEvent } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';
import type { RunEvent } from '../tools/rounds.ts';

/** Collects all events, for checks that need the whole reply. */
export async function gatherReply<Event extends RunEvent>(events: AsyncIterable<Event>): Promise<Event[]> {
  const gathered: Event[] = [];
  for await (const event of events) gathered.push(event);
  return gathered;
}

const maxQuotedLength = 500;

/**
 * The same for callers that do not print the reply. On a failure, passes on the usage, and adds the text to the failure's data and the
 * words of a refusal to its message.
 */
export async function* holdReply<Event extends RunEvent>(
  events: AsyncIterable<Event>,
): AsyncGenerator<Event, Event[]> {
  const held: Event[] = [];
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

/** The words of the answer. What was said before the last call of a tool is none of it. */
export function readText(events: readonly RunEvent[]): string {
  const answer = events.slice(events.findLastIndex(({ type }) => type === 'tool-ended') + 1);
  return answer.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
}

/** Replaces the words of the answer. */
export async function* replayWithText<Event extends RunEvent>(
  events: readonly Event[],
  text: string,
): AsyncGenerator<Event | TextDeltaEvent> {
  const beginning = events.findLastIndex(({ type }) => type === 'tool-ended');
  let isTold = false;
  for (const [index, event] of events.entries()) {
    if (event.type !== 'text-delta' || index < beginning) yield event;
    else if (!isTold) {
      isTold = true;
      yield { type: 'text-delta', text };
    }
  }
}
