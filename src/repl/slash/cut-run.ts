import type { Conversation } from '../../conversation/conversation.ts';
import { findUnfinished, listBranch } from '../../conversation/current-branch.ts';
import { describeCount } from '../../describe-count.ts';

/** A run at the end of a conversation that was cut off between two answers. */
export type CutRun = {
  /** The answer whose calls were begun: from there it goes on. A part of an answer behind it is asked for again. */
  head: string;
  /** How many of its calls were not made. */
  notMade: number;
};

/** To ask the prompt again would make the calls twice that were made. */
export function findCutRun(conversation: Conversation): CutRun | undefined {
  const last = listBranch(conversation).at(-1);
  if (last?.role !== 'assistant') return undefined;
  const head = last.finish === undefined ? last.parent : last.id;
  const unfinished = head === undefined ? undefined : findUnfinished({ ...conversation, head });
  return unfinished && { head: unfinished.turn.id, notMade: unfinished.pending.length };
}

export function describeCutRun({ notMade }: CutRun): string {
  const were = notMade === 1 ? 'was' : 'were';
  const calls = notMade === 0 ? '' : `, with ${describeCount(notMade, 'call')} that ${were} not made`;
  return `The last answer was cut off between its calls; /retry goes on from there${calls}.`;
}
