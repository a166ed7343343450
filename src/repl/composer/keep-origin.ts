import { isMention, lastPunctuation } from '../../attachments/find-mentions.ts';
import { isTyped, joinTexts, type PromptText, toData, toTyped } from '../../prompt-text.ts';
import { comparePieces } from '../../tools/diff-lines.ts';

/** What may begin a mention or a command if it is typed, also later, when what stands before it is cut. */
const marks = /[@!/]/g;

/** An `@` with the word behind it, quoted or not; another mark with the word that may be a command. */
const behindMark = /[@!/](?:(?<=@)("[^"\n]{0,4096}"|\S{0,256})|\s*(\S{0,256}))/y;

/** Time to compare two texts, in milliseconds. */
const maxCompareMs = 1_000;

/**
 * A prompt that was edited in an editor. Its text counts as typed, except for the marks that were data before, and for a first character that was.
 * A mark was data if the texts agree beside it, and it was data there; or if its word, as it is or with another end, stood behind one that was.
 */
export function keepOrigin(before: PromptText, after: string): PromptText {
  const known = findDataMarks(before);
  const findPlace = alignTexts(before.text, after);
  const wasData = (at: number): boolean => {
    const stems = known.get(after.charAt(at));
    if (!stems) return false;
    const stem = readStem(after, at);
    const place = findPlace?.(at);
    if (place !== undefined && readStem(before.text, place) === stem) return !isTypedMark(before, place);
    return !findPlace || stems.isNear(stem) || (place !== undefined && !isTypedMark(before, place));
  };
  const parts: PromptText[] = [];
  let end = 0;
  const add = (at: number): void => {
    parts.push(toTyped(after.slice(end, at)), toData(after.charAt(at)));
    end = at + 1;
  };
  const [start, first] = [before.text.search(/\S/), after.search(/\S/)];
  const isSame = first !== -1 && before.text[start] === after[first];
  if (isSame && !isTyped(before, start, start + 1)) add(first);
  for (const { index } of after.matchAll(marks)) {
    const isSaid = index < end || (isSame && index === first);
    if (!isSaid && wasData(index)) add(index);
  }
  return joinTexts([...parts, toTyped(after.slice(end))]);
}

/** Whether a character was typed, and is no `@` of a path that was not. */
function isTypedMark(prompt: PromptText, at: number): boolean {
  if (prompt.text[at] !== '@') return isTyped(prompt, at, at + 1);
  behindMark.lastIndex = at;
  const [all = '@'] = behindMark.exec(prompt.text) ?? [];
  return isMention(prompt, at, at + Math.max(1, all.replace(lastPunctuation, '').length));
}

/** The word behind a mark, without quotes and what a sentence puts around it. */
function readStem(text: string, at: number): string {
  behindMark.lastIndex = at;
  const [, named, command = ''] = behindMark.exec(text) ?? [];
  return (named ?? command).replace(/^["'`(]+/, '').replace(lastPunctuation, '');
}

/** The words behind marks that are data, by mark. */
function findDataMarks(prompt: PromptText): Map<string, Stems> {
  const found = new Map<string, Set<string>>();
  for (const { 0: mark, index } of prompt.text.matchAll(marks)) {
    if (isTypedMark(prompt, index)) continue;
    const stems = found.get(mark) ?? new Set();
    found.set(mark, stems.add(readStem(prompt.text, index)));
  }
  return new Map([...found].map(([mark, stems]) => [mark, createStems(stems)]));
}

type Stems = { isNear(stem: string): boolean };

/** Whether a word begins one of these, or begins with one. */
function createStems(stems: ReadonlySet<string>): Stems {
  const sorted = [...stems].filter((stem) => stem !== '').sort();
  return {
    isNear(stem) {
      if (stem === '') return false;
      for (let end = 1; end <= stem.length; end += 1) if (stems.has(stem.slice(0, end))) return true;
      let [low, high] = [0, sorted.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((sorted[middle] ?? '') < stem) low = middle + 1;
        else high = middle;
      }
      return sorted[low]?.startsWith(stem) ?? false;
    },
  };
}

/**
 * Gives the place in `before` of a mark in `after` if a word beside it is the same, too: alone, it may be that of another. Undefined if too much
 * has changed to tell in time.
 */
function alignTexts(before: string, after: string): ((at: number) => number | undefined) | undefined {
  const toTokens = (text: string): string[] => text.match(/[@!/]|[^@!/\s]+|\s+/g) ?? [];
  const changes = comparePieces(toTokens(before), toTokens(after), maxCompareMs);
  if (!changes) return undefined;
  const kept: { start: number; end: number; from: number }[] = [];
  let [from, to] = [0, 0];
  for (const { added, removed, value } of changes) {
    const length = value.reduce((sum, token) => sum + token.length, 0);
    if (!added && !removed) kept.push({ start: to, end: to + length, from });
    if (!added) from += length;
    if (!removed) to += length;
  }
  let at = 0;
  // Places are asked for in order.
  return (place) => {
    while (kept[at] && place >= (kept[at]?.end ?? 0)) at += 1;
    const span = kept[at];
    if (!span || place < span.start) return undefined;
    const isBeside = /\S/.test(after.slice(span.start, place)) || place + 1 < span.end;
    return isBeside ? span.from + place - span.start : undefined;
  };
}
