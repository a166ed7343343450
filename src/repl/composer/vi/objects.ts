import { findNextBoundary, findPreviousBoundary } from '../graphemes.ts';
import { findLineEnd, findLineStart } from '../words.ts';
import { moveLines } from './motions.ts';
import { findRunStart, findWordEnd, findWordForward, kindOf } from './words.ts';

/** A piece of the text: `end` is the offset behind it. */
export type Region = { start: number; end: number; isLinewise: boolean };

const bracketsOf: Record<string, string> = {
  '(': '()',
  ')': '()',
  b: '()',
  '[': '[]',
  ']': '[]',
  '{': '{}',
  '}': '{}',
  B: '{}',
  '<': '<>',
  '>': '<>',
};

export const objectKeys = `wWp"'\`${Object.keys(bracketsOf).join('')}`;

/** The text that a text object such as `iw` or `a(` names. Undefined if there is none. */
export function findObject(
  text: string,
  at: number,
  { key, isAround, count }: { key: string; isAround: boolean; count: number },
): Region | undefined {
  if (key === 'w' || key === 'W') return findWord(text, at, { isBig: key === 'W', isAround, count });
  if (key === 'p') return findParagraph(text, at, isAround, count);
  if (`"'\``.includes(key)) return findQuoted(text, at, key, isAround);
  const brackets = bracketsOf[key];
  return brackets === undefined ? undefined : findBracketed(text, at, { brackets, isAround, count });
}

function findWord(
  text: string,
  at: number,
  { isBig, isAround, count }: { isBig: boolean; isAround: boolean; count: number },
): Region | undefined {
  const oneLeft = (from: number): number =>
    from > findLineStart(text, from) ? findPreviousBoundary(text, from) : from;
  let start = findRunStart(text, at, isBig);
  let last: number;
  let wantsBlanks = false;
  let isInclusive = true;
  if ((kindOf(text, start, isBig) === 0) === isAround) {
    const found = findWordEnd(text, start, { count: 1, isBig, staysAtEnd: true, stopsAtEmpty: true });
    if (!found.isFound) return undefined;
    last = found.at;
  } else {
    const next = findWordForward(text, start, { count: 1, isBig, stopsAtEnd: true });
    last = next > start && next === findLineStart(text, next) ? next - 1 : oneLeft(next);
    wantsBlanks = isAround;
  }
  for (let left = count - 1; left > 0; left -= 1) {
    isInclusive = true;
    if (last >= text.length) return undefined;
    last = findNextBoundary(text, last);
    if (last === findLineEnd(text, last) && last > findLineStart(text, last)) {
      if (last === text.length) return undefined;
      last += 1;
    }
    if (isAround || kindOf(text, last, isBig) === 0) {
      const next = findWordForward(text, last, { count: 1, isBig, stopsAtEnd: true });
      if (isAround && next === last && left > 1) return undefined;
      const isAtStart = next === findLineStart(text, next);
      if (isAtStart) isInclusive = false;
      last = isAtStart ? next : oneLeft(next);
    } else {
      const found = findWordEnd(text, last, { count: 1, isBig, staysAtEnd: true, stopsAtEmpty: true });
      if (!found.isFound) return undefined;
      last = found.at;
    }
  }
  if (wantsBlanks && kindOf(text, last, isBig) !== 0 && start > findLineStart(text, start)) {
    const before = findRunStart(text, findPreviousBoundary(text, start), isBig);
    // An indent stays.
    if (kindOf(text, before, isBig) === 0 && before > findLineStart(text, before)) start = before;
  }
  const lineEnd = findLineEnd(text, last);
  const end = isInclusive && last < lineEnd ? findNextBoundary(text, last) : last;
  return { start, end, isLinewise: false };
}

function isBlankLine(text: string, line: number): boolean {
  return text.slice(line, findLineEnd(text, line)).trim() === '';
}

/** Whole lines: a paragraph or the blank lines between two. */
function findParagraph(text: string, at: number, isAround: boolean, count: number): Region | undefined {
  const step = (line: number, lines: 1 | -1): number | undefined => moveLines(text, line, lines);
  const skip = (from: number, lines: 1 | -1): number => {
    const isBlank = isBlankLine(text, from);
    let line = from;
    for (let next = step(line, lines); next !== undefined && isBlankLine(text, next) === isBlank; ) {
      line = next;
      next = step(line, lines);
    }
    return line;
  };
  const here = findLineStart(text, at);
  let first = skip(here, -1);
  let last = skip(here, 1);
  const wasBlank = isBlankLine(text, here);
  let blocks = (isAround ? 2 : 1) * count - 1;
  while (blocks > 0) {
    const next = step(last, 1);
    if (next === undefined) {
      // The last paragraph takes the blank lines before it.
      const before = step(first, -1);
      if (!isAround || wasBlank || blocks > 1 || before === undefined)
        return isAround && blocks <= 1 && !wasBlank ? toLines(text, first, last) : undefined;
      first = skip(before, -1);
      break;
    }
    last = skip(next, 1);
    blocks -= 1;
  }
  return toLines(text, first, last);
}

function toLines(text: string, first: number, last: number): Region {
  return { start: first, end: findLineEnd(text, last), isLinewise: true };
}

function findQuoted(text: string, at: number, quote: string, isAround: boolean): Region | undefined {
  const [lineStart, lineEnd] = [findLineStart(text, at), findLineEnd(text, at)];
  const findNext = (from: number, escapes: boolean): number => {
    for (let index = from; index < lineEnd; index += 1) {
      if (escapes && text[index] === '\\') index += 1;
      else if (text[index] === quote) return index;
    }
    return -1;
  };
  let first = -1;
  let last = -1;
  if (text[at] === quote) {
    // Pairs are counted from the start of the line.
    for (let open = findNext(lineStart, false); open !== -1 && open <= at; ) {
      const close = findNext(open + 1, true);
      if (close === -1) return undefined;
      if (at <= close) [first, last] = [open, close];
      open = findNext(close + 1, false);
    }
  } else {
    first = text.lastIndexOf(quote, at - 1);
    while (first > lineStart && text[first - 1] === '\\') first = text.lastIndexOf(quote, first - 1);
    if (at === lineStart || first < lineStart) first = findNext(at, false);
    last = first === -1 ? -1 : findNext(first + 1, true);
  }
  if (first === -1 || last === -1) return undefined;
  if (!isAround) return { start: first + 1, end: last, isLinewise: false };
  const isSpace = (index: number): boolean => text[index] === ' ' || text[index] === '\t';
  let [start, end] = [first, last + 1];
  if (isSpace(end)) while (end < lineEnd && isSpace(end)) end += 1;
  else while (start > lineStart && isSpace(start - 1)) start -= 1;
  return { start, end, isLinewise: false };
}

function findBracketed(
  text: string,
  at: number,
  { brackets, isAround, count }: { brackets: string; isAround: boolean; count: number },
): Region | undefined {
  const [open, close] = [brackets.charAt(0), brackets.charAt(1)];
  let start = text[at] === open ? at : findOpen(text, text[at] === close ? at - 1 : at, open, close);
  for (let left = count - 1; left > 0 && start !== -1; left -= 1)
    start = findOpen(text, start - 1, open, close);
  // Outside of brackets, the next ones are meant.
  if (start === -1 && count === 1) start = text.indexOf(open, at);
  if (start === -1) return undefined;
  const end = findClose(text, start + 1, open, close);
  if (end === -1) return undefined;
  if (isAround) return { start, end: end + 1, isLinewise: false };
  const inner = { start: start + 1, end };
  if (text[inner.start] !== '\n') return { ...inner, isLinewise: false };
  // A block of whole lines keeps the lines of its brackets.
  const endLine = findLineStart(text, end);
  inner.start += 1;
  if (text.slice(endLine, end).trim() === '' && endLine > inner.start)
    return { start: inner.start, end: endLine - 1, isLinewise: true };
  return inner.end < inner.start ? undefined : { ...inner, isLinewise: false };
}

function findOpen(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let index = from; index >= 0; index -= 1) {
    if (text[index] === close) depth += 1;
    else if (text[index] === open) {
      if (depth === 0) return index;
      depth -= 1;
    }
  }
  return -1;
}

function findClose(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === open) depth += 1;
    else if (text[index] === close) {
      if (depth === 0) return index;
      depth -= 1;
    }
  }
  return -1;
}
