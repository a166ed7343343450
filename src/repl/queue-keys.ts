import { readDraft } from './composer/pastes.ts';
import { isCommand } from './prompt-runner.ts';
import type { ReplState } from './state.ts';

/** This runs for each frame, and a longer draft is hardly a command. */
const longDraft = 2000;

/** What Enter and Up do now, for somebody who sees prompts wait. Undefined if none waits. */
export function describeQueueKeys(state: ReplState): string | undefined {
  const { queue, isHeld, work, draft } = state;
  if (queue.length === 0) return undefined;
  const release = isHeld && (work ? 'Enter sends the queue after this answer' : 'Enter sends the queue');
  const takeBack = 'Up takes the last one back';
  if (!/\S/.test(draft.text))
    return joinKeys([release, takeBack, release ? '/queue' : '/queue edits, drops, moves']);
  // What waits is no history yet, so Up walks past it. There is room for one of the two keys.
  return joinKeys([describeEnter(state), `On an empty prompt: ${release || takeBack}`]);
}

/** The effect of Enter on the draft. */
function describeEnter({ draft, isHeld, work, revision }: ReplState): string | false {
  // A revision has its own line, and what a command does is beside its name.
  if (revision || (draft.text.length < longDraft && isCommand(readDraft(draft)))) return false;
  return work || !isHeld ? 'Enter queues the draft' : 'Enter sends only the draft';
}

function joinKeys(parts: readonly (string | false)[]): string {
  return parts.filter(Boolean).join(' · ');
}
