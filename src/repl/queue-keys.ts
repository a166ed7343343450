import type { ReplState } from './state.ts';

/** What Enter and Up do with the prompts that wait, the most important first. Empty if none waits. */
export function describeQueueKeys({ queue, isHeld, work, draft }: ReplState): string[] {
  if (queue.length === 0) return [];
  const release = isHeld && (work ? 'Enter sends the queue after this answer' : 'Enter sends the queue');
  const takeBack = 'Up edits';
  // What waits is no history yet, so beside a draft Up walks past it.
  if (/\S/.test(draft.text.slice(0, 200))) return [`On an empty prompt: ${release || takeBack}`];
  return release ? [release, takeBack, '/queue'] : [takeBack, '/queue'];
}
