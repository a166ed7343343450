import type { ChatEvent } from '../../dialects/chat-event.ts';
import { UpstreamError } from '../../errors.ts';
import { measureEvents } from '../answering.ts';

/** The longest answers of today have a million characters. */
const maxLength = 16 * 2 ** 20;
/** What is counted for each event beside its characters: even an empty one takes memory. */
const eventCost = 64;

/**
 * Counts what is held of an answer that goes out in one piece, call by call. Throws UpstreamError once it is more than any model writes: a
 * stream can be endless, and the memory is shared by all callers. `otherBytes` are those that said nothing we know.
 */
export function createWholeLimit(): (events: readonly ChatEvent[], otherBytes?: number) => void {
  let length = 0;
  return (events, otherBytes = 0) => {
    length += measureEvents(events) + events.length * eventCost + otherBytes;
    if (length <= maxLength) return;
    throw new UpstreamError('upstream', 'the answer is too long to be held in one piece', {
      hint: 'Ask for a stream.',
      details: { final: true },
    });
  };
}
