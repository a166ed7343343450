import { type Draft, moveTo } from './draft.ts';
import { findNextBoundary, findPreviousBoundary } from './graphemes.ts';
import { findWordEnd, findWordStart } from './words.ts';

export function moveLeft(draft: Draft): Draft {
  return moveTo(draft, findPreviousBoundary(draft.text, draft.cursor));
}

export function moveRight(draft: Draft): Draft {
  return moveTo(draft, findNextBoundary(draft.text, draft.cursor));
}

export function moveWordLeft(draft: Draft): Draft {
  return moveTo(draft, findWordStart(draft.text, draft.cursor));
}

export function moveWordRight(draft: Draft): Draft {
  return moveTo(draft, findWordEnd(draft.text, draft.cursor));
}

/** Lines are those of the text, however they are wrapped. */
export function moveToLineStart(draft: Draft): Draft {
  return moveTo(draft, findLineStart(draft.text, draft.cursor));
}

export function moveToLineEnd(draft: Draft): Draft {
  return moveTo(draft, findLineEnd(draft.text, draft.cursor));
}

export function moveToStart(draft: Draft): Draft {
  return moveTo(draft, 0);
}

export function moveToEnd(draft: Draft): Draft {
  return moveTo(draft, draft.text.length);
}

export function findLineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

export function findLineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}
