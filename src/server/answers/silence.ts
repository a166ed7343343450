import { createSeen, judge, judgeEnd, look, noticeOddEnd, type Seen } from '../../copilot/check-answer.ts';
import type { ChatEvent, FinishEvent } from '../../dialects/chat-event.ts';
import type { ChatRequest } from '../../dialects/chat-request.ts';
import type { NativePath } from '../../dialects/dialect.ts';
import type { CliError } from '../../errors.ts';

type OnNotice = (sentence: string) => void;

/** The events to pass on, and what is thrown after them. */
export type Checked = { said: ChatEvent[]; failure?: CliError };

/**
 * Makes a failed answer say so, in which the caller would read an end like any other: one without words, and one that was broken off. What
 * the model or the service kept back is told as a refusal, in the caller's dialect.
 */
export function createSilenceCheck(
  request: ChatRequest,
  onNotice: OnNotice,
): (events: ChatEvent[]) => Checked {
  const seen = createSeen();
  const mayBeSilent = endsWithResult(request);

  function explain(finish: FinishEvent): Checked {
    const broken = findBreak(finish, seen);
    if (broken) return { said: [], failure: broken };
    noticeOddEnd(finish, seen, { runsTools: true, onNotice });
    const isSaid = seen.hasText || seen.hasCalls;
    if (isSaid || finish.reason === 'length' || (finish.reason === 'stop' && mayBeSilent))
      return { said: [finish] };
    const failure = judge(finish, seen, true);
    if (!failure) return { said: [finish] };
    if (failure.code !== 'content_filter') return { said: [], failure };
    return { said: [{ type: 'text-delta', kind: 'refusal', text: toSentence(failure.message) }, finish] };
  }

  return (events) => {
    const last = lookAtAll(events, seen);
    if (!last) return { said: events };
    const before = events.slice(0, -1);
    const { said, failure } = explain(last);
    // Before the first word, the caller gets the status that the failure means.
    if (failure) return { said: before.some(({ type }) => type.endsWith('-delta')) ? before : [], failure };
    return { said: [...before, ...said] };
  };
}

/** What is wrong with an answer that goes on as it came: its words and its end are the caller's to judge, if they say what happened. */
export function createEndCheck(
  { tellsCut }: Pick<NativePath, 'tellsCut'>,
  onNotice: OnNotice,
): (events: readonly ChatEvent[]) => CliError | undefined {
  const seen = createSeen();
  return (events) => {
    const last = lookAtAll(events, seen);
    if (!last || tellsCut(last)) return undefined;
    const broken = findBreak(last, seen);
    if (!broken) noticeOddEnd(last, seen, { runsTools: true, onNotice });
    return broken;
  };
}

function lookAtAll(events: readonly ChatEvent[], seen: Seen): FinishEvent | undefined {
  for (const event of events) if (event.type !== 'finish') look(event, seen);
  const last = events.at(-1);
  return last?.type === 'finish' ? last : undefined;
}

function findBreak(finish: FinishEvent, seen: Seen): CliError | undefined {
  const broken = judgeEnd(finish);
  return broken && (judge(finish, seen, true) ?? broken);
}

/** After the result of a tool, a model may have nothing to add. */
function endsWithResult({ messages }: ChatRequest): boolean {
  return messages.findLast(({ role }) => role !== 'system')?.role === 'tool';
}

function toSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
