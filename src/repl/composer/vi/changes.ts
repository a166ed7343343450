import { type Draft, moveTo, replaceRange } from '../draft.ts';
import { findNextBoundary, findPreviousBoundary } from '../graphemes.ts';
import { findLineEnd, findLineStart } from '../words.ts';
import type { ViCommand } from './command.ts';
import { clampToLine, findFirstNonBlank } from './motions.ts';
import type { Region } from './objects.ts';
import { squashEdits } from './squash-edits.ts';
import type { ViState, ViStep } from './vi-state.ts';

/** A change that is one edit. */
export function change(
  vi: ViState,
  draft: Draft,
  command: ViCommand,
  { start, end, text, cursor }: { start: number; end: number; text: string; cursor: number },
): ViStep {
  const depth = draft.undoStack.length;
  const edited = squashEdits(replaceRange(draft, { start, end, text }), depth, draft.cursor);
  return {
    vi: { ...vi, mode: 'normal', goal: undefined, change: { command, inserted: undefined } },
    draft: moveTo(edited, clampToLine(edited.text, cursor)),
  };
}

export function deleteCharacters(vi: ViState, draft: Draft, command: ViCommand): ViStep | undefined {
  const { text, cursor } = draft;
  const limit = command.key === 'x' ? findLineEnd(text, cursor) : findLineStart(text, cursor);
  let place = cursor;
  for (let left = command.count ?? 1; left > 0 && place !== limit; left -= 1)
    place = command.key === 'x' ? findNextBoundary(text, place) : findPreviousBoundary(text, place);
  if (place === cursor) return undefined;
  const [start, end] = [Math.min(place, cursor), Math.max(place, cursor)];
  const register = { text: text.slice(start, end), isLinewise: false };
  const before = command.key === 'x' ? draft : moveTo(draft, start);
  return change({ ...vi, register }, before, command, { start, end, text: '', cursor: start });
}

export function replaceCharacters(vi: ViState, draft: Draft, command: ViCommand): ViStep | undefined {
  const { text, cursor } = draft;
  const lineEnd = findLineEnd(text, cursor);
  const times = command.count ?? 1;
  let end = cursor;
  for (let left = times; left > 0; left -= 1) {
    if (end >= lineEnd) return undefined;
    end = findNextBoundary(text, end);
  }
  const put = (command.character ?? '').repeat(times);
  const place = cursor + put.length - (command.character ?? '').length;
  return change(vi, draft, command, { start: cursor, end, text: put, cursor: place });
}

export function switchLetters(text: string): string {
  return text.replace(/\p{L}/gu, (letter) => {
    const upper = letter.toUpperCase();
    return letter === upper ? letter.toLowerCase() : upper;
  });
}

export function switchCase(vi: ViState, draft: Draft, command: ViCommand): ViStep | undefined {
  const { text, cursor } = draft;
  const lineEnd = findLineEnd(text, cursor);
  let end = cursor;
  for (let left = command.count ?? 1; left > 0 && end < lineEnd; left -= 1) end = findNextBoundary(text, end);
  if (end === cursor) return undefined;
  return change(vi, draft, command, {
    start: cursor,
    end,
    text: switchLetters(text.slice(cursor, end)),
    cursor: end,
  });
}

export function joinLines(vi: ViState, draft: Draft, command: ViCommand, lines?: number): ViStep | undefined {
  const { text, cursor } = draft;
  const first = findLineStart(text, cursor);
  let joined = text.slice(first, findLineEnd(text, cursor));
  let end = first + joined.length;
  let segment = joined;
  let place = cursor;
  if (end === text.length) return undefined;
  for (let left = lines ?? Math.max(2, command.count ?? 2) - 1; left > 0 && end < text.length; left -= 1) {
    const next = end + 1;
    end = findLineEnd(text, next);
    const rest = text.slice(next, end).replace(/^[ \t]+/, '');
    const needsSpace = rest !== '' && !rest.startsWith(')') && joined !== '' && !/[ \t]$/.test(segment);
    place = first + joined.length;
    joined += (needsSpace ? ' ' : '') + rest;
    segment = rest;
  }
  return change(vi, draft, command, { start: first, end, text: joined, cursor: place });
}

export function put(vi: ViState, draft: Draft, command: ViCommand): ViStep | undefined {
  const { text, cursor } = draft;
  const { register } = vi;
  const times = command.count ?? 1;
  const isAfter = command.key === 'p';
  if (register.text === '' && !register.isLinewise) return undefined;
  if (!register.isLinewise) {
    const lineEnd = findLineEnd(text, cursor);
    const at = isAfter && cursor < lineEnd ? findNextBoundary(text, cursor) : cursor;
    const content = register.text.repeat(times);
    const last = content.includes('\n')
      ? at
      : findPreviousBoundary(at + content.length > 0 ? text.slice(0, at) + content : '', at + content.length);
    return change(vi, draft, command, { start: at, end: at, text: content, cursor: last });
  }
  const block = Array.from({ length: times }, () => register.text).join('\n');
  const at = isAfter ? findLineEnd(text, cursor) : findLineStart(text, cursor);
  const content = isAfter ? `\n${block}` : `${block}\n`;
  const step = change(vi, draft, command, { start: at, end: at, text: content, cursor: at });
  const first = isAfter ? at + 1 : at;
  return { ...step, draft: moveTo(step.draft, findFirstNonBlank(step.draft.text, first)) };
}

/** The register takes the place of the visual area, which takes its place. */
export function putOver(vi: ViState, draft: Draft, region: Region, command: ViCommand): ViStep | undefined {
  const { text } = draft;
  const { register } = vi;
  const { start, end } = region;
  const content = register.text;
  const isBlock = register.isLinewise && !region.isLinewise;
  const shown = isBlock ? `\n${content}\n` : content;
  const place = isBlock
    ? start + 1
    : region.isLinewise || content.includes('\n')
      ? start
      : start + Math.max(0, content.length - 1);
  const taken = { text: text.slice(start, end), isLinewise: region.isLinewise };
  return change({ ...vi, register: taken }, draft, command, { start, end, text: shown, cursor: place });
}
