import type { CacheMark, Message } from '../chat-request.ts';
import type { WireMessage } from './wire.ts';

const maxMarks = 4;

type MarkField = Pick<WireMessage, 'copilot_cache_control'>;

/** A message is marked as a whole; there is no word for how long the mark holds. */
export function toMarkField(message: Message, notices: Set<string>): MarkField {
  const marks = findMarks(message);
  if (marks === undefined) return {};
  if (marks.some(({ ttl }) => ttl !== undefined))
    notices.add('How long a part of the prompt stays cached is left to the service.');
  return { copilot_cache_control: { type: 'ephemeral' } };
}

/** Undefined for most messages, of which a long chat has a thousand. */
function findMarks(message: Message): CacheMark[] | undefined {
  let marks: CacheMark[] | undefined;
  const add = (mark: CacheMark | undefined): void => {
    if (mark) marks = [...(marks ?? []), mark];
  };
  for (const part of message.parts) if ('cache' in part) add(part.cache);
  if (message.role === 'tool') add(message.cache);
  return marks;
}

/** The service takes four. The last ones cover the most. */
export function limitMarks(messages: WireMessage[], notices: Set<string>): void {
  const marked = messages.filter(({ copilot_cache_control }) => copilot_cache_control !== undefined);
  const surplus = marked.slice(0, -maxMarks);
  for (const message of surplus) delete message.copilot_cache_control;
  if (surplus.length > 0) notices.add(`Only the last ${maxMarks} cache marks are kept.`);
}
