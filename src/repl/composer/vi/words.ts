import { findNextBoundary, findPreviousBoundary } from '../graphemes.ts';
import { findLineEnd, findLineStart } from '../words.ts';

/**
 * Words as Vim sees them. An offset at a line end stands for Vim's place behind the last character, which counts as blank.
 * A word of `isBig` is everything between blanks.
 */
const keyword = /^[\p{L}\p{N}\p{M}_]/u;
const wideScripts: readonly (readonly [RegExp, number])[] = [
  [/^\p{Script=Han}/u, 10],
  [/^\p{Script=Hiragana}/u, 11],
  [/^\p{Script=Katakana}/u, 12],
  [/^\p{Script=Hangul}/u, 13],
  [/^\p{Extended_Pictographic}/u, 3],
];

/** 0: blank; other numbers are kinds of words. A folded paste is a word of its own kind. */
export function kindOf(text: string, at: number, isBig: boolean): number {
  const code = text.charCodeAt(at);
  if (at >= text.length || code === 10 || code === 32 || code === 9) return 0;
  if (isBig) return 1;
  if (code < 128) return keyword.test(text.charAt(at)) ? 2 : 1;
  if (code >= 0xdc00 && code <= 0xdfff) return 4;
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const wide = wideScripts.find(([pattern]) => pattern.test(character));
  return wide ? wide[1] : keyword.test(character) ? 2 : 1;
}

/** Steps forward. `isBorder`: onto a line end or over one. Undefined at the end of the text. */
function stepForward(text: string, at: number): { at: number; isBorder: boolean } | undefined {
  if (at >= text.length) return undefined;
  const next = findNextBoundary(text, at);
  return { at: next, isBorder: text[at] === '\n' || next >= text.length || text[next] === '\n' };
}

/** Whether the offset is on a line without characters. */
export function isEmptyLine(text: string, at: number): boolean {
  return at === findLineStart(text, at) && at === findLineEnd(text, at);
}

/** The start of a later word. With `stopsAtEnd`, which operators want, the last step does not leave its line. */
export function findWordForward(
  text: string,
  start: number,
  { count, isBig, stopsAtEnd }: { count: number; isBig: boolean; stopsAtEnd: boolean },
): number {
  let at = start;
  for (let left = count - 1; left >= 0; left -= 1) {
    const isLastLine = findLineEnd(text, at) === text.length;
    const kind = kindOf(text, at, isBig);
    const first = stepForward(text, at);
    if (!first) return at;
    at = first.at;
    if (first.isBorder && isLastLine) return at;
    if (first.isBorder && stopsAtEnd && left === 0) return at;
    if (kind !== 0)
      while (kindOf(text, at, isBig) === kind) {
        const step = stepForward(text, at);
        if (!step) return at;
        at = step.at;
        if (step.isBorder && stopsAtEnd && left === 0) return at;
      }
    while (kindOf(text, at, isBig) === 0) {
      if (isEmptyLine(text, at)) break;
      const wasLastLine = findLineEnd(text, at) === text.length;
      const step = stepForward(text, at);
      if (!step) return at;
      at = step.at;
      if (step.isBorder && (wasLastLine || (stopsAtEnd && left === 0))) return at;
    }
  }
  return at;
}

/** The start of the word before. */
export function findWordBackward(text: string, start: number, count: number, isBig: boolean): number {
  let at = start;
  for (let left = count; left > 0; left -= 1) {
    if (at === 0) return at;
    at = findPreviousBoundary(text, at);
    let isFound = false;
    while (kindOf(text, at, isBig) === 0) {
      isFound = isEmptyLine(text, at);
      if (isFound || at === 0) break;
      at = findPreviousBoundary(text, at);
    }
    if (isFound) continue;
    const kind = kindOf(text, at, isBig);
    if (kind === 0) return at;
    at = findRunStart(text, at, isBig);
  }
  return at;
}

/** The start of the word or of the blanks around a place, in its line. */
export function findRunStart(text: string, start: number, isBig: boolean): number {
  const kind = kindOf(text, start, isBig);
  const lineStart = findLineStart(text, start);
  let at = start;
  while (at > lineStart && kindOf(text, findPreviousBoundary(text, at), isBig) === kind)
    at = findPreviousBoundary(text, at);
  return at;
}

type EndOptions = {
  count: number;
  isBig: boolean;
  /** A place at the end of a word counts as found. */
  staysAtEnd?: boolean;
  /** An empty line counts as a word. */
  stopsAtEmpty?: boolean;
};

/** The last character of a word, and whether there was one. */
export function findWordEnd(
  text: string,
  start: number,
  { count, isBig, staysAtEnd = false, stopsAtEmpty = false }: EndOptions,
): { at: number; isFound: boolean } {
  let at = start;
  let stays = staysAtEnd;
  const skip = (kind: number): boolean => {
    while (kindOf(text, at, isBig) === kind) {
      if (at >= text.length) return false;
      at = findNextBoundary(text, at);
    }
    return true;
  };
  for (let left = count; left > 0; left -= 1) {
    const kind = kindOf(text, at, isBig);
    if (at >= text.length) return { at, isFound: false };
    at = findNextBoundary(text, at);
    if (kind !== 0 && kindOf(text, at, isBig) === kind) skip(kind);
    else if (!stays || kind === 0) {
      let isEmpty = false;
      while (kindOf(text, at, isBig) === 0) {
        isEmpty = stopsAtEmpty && isEmptyLine(text, at);
        if (isEmpty) break;
        if (at >= text.length) return { at, isFound: false };
        at = findNextBoundary(text, at);
      }
      stays = false;
      if (isEmpty) continue;
      skip(kindOf(text, at, isBig));
    }
    at = findPreviousBoundary(text, at);
    stays = false;
  }
  return { at, isFound: true };
}
