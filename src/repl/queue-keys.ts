import type { ReplState } from './state.ts';
import { wordCommands } from './word-commands.ts';

/** What Enter and Up do with the prompts that wait, the most important first. Empty if none waits. */
export function describeQueueKeys(state: ReplState): string[] {
  const { queue, isHeld, work, draft, waitingDialog } = state;
  if (queue.length === 0) return [];
  if (waitingDialog) return ['after the question: Tab answers'];
  if (sendsWithQueue(state)) return ['Enter sends the queue and this'];
  const release = isHeld && (work ? 'Enter sends the queue after this answer' : 'Enter sends the queue');
  const takeBack = 'Up edits';
  // What waits is no history yet, so beside a draft Up walks past it.
  if (/\S/.test(draft.text.slice(0, 200))) return [`On an empty prompt: ${release || takeBack}`];
  return release ? [release, takeBack, '/queue'] : [takeBack, '/queue'];
}

/** Whether the draft takes its turn behind prompts that are held, and Enter sends all. */
export function sendsWithQueue(state: ReplState): boolean {
  const { queue, isHeld, work, draft, isReturned, revision } = state;
  const beginning = draft.text.slice(0, 200);
  const isWord = Object.hasOwn(wordCommands, beginning.trim().toLowerCase());
  const isPrompt = /\S/.test(beginning) && !isWord && !/^(?:!|\/[a-z?])/i.test(beginning);
  return isHeld && queue.length > 0 && isPrompt && !work && !isReturned && !revision;
}
