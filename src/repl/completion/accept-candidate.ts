import { type Draft, replaceRange } from '../composer/draft.ts';
import type { Candidate } from '../state.ts';
import type { CompletionTarget } from './completion-target.ts';

/** The draft with a candidate in the place of what was typed, and the cursor behind it. */
export function acceptCandidate(draft: Draft, target: CompletionTarget, candidate: Candidate): Draft {
  const { ending = '' } = candidate;
  const quoted = quoteFor(target, candidate.text);
  const isClosed = quoted.startsWith('@"') && !candidate.text.endsWith('/');
  const text = isClosed ? `${quoted}"` : quoted;
  const isFollowed = /^\s/.test(draft.text.slice(target.end, target.end + 1));
  return replaceRange(draft, {
    start: target.start,
    end: target.end,
    text: isFollowed ? text : text + ending,
  });
}

/** The draft with as much of a candidate as is sure; more of it is to be typed. */
export function acceptPrefix(draft: Draft, target: CompletionTarget, prefix: string): Draft {
  return replaceRange(draft, { start: target.start, end: target.end, text: quoteFor(target, prefix) });
}

/** A path with blanks is read only in quotes; they stay open where it may go on. */
function quoteFor(target: CompletionTarget, text: string): string {
  if (target.type !== 'path') return text;
  return target.isQuoted || /\s/.test(text) ? `@"${text}` : `@${text}`;
}

/** Whether a prompt can mention the path: quotes cannot be quoted. */
export function canMention(path: string): boolean {
  return !path.includes('\n') && !path.startsWith('"') && !(path.includes('"') && /\s/.test(path));
}
