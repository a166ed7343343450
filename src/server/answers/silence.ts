import { createSeen, judge, judgeEnd, look } from '../../copilot/check-answer.ts';
import type { ChatEvent, FinishEvent } from '../../dialects/chat-event.ts';
import type { ChatRequest } from '../../dialects/chat-request.ts';
import { isBroken } from '../../dialects/finish-words.ts';

/**
 * Passes on the events of an answer, and makes a failed one say so: an answer without words would look like a success. What the model or the
 * service kept back is told as a refusal, in the caller's dialect; for an answer that was broken off, CliError is thrown.
 */
export function createSilenceCheck(request: ChatRequest): (events: ChatEvent[]) => ChatEvent[] {
  const seen = createSeen();
  const mayBeSilent = endsWithResult(request);

  function explain(finish: FinishEvent): ChatEvent[] {
    const broken = isBroken(finish) ? (judge(finish, seen, true) ?? judgeEnd(finish)) : undefined;
    if (broken) throw broken;
    const isSaid = seen.hasText || seen.hasCalls;
    if (isSaid || finish.reason === 'length' || (finish.reason === 'stop' && mayBeSilent)) return [finish];
    const failure = judge(finish, seen, true);
    if (!failure) return [finish];
    if (failure.code !== 'content_filter') throw failure;
    return [{ type: 'text-delta', kind: 'refusal', text: toSentence(failure.message) }, finish];
  }

  return (events) => {
    for (const event of events) if (event.type !== 'finish') look(event, seen);
    const last = events.at(-1);
    return last?.type === 'finish' ? [...events.slice(0, -1), ...explain(last)] : events;
  };
}

/** After the result of a tool, a model may have nothing to add. */
function endsWithResult({ messages }: ChatRequest): boolean {
  return messages.findLast(({ role }) => role !== 'system')?.role === 'tool';
}

function toSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
