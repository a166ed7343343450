import { describeCount } from '../../describe-count.ts';
import { toOneLine } from '../../terminal-text.ts';
import { expandDraft } from '../composer/pastes.ts';
import { describeRevision, type ReplAction } from '../state.ts';

const maxShownLength = 200;

/** What the drawn view would show at its bottom, in words, where it matters to somebody who hears it. `now` is in milliseconds. */
export function describeChange(action: ReplAction, now: number): string[] {
  switch (action.type) {
    case 'draft': {
      const text = toOneLine(expandDraft(action.draft).slice(0, maxShownLength));
      return text === '' ? [] : [`Enter alone sends: ${text}`];
    }
    case 'attachments': {
      // What is attached by a command of ours is told by that.
      const last = action.attachments.at(-1);
      if (!last?.startsWith('!')) return [];
      return [`Goes along with your next prompt: ${toOneLine(last)}. /attach none drops it.`];
    }
    case 'revision':
      return action.revision ? [`${describeRevision(action.revision, 'Ctrl+C')}.`] : [];
    case 'queued':
      return ['It is asked when this answer has ended.'];
    case 'work-label':
      return action.label === 'Thinking' ? ['Thinking.'] : [];
    case 'wait-began': {
      const seconds = Math.max(0, Math.ceil((action.until - now) / 1000));
      return [`${action.reason}; asking again in ${seconds} second${seconds === 1 ? '' : 's'}.`];
    }
    default:
      return [];
  }
}

/** What is the person's to send, after an answer that was stopped. Nothing where nothing waits. */
export function describeWaiting({ length }: readonly unknown[]): string[] {
  if (length === 0) return [];
  const state = length === 1 ? 'waits; it goes' : 'wait; they go';
  return [`${describeCount(length, 'prompt')} ${state} out when you press Enter.`];
}
