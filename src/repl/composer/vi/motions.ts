import { cellWidth } from '../../../terminal/cell-width.ts';
import { findNextBoundary, findPreviousBoundary } from '../graphemes.ts';
import { findLineEnd, findLineStart } from '../words.ts';
import { findWordBackward, findWordEnd, findWordForward, isEmptyLine, kindOf } from './words.ts';

/** The place that a motion leads to. `isInclusive`: the character there belongs to the text that an operator takes. */
export type Moved = {
  at: number;
  isLinewise?: boolean;
  isInclusive?: boolean;
  /** The column that later moves up and down keep, in cells. */
  goal?: number | undefined;
};

export type FindKey = { key: string; character: string };

type Motion = {
  key: string;
  /** The character behind `f`, `t` and the like. */
  character: string | undefined;
  count: number | undefined;
  operator: string | undefined;
  /** The last search in a line. */
  find: FindKey | undefined;
  goal: number | undefined;
  /** In visual mode the cursor can stand behind the last character of a line. */
  isVisual: boolean;
};

/** Where a motion leads from a place. Undefined if there is no such place. */
export function move(text: string, at: number, motion: Motion): Moved | undefined {
  const { key, operator, count, isVisual } = motion;
  const times = count ?? 1;
  const lineStart = findLineStart(text, at);
  const lineEnd = findLineEnd(text, at);
  const isBig = key === key.toUpperCase();
  switch (key) {
    case 'h': {
      const found = repeat(times, at, (from) => (from > lineStart ? findPreviousBoundary(text, from) : from));
      return found === at && operator === undefined ? undefined : { at: found };
    }
    case 'l':
    case ' ': {
      const last = operator === undefined && !isVisual ? findLast(text, at) : lineEnd;
      const found = repeat(times, at, (from) => (from < last ? findNextBoundary(text, from) : from));
      return found === at && operator === undefined ? undefined : { at: found };
    }
    case 'line': {
      const line = moveLines(text, at, times - 1);
      return line === undefined ? undefined : { at: Math.max(at, line), isLinewise: true };
    }
    case '0':
      return { at: lineStart };
    case '^':
      return { at: findFirstNonBlank(text, at) };
    case '_': {
      const line = moveLines(text, at, times - 1);
      return line === undefined ? undefined : { at: findFirstNonBlank(text, line), isLinewise: true };
    }
    case '$': {
      const line = moveLines(text, at, times - 1);
      if (line === undefined) return undefined;
      const place = isVisual ? findLineEnd(text, line) : findLast(text, line);
      return { at: place, isInclusive: true, goal: Number.POSITIVE_INFINITY };
    }
    case 'j':
    case 'k': {
      const line = moveLines(text, at, key === 'j' ? times : -times);
      if (line === undefined) return undefined;
      const goal = motion.goal ?? toCell(text, at);
      return { at: fromCell(text, line, { goal, isVisual }), isLinewise: true, goal };
    }
    case 'w':
    case 'W':
      return moveByWord(text, at, { times, isBig, operator, isVisual });
    case 'b':
    case 'B': {
      const found = findWordBackward(text, at, times, isBig);
      return found === at ? undefined : { at: found };
    }
    case 'e':
    case 'E': {
      const { at: found, isFound } = findWordEnd(text, at, { count: times, isBig });
      if (!isFound && operator === undefined && found === at) return undefined;
      return { at: clampToLine(text, found), isInclusive: true };
    }
    case 'ge':
    case 'gE':
      return moveToEndBefore(text, at, times, key === 'gE');
    case 'g_': {
      const line = moveLines(text, at, times - 1);
      if (line === undefined) return undefined;
      let last = findLast(text, line);
      while (last > findLineStart(text, line) && kindOf(text, last, true) === 0)
        last = findPreviousBoundary(text, last);
      return { at: last, isInclusive: true };
    }
    case 'gg':
    case 'G': {
      const lines = text.split('\n').length;
      const line = Math.min(count ?? (key === 'G' ? lines : 1), lines);
      return { at: findFirstNonBlank(text, moveLines(text, 0, line - 1) ?? 0), isLinewise: true };
    }
    case '{':
    case '}':
      return moveByParagraph(text, at, { step: key === '}' ? 1 : -1, times, operator });
    case '%':
      return count === undefined ? findMatch(text, at) : undefined;
    case 'f':
    case 'F':
    case 't':
    case 'T':
      return findInLine(text, at, { key, character: motion.character ?? '' }, { times, isRepeated: false });
    case ';':
    case ',':
      if (!motion.find) return undefined;
      return findInLine(text, at, key === ';' ? motion.find : reverse(motion.find), {
        times,
        isRepeated: true,
      });
    default:
      return undefined;
  }
}

function repeat(times: number, at: number, step: (at: number) => number): number {
  let found = at;
  for (let left = times; left > 0; left -= 1) {
    const next = step(found);
    if (next === found) break;
    found = next;
  }
  return found;
}

/** The last character of a line; its start if it is empty. */
export function findLast(text: string, at: number): number {
  const end = findLineEnd(text, at);
  return end === findLineStart(text, at) ? end : findPreviousBoundary(text, end);
}

/** Outside insert mode the cursor never stands behind the last character. */
export function clampToLine(text: string, at: number): number {
  return Math.min(at, findLast(text, Math.min(at, text.length)));
}

export function findFirstNonBlank(text: string, at: number): number {
  const end = findLineEnd(text, at);
  let found = findLineStart(text, at);
  while (found < end && (text[found] === ' ' || text[found] === '\t')) found += 1;
  return found === end ? findLast(text, at) : found;
}

/** The start of the line some lines below or above, or of the last one there. Undefined if there is none. */
export function moveLines(text: string, at: number, lines: number): number | undefined {
  const from = findLineStart(text, at);
  let start = from;
  for (let left = Math.abs(lines); left > 0; left -= 1) {
    const end = findLineEnd(text, start);
    if (lines > 0 ? end === text.length : start === 0) break;
    start = lines > 0 ? end + 1 : findLineStart(text, start - 1);
  }
  return start === from && lines !== 0 ? undefined : start;
}

function widthOf(text: string, at: number, next: number): number {
  return text[at] === '\t' ? 1 : Math.max(1, cellWidth(text.slice(at, next)));
}

export function toCell(text: string, at: number): number {
  let cell = 0;
  for (let from = findLineStart(text, at); from < at; ) {
    const next = findNextBoundary(text, from);
    cell += widthOf(text, from, next);
    from = next;
  }
  return cell;
}

function fromCell(
  text: string,
  line: number,
  { goal, isVisual }: { goal: number; isVisual: boolean },
): number {
  const last = isVisual ? findLineEnd(text, line) : findLast(text, line);
  let cell = 0;
  let at = line;
  while (at < last) {
    const next = findNextBoundary(text, at);
    cell += widthOf(text, at, next);
    if (cell > goal) break;
    at = next;
  }
  return at;
}

type WordOptions = { times: number; isBig: boolean; operator: string | undefined; isVisual: boolean };

/** With `c`, a word ends where `e` ends it: the blanks behind it stay. */
function moveByWord(
  text: string,
  at: number,
  { times, isBig, operator, isVisual }: WordOptions,
): Moved | undefined {
  if (operator === 'c' && kindOf(text, at, isBig) !== 0) {
    const { at: found } = findWordEnd(text, at, { count: times, isBig, staysAtEnd: true });
    return { at: clampToLine(text, found), isInclusive: true };
  }
  const found = findWordForward(text, at, { count: times, isBig, stopsAtEnd: operator !== undefined });
  if (found === at && operator === undefined) return undefined;
  const clamped = isVisual ? found : clampToLine(text, found);
  if (operator === undefined) return clamped === at ? undefined : { at: clamped };
  return { at: clamped, isInclusive: clamped !== found };
}

/** The last character of the word before. */
function moveToEndBefore(text: string, start: number, times: number, isBig: boolean): Moved | undefined {
  let at = start;
  for (let left = times; left > 0; left -= 1) {
    const kind = kindOf(text, at, isBig);
    if (at === 0) return undefined;
    at = findPreviousBoundary(text, at);
    if (kind !== 0) while (at > 0 && kindOf(text, at, isBig) === kind) at = findPreviousBoundary(text, at);
    if (at === 0) continue;
    while (at > 0 && kindOf(text, at, isBig) === 0) {
      if (isEmptyLine(text, at)) break;
      at = findPreviousBoundary(text, at);
    }
  }
  return { at: clampToLine(text, at), isInclusive: true };
}

/** The empty line before or behind the paragraph, or the end of the text. */
function moveByParagraph(
  text: string,
  start: number,
  { step, times, operator }: { step: 1 | -1; times: number; operator: string | undefined },
): Moved | undefined {
  let line = findLineStart(text, start);
  for (let left = times; left > 0; left -= 1) {
    let hasText = false;
    for (;;) {
      const isEmpty = findLineEnd(text, line) === line;
      if (isEmpty && hasText) break;
      if (!isEmpty) hasText = true;
      const next = moveLines(text, line, step);
      if (next === undefined) {
        if (left > 1) return undefined;
        if (step === -1) return line === start ? undefined : { at: 0 };
        const last = findLast(text, line);
        return last === start && operator === undefined ? undefined : { at: last, isInclusive: true };
      }
      line = next;
    }
  }
  return { at: line };
}

const pairs = ['()', '[]', '{}'];

/** The bracket that belongs to the first one at or behind the cursor in its line. */
function findMatch(text: string, start: number): Moved | undefined {
  const end = findLineEnd(text, start);
  let at = start;
  while (at < end && !'()[]{}'.includes(text.charAt(at))) at += 1;
  const bracket = text.charAt(at);
  const pair = at < end ? pairs.find((one) => one.includes(bracket)) : undefined;
  if (!pair) return undefined;
  const step = pair.startsWith(bracket) ? 1 : -1;
  const other = step === 1 ? pair.charAt(1) : pair.charAt(0);
  let depth = 0;
  for (; at >= 0 && at < text.length; at += step) {
    if (text[at] === bracket) depth += 1;
    else if (text[at] === other) depth -= 1;
    if (depth === 0) return { at, isInclusive: true };
  }
  return undefined;
}

function reverse({ key, character }: FindKey): FindKey {
  const other = key === key.toLowerCase() ? key.toUpperCase() : key.toLowerCase();
  return { key: other, character };
}

function findInLine(
  text: string,
  start: number,
  { key, character }: FindKey,
  { times, isRepeated }: { times: number; isRepeated: boolean },
): Moved | undefined {
  const isBack = key === 'F' || key === 'T';
  const isTill = key === 't' || key === 'T';
  const [first, end] = [findLineStart(text, start), findLineEnd(text, start)];
  const step = (from: number): number =>
    isBack
      ? from > first
        ? findPreviousBoundary(text, from)
        : -1
      : from < end
        ? findNextBoundary(text, from)
        : -1;
  let at = start;
  let left = times;
  // A repeated `t` does not stay before the character where it stands already.
  let mayBeNext = !(isTill && isRepeated && times === 1);
  while (left > 0) {
    at = step(at);
    if (at === -1 || at >= end) return undefined;
    if (text.startsWith(character, at) && mayBeNext) left -= 1;
    mayBeNext = true;
  }
  if (isTill) at = isBack ? findNextBoundary(text, at) : findPreviousBoundary(text, at);
  return { at, isInclusive: !isBack };
}
